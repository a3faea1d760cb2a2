/** A digest reads a whole list: so many at once leave the pool to those who sell. */
const AT_ONCE_MAX = 3

/** Whose digest may be worked on now. */
interface DigestTurns {
  /** Does the work in a turn of this till; null: it has one already, or there is none to give. */
  take<T>(device: string, work: () => Promise<T>): Promise<T | null>
}

export function digestTurns(): DigestTurns {
  const working = new Set<string>()
  return {
    async take(device, work) {
      if (working.has(device) || working.size >= AT_ONCE_MAX) return null
      working.add(device)
      try {
        return await work()
      } finally {
        working.delete(device)
      }
    },
  }
}

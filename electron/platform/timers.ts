/** Time as a supervisor needs it: how long since, and wake me later. Injected so that tests need not wait. */
export interface Timers {
  /** Milliseconds since an arbitrary start, never going back. */
  monotonicMs(): number
  /** Calls `work` once after `ms`; the returned function forgets it. Until then the process stays alive. */
  after(ms: number, work: () => void): () => void
}

export const systemTimers: Timers = {
  monotonicMs: () => Number(process.hrtime.bigint() / 1_000_000n),
  after(ms, work) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
}

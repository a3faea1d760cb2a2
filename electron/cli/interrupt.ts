interface Interrupt {
  asked(): boolean
  /** Ctrl-C ends the process again. */
  end(): void
}

/**
 * Ctrl-C (or a polite kill) once: work in hand is finished first. A second time it ends the process at once, which
 * the ledger survives like any crash.
 */
export function watchInterrupt(onAsked: () => void): Interrupt {
  let asked = false
  const listen = (): void => {
    asked = true
    end()
    onAsked()
  }
  const end = (): void => {
    process.off('SIGINT', listen)
    process.off('SIGTERM', listen)
  }
  process.on('SIGINT', listen)
  process.on('SIGTERM', listen)
  return { asked: () => asked, end }
}

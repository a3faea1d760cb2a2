import { create } from 'zustand'

/** A sentence over the screen that no field is to blame for: what was scanned, why nothing was printed. */
interface Notice {
  readonly sentence: string
  /** A new one is shown for its full time, also when it says the same. */
  readonly n: number
}

export const useNotice = create<Notice>(() => ({ sentence: '', n: 0 }))

export function notify(sentence: string): void {
  useNotice.setState(({ n }) => ({ sentence, n: n + 1 }))
}

/** Its time is over, unless a newer one came. */
export function noticeOver(n: number): void {
  useNotice.setState((now) => (now.n === n ? { sentence: '' } : {}))
}

import { useEffect } from 'react'
import { refreshStatus } from '../shell/shell.ts'

/** As often as the shell behind the page tries to open a blocked till. */
export const LOOK_EVERY_MS = 20_000

/** While a page stands in the till's way: asks by itself whether it still must, and why. */
export function useLookAgain(): void {
  useEffect(() => {
    const timer = setInterval(() => void refreshStatus(), LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [])
}

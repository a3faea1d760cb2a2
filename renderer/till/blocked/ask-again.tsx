import { useEffect, useRef, useState } from 'react'
import { sleep } from '../../bridge/browser-clock.ts'
import { Button } from '../../ui/button.tsx'
import { refreshStatus } from '../shell/shell.ts'

/** An answer comes within a blink; the button is seen to work for at least this long. */
const SEEN_MS = 600

/** The one button of a page that stands in the till's way: looks whether it still must, and says so when it must. */
export function AskAgain({ label, stillSo }: { label: string; stillSo: string }) {
  const [state, setState] = useState<'fresh' | 'busy' | 'same'>('fresh')
  const there = useRef(true)
  useEffect(() => {
    there.current = true
    return () => {
      there.current = false
    }
  }, [])
  const ask = async (): Promise<void> => {
    setState('busy')
    await Promise.all([refreshStatus(), sleep(SEEN_MS)])
    // Gone when the till opened meanwhile.
    if (there.current) setState('same')
  }
  return (
    <div className="flex items-center gap-4">
      <Button look="primary" size="large" busy={state === 'busy'} onClick={() => void ask()}>
        {label}
      </Button>
      <span role="status" className="text-15 font-medium text-ink empty:hidden">
        {state === 'same' ? stillSo : ''}
      </span>
    </div>
  )
}

import { useEffect } from 'react'
import { Band } from '../../ui/band.tsx'
import { noticeOver, useNotice } from './notice.ts'

/** Long enough to read two lines and look up at the printer. */
const NOTICE_MS = 8_000

/** At the foot, over whatever room is open. It takes no focus and goes by itself. */
export function NoticeBand() {
  const { sentence, n } = useNotice()
  useEffect(() => {
    if (sentence === '') return
    const timer = setTimeout(() => noticeOver(n), NOTICE_MS)
    return () => clearTimeout(timer)
  }, [sentence, n])
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-14 z-20 flex justify-center px-4"
    >
      {sentence !== '' && (
        <Band tone="amber" announce={false} className="max-w-180 animate-arrive shadow-overlay">
          {sentence}
        </Band>
      )}
    </div>
  )
}

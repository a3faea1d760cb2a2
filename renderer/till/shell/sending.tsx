import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import type { Words } from '../words.ts'
import { type Health, inShort, sentences } from './sending-words.ts'
import type { Status } from './shell.ts'
import { timeZoneOf } from './shell.ts'

/** What waits and what is being done about it, in a few words; pressed, in whole sentences. */
export function Sending({ status, words }: { status: Status; words: Words }) {
  const [open, setOpen] = useState(false)
  const { t } = words
  const { health } = status
  if (!health) return null
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        className="inline-flex min-h-12 min-w-0 items-center gap-2 rounded-card px-3 text-13 text-ink-soft hover:bg-hover"
      >
        <span aria-hidden="true" className={`size-2 shrink-0 rounded-full ${DOTS[dotOf(health)]}`} />
        <span className="one-line">{inShort(health, t)}</span>
      </button>
      {open && (
        <Dialog
          title={t('strip.sending')}
          closeLabel={t('common:close')}
          onClose={() => setOpen(false)}
          actions={
            <Button look="primary" onClick={() => setOpen(false)}>
              {t('strip.understood')}
            </Button>
          }
        >
          <ul className="grid gap-3 text-15 text-ink">
            {sentences(health, timeZoneOf(status), words).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  )
}

const DOTS = { calm: 'bg-brand', waits: 'bg-amber', stopped: 'bg-red' } as const

function dotOf(health: Health): keyof typeof DOTS {
  if (!health.connected_to_hq) return 'calm'
  if (health.sync.doing === 'stopped') return 'stopped'
  return health.waiting > 0 || health.sync.doing === 'offline' ? 'waits' : 'calm'
}

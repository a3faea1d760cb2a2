import { Copy } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { groupThousands } from '../../../shared/base/money.ts'
import { Band } from '../../ui/band.tsx'
import { IconButton } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { nairaText, pointsText } from '../../ui/figures.tsx'
import { useWords } from '../frame/use-words.ts'
import { isUndone, markWord } from './kinds.ts'
import { shortHash } from './short-hash.ts'
import type { EventRow } from './use-event-pages.ts'

/** A till's clock within this of its trusted time is not worth a line. */
const CLOCK_SHOWN_MS = 60_000

/** The number this entry is about, large: the amount of a sale, else the points it moved. */
export function Headline({ row }: { row: EventRow }) {
  const common = useTranslation('common').t
  const look = classNames(
    'text-32 font-semibold',
    isUndone(row) && 'text-ink-soft line-through decoration-red decoration-2',
  )
  if (row.amount_kobo !== null) return <p className={look}>{nairaText(row.amount_kobo)}</p>
  if (row.points === 0) return null
  return (
    <p className={look}>
      {common('points', { count: Math.abs(row.points), shown: pointsText(row.points, true) })}
    </p>
  )
}

/** When, who, for whom, where in the ledger. */
export function EntryFacts({ row }: { row: EventRow }) {
  const { t, moment } = useWords()
  const common = useTranslation('common').t
  return (
    <dl className="mt-4 border-t border-line">
      <Fact label={t('entry.when')}>{moment(row.at)}</Fact>
      {Math.abs(row.wall - row.at) >= CLOCK_SHOWN_MS && (
        <Fact label={t('entry.clock_said')}>{moment(row.wall)}</Fact>
      )}
      {row.customer_id !== null && (
        <Fact label={t('entry.customer')}>
          <bdi>{row.customer_name || common('no_name')}</bdi>
        </Fact>
      )}
      <Fact label={t('entry.staff')}>
        <bdi>{row.staff || t('nobody')}</bdi>
      </Fact>
      {row.approver !== '' && (
        <Fact label={t('entry.approver')}>
          <bdi>{row.approver}</bdi>
        </Fact>
      )}
      {row.amount_kobo !== null && row.points !== 0 && (
        <Fact label={t('entry.points')}>{pointsText(row.points, true)}</Fact>
      )}
      <Fact label={t('entry.position')}>
        {t('entry.position_text', { seq: groupThousands(row.seq), epoch: row.epoch })}
      </Fact>
      <Seal hash={row.hash} />
    </dl>
  )
}

/** What the clock or the rules had to say about this entry, in sentences. */
export function Marks({ marks }: { marks: readonly string[] }) {
  const { t } = useWords()
  if (marks.length === 0) return null
  return (
    <ul className="mt-3 flex flex-col gap-2">
      {marks.map((mark) => (
        <li key={mark}>
          <Band tone="amber" announce={false}>
            <span className="text-13">{t(`events.mark.${markWord(mark)}`, { mark })}</span>
          </Band>
        </li>
      ))}
    </ul>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-h-10 items-center justify-between gap-4 border-b border-line py-1">
      <dt className="shrink-0 text-13 text-ink-soft">{label}</dt>
      <dd className="min-w-0 text-right text-15 break-words">{children}</dd>
    </div>
  )
}

/** The hash, short, with the whole of it for the clipboard. */
function Seal({ hash }: { hash: string }) {
  const { t } = useWords()
  const [copied, setCopied] = useState(false)
  const copy = (): void =>
    void navigator.clipboard.writeText(hash).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  return (
    <Fact label={t('entry.hash')}>
      <span className="inline-flex items-center gap-1" title={hash}>
        <span className="text-13">{copied ? t('entry.copied') : shortHash(hash)}</span>
        <IconButton icon={Copy} label={t('entry.copy')} onClick={copy} />
      </span>
    </Fact>
  )
}

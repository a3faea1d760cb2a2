import { X } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import type { Answered } from '../../../shared/hq/contract.ts'
import { Badge } from '../../ui/badge.tsx'
import { IconButton } from '../../ui/button.tsx'
import { nairaText, pointsText } from '../../ui/figures.tsx'
import { useKindText } from '../../ui/kinds.ts'
import { type Query, useQuery } from '../api/use-query.ts'
import { Facts } from '../frame/facts.tsx'
import { writePlace } from '../frame/location.ts'
import { NotYet } from '../frame/trouble.tsx'
import { useNarrow } from '../frame/use-place.ts'
import { useWords } from '../frame/use-words.ts'
import { useMovedText } from './event-columns.tsx'
import { lineWord } from './line-words.ts'
import { useWhyText } from './use-why-text.ts'

/** Whom a till names where head office changed something. */
const BY_OFFICE = 'head_office'

/** One entry in full: what it says, where it stands, and its bytes. */
export function EventPane({ place, query }: { place: string; query: Readonly<Record<string, string>> }) {
  const { t } = useWords()
  const narrow = useNarrow()
  const [device = '', epoch = '', seq = ''] = place.split('.')
  const found = useQuery('events.one', { device, epoch: Number(epoch), seq: Number(seq) }, ['inbox'])
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus(), [])
  const close = (): void => {
    narrow({ open: undefined })
    document.querySelector<HTMLElement>(`[data-entry="${CSS.escape(place)}"]`)?.focus()
  }
  return (
    <aside
      aria-labelledby="entry-title"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close()
      }}
      className="absolute inset-y-0 right-0 z-2 flex w-110 max-w-full animate-arrive flex-col border-l border-line bg-surface shadow-overlay min-[1536px]:static min-[1536px]:shrink-0 min-[1536px]:shadow-none"
    >
      <header className="flex items-center justify-between gap-2 border-b border-line py-1 pr-1 pl-5">
        <h2
          id="entry-title"
          ref={title}
          tabIndex={-1}
          className="one-line text-15 font-semibold outline-none"
        >
          {t('ledgers.entry', { seq, epoch })}
        </h2>
        <IconButton icon={X} label={t('ledgers.close')} onClick={close} />
      </header>
      <div className="scroll-quiet min-h-0 flex-1 overflow-y-auto px-5 py-4">
        {found.value ? <Entry found={found} query={query} /> : <NotYet query={found} />}
      </div>
    </aside>
  )
}

function Entry({
  found,
  query,
}: {
  found: Query<Answered<'events.one'>>
  query: Readonly<Record<string, string>>
}) {
  const { t, moment } = useWords()
  const kindText = useKindText()
  const movedText = useMovedText()
  const why = useWhyText()
  const value = found.value
  if (!value) return null
  const { event } = value
  const moved = event.amount_kobo === null ? movedText(event) : nairaText(event.amount_kobo)
  const link = (href: string, text: ReactNode) => (
    <a href={href} className="font-medium text-brand-ink underline underline-offset-3">
      {text}
    </a>
  )
  return (
    <div className="flex flex-col gap-4">
      <div>
        {moved !== '' && <p className="text-13 font-medium text-ink-soft">{kindText(event.kind)}</p>}
        <p className="text-24 font-semibold">{moved || kindText(event.kind)}</p>
        {event.outcome !== 'posted' && (
          <p className="mt-2 flex flex-wrap items-center gap-2">
            <Badge tone={event.outcome === 'repeated' ? 'neutral' : 'amber'}>
              {t(`ledgers.outcome_word.${event.outcome}`)}
            </Badge>
            {event.why !== '' && <span>{why(event.why)}</span>}
          </p>
        )}
        {event.released && <p className="mt-2 text-ink-soft">{t('ledgers.released')}</p>}
      </div>
      <Facts
        of={[
          [t('ledgers.received'), moment(event.received_at)],
          [t('ledgers.effective'), moment(event.effective_at)],
          [t('ledgers.till_time'), moment(event.trusted)],
          [
            t('ledgers.device'),
            link(writePlace({ room: 'stores', of: event.device }), <bdi>{event.till}</bdi>),
          ],
          ...(event.customer
            ? [
                [
                  t('ledgers.customer'),
                  link(
                    writePlace({ room: 'customers', of: event.customer }),
                    <bdi>{event.customer_name || event.customer.slice(0, 8)}</bdi>,
                  ),
                ] as const,
              ]
            : []),
          [
            t('ledgers.staff'),
            <bdi key="staff">{event.staff === BY_OFFICE ? t('ledgers.by_office') : event.staff}</bdi>,
          ],
          [t('ledgers.receipted'), t(value.receipted ? 'ledgers.yes' : 'ledgers.no')],
          [t('ledgers.personal'), t(`ledgers.personal_word.${value.personal}`)],
        ]}
      />
      {value.lines.length > 0 && (
        <section>
          <h3 className="mb-1 text-13 font-medium text-ink-soft">{t('ledgers.booked')}</h3>
          <ul className="flex flex-col gap-1">
            {value.lines.map((line) => (
              <li key={`${line.program}/${line.post_no}/${line.kind}`}>
                <p className="flex justify-between gap-3">
                  <span>{t(`customers.line.${lineWord(line.kind)}`)}</span>
                  <span className="font-medium">{pointsText(line.points, true)}</span>
                </p>
                <p className="text-13 text-ink-soft">{line.explained}</p>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h3 className="mb-1 text-13 font-medium text-ink-soft">{t('ledgers.bytes')}</h3>
        {value.text === null ? (
          <p className="text-ink-soft">{t('ledgers.bytes_none')}</p>
        ) : (
          <pre className="font-sans rounded-inner border border-line bg-sunken p-3 text-13 break-all whitespace-pre-wrap">
            {indented(value.text)}
          </pre>
        )}
      </section>
      <Facts
        of={[
          [t('ledgers.hash'), <Seal key="hash" of={value.hash} />],
          [t('ledgers.before'), <Seal key="before" of={value.prev_hash} />],
        ]}
      />
      {query['till'] === undefined && (
        <p>{link(writePlace({ room: 'ledgers', query: { till: event.device } }), t('tills.ledger'))}</p>
      )}
    </div>
  )
}

const Seal = ({ of }: { of: string }) => <span className="text-13 break-all text-ink-soft">{of}</span>

/** For reading; the bytes themselves stay as they are. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

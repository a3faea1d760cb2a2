import { useState } from 'react'
import type { Answered } from '../../../shared/hq/contract.ts'
import { DECISIONS_OF, type Decision } from '../../../shared/hq/exceptions.ts'
import { Button } from '../../ui/button.tsx'
import { Naira, pointsText } from '../../ui/figures.tsx'
import { isolated } from '../../ui/isolated.ts'
import { useMay } from '../api/console-context.ts'
import type { RowOf } from '../api/use-pages.ts'
import { Facts } from '../frame/facts.tsx'
import { writePlace } from '../frame/location.ts'
import { useWords } from '../frame/use-words.ts'
import { useWhyText } from '../ledgers/use-why-text.ts'
import { CodeDialog } from '../tills/code-dialog.tsx'
import { DecideDialog } from './decide-dialog.tsx'

export type ExceptionRow = RowOf<'exceptions.list'>

/** What is being decided, where it takes more than one press. */
export interface Deciding {
  readonly decision: Decision
  readonly choice?: string
}

/** One entry of the inbox in plain words, with its fix. */
export function ExceptionCard({
  row,
  onDecided,
}: {
  row: ExceptionRow
  onDecided: (sentence: string) => void
}) {
  const { t, moment, ago } = useWords()
  const isManager = useMay('manager')
  const isOwner = useMay('owner')
  const [deciding, setDeciding] = useState<Deciding | null>(null)
  const [code, setCode] = useState<Answered<'tills.code'> | null>(null)
  const words = `exceptions.kind.${row.kind}` as const
  const choices: readonly Deciding[] = DECISIONS_OF[row.kind].flatMap((decision): readonly Deciding[] =>
    decision === 'choose' ? row.names.map((choice) => ({ decision, choice })) : [{ decision }],
  )
  const label = ({ decision, choice }: Deciding): string =>
    t(`exceptions.decide.${decision}`, { name: isolated(choice ?? '') })
  return (
    <article className="rounded-card border border-line bg-surface p-4">
      <header className="mb-3 flex items-baseline justify-between gap-3">
        <h2 className="text-18 font-semibold">{t(`${words}.title`)}</h2>
        <span className="shrink-0 text-13 text-ink-soft" title={moment(row.at)}>
          {ago(row.at)}
          {row.times > 1 && `, ${t('exceptions.times', { count: row.times })}`}
        </span>
      </header>
      <div className="grid gap-4 min-[1000px]:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <dl className="flex flex-col gap-2">
          {(['happened', 'safe', 'todo'] as const).map((part) => (
            <div key={part}>
              <dt className="text-13 font-medium text-ink-soft">
                {t(`exceptions.${part === 'happened' ? 'what' : part}`)}
              </dt>
              <dd>{t(`${words}.${part}`)}</dd>
            </div>
          ))}
        </dl>
        <About row={row} />
      </div>
      {row.state === 'closed' ? (
        <Closed row={row} />
      ) : (
        isManager && (
          <div className="mt-4 flex flex-wrap gap-2">
            {choices.map((choice, at) => (
              <Button
                key={`${choice.decision}/${choice.choice ?? ''}`}
                look={at === 0 || choice.decision === 'choose' ? 'primary' : 'plain'}
                disabled={choice.decision === 'write_off' && !isOwner}
                title={choice.decision === 'write_off' && !isOwner ? t('tills.only_owner') : undefined}
                onClick={() => setDeciding(choice)}
              >
                {label(choice)}
              </Button>
            ))}
          </div>
        )
      )}
      {deciding && (
        <DecideDialog
          row={row}
          deciding={deciding}
          label={label(deciding)}
          onClose={() => setDeciding(null)}
          onDone={(answer) => {
            setDeciding(null)
            if (answer.code) setCode(answer.code)
            else onDecided(answer.state === 'open' ? t('exceptions.still_open') : t('exceptions.decided'))
          }}
        />
      )}
      {code && (
        <CodeDialog
          code={code}
          onClose={() => {
            setCode(null)
            onDecided(t('exceptions.decided'))
          }}
        />
      )}
    </article>
  )
}

/** Till, customer and entry that it is about, each to be looked at. */
function About({ row }: { row: ExceptionRow }) {
  const { t } = useWords()
  const why = useWhyText()
  const { till, customer, event, facts } = row
  const link = (href: string, text: string) => (
    <a href={href} className="font-medium text-brand-ink underline underline-offset-3">
      <bdi>{text}</bdi>
    </a>
  )
  const place = event && `${event.device}.${event.epoch}.${event.seq}`
  return (
    <Facts
      of={[
        ...(till
          ? [
              [
                t('exceptions.which.till'),
                link(writePlace({ room: 'stores', of: till.id }), `${till.store_name} ${till.name}`.trim()),
              ] as const,
            ]
          : []),
        ...(customer
          ? [
              [
                t('exceptions.which.customer'),
                link(
                  writePlace({ room: 'customers', of: customer.id }),
                  customer.name || customer.id.slice(0, 8),
                ),
              ] as const,
            ]
          : []),
        ...(place
          ? [
              [
                t('exceptions.which.entry'),
                link(writePlace({ room: 'ledgers', query: { open: place } }), t('exceptions.see_entry')),
              ] as const,
            ]
          : []),
        ...(typeof facts['points'] === 'number'
          ? [[t('exceptions.which.points'), pointsText(facts['points'])] as const]
          : []),
        ...(typeof facts['kobo'] === 'number'
          ? [[t('exceptions.which.kobo'), <Naira key="kobo" kobo={facts['kobo']} />] as const]
          : []),
        ...(typeof facts['tier'] === 'string' ? [[t('exceptions.which.tier'), facts['tier']] as const] : []),
        ...(['kept', 'more'] as const).flatMap((name) => {
          const count = facts[name]
          return typeof count === 'number' && count > 0
            ? [[t(`exceptions.which.${name}`), pointsText(count)] as const]
            : []
        }),
        ...(typeof facts['why'] === 'string'
          ? [[t('exceptions.which.why'), why(facts['why'])] as const]
          : []),
      ]}
    />
  )
}

const DECIDED = ['release', 'dismiss', 'rerun', 'code', 'write_off', 'noted', 'choose'] as const

function Closed({ row }: { row: ExceptionRow }) {
  const { t, moment } = useWords()
  const [first = '', ...rest] = (row.closed_how ?? '').split(': ')
  const known = DECIDED.find((one) => one === first)
  const how = known ? [t(`exceptions.decided_as.${known}`), ...rest].join(': ') : (row.closed_how ?? '')
  const when = row.closed_at === null ? '' : moment(row.closed_at)
  const who = row.closed_by ?? ''
  return (
    <p className="mt-4 text-ink-soft">
      {who === 'head office'
        ? t('exceptions.closed_itself', { when, how })
        : t('exceptions.closed_by', { how, who: isolated(who), when })}
    </p>
  )
}

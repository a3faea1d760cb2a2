import { ReceiptText } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import type { Output } from '../../../shared/ipc/contract.ts'
import { till } from '../../bridge/till.ts'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { recentText } from '../../ui/dates.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Points } from '../../ui/figures.tsx'
import { Problem } from '../../ui/problem.tsx'
import { SkeletonLines } from '../../ui/skeleton.tsx'
import { DataTable } from '../../ui/table.tsx'
import type { Card } from '../flow/flow.ts'
import { sentenceOf } from '../flow/store.ts'
import { type Status, timeZoneOf } from '../shell/shell.ts'
import { useWords } from '../words.ts'
import { MiddleFrame } from './middle-frame.tsx'

type Line = Output<'customer.lines'>['lines'][number]
const PAGE_LINES = 50

/** Every gain and use of points with its reason: the answer to "where did my points go". */
export function PointsHistory({ card, status }: { card: Card; status: Status }) {
  const { t, named, language } = useWords()
  const [lines, setLines] = useState<readonly Line[] | null>(null)
  const [next, setNext] = useState<string | null>(null)
  const [problem, setProblem] = useState('')
  const zone = timeZoneOf(status)
  const load = useCallback(
    async (cursor: string | null) => {
      const answer = await till.call('customer.lines', { customer_id: card.id, cursor, limit: PAGE_LINES })
      if (answer.outcome !== 'done') return setProblem(sentenceOf(answer))
      setProblem('')
      setLines((before) => [...(cursor ? (before ?? []) : []), ...answer.value.lines])
      setNext(answer.value.next)
    },
    [card.id],
  )
  useEffect(() => void load(null), [load])
  return (
    <MiddleFrame title={t('history.title', { name: named(card.name || card.phone) })} flush>
      {problem && (
        <div className="p-4">
          <Problem>{problem}</Problem>
        </div>
      )}
      {!lines && !problem && (
        <div className="p-5">
          <SkeletonLines lines={6} />
        </div>
      )}
      {lines && (
        <DataTable
          caption={t('history.title', { name: named(card.name || card.phone) })}
          rows={lines}
          rowKey={(line) => line.event_id}
          columns={[
            {
              key: 'at',
              head: t('history.when'),
              cell: (line) => recentText(line.at, status.now.trusted, language, zone),
            },
            {
              key: 'why',
              head: t('history.why'),
              grow: true,
              cell: (line) => <Why line={line} customer={card.id} />,
            },
            {
              key: 'staff',
              head: t('history.staff'),
              cell: (line) => <bdi>{line.staff}</bdi>,
            },
            {
              key: 'points',
              head: t('history.points'),
              numeric: true,
              cell: (line) => (
                <span
                  className={classNames('font-medium', line.points < 0 ? 'text-ink-soft' : 'text-brand-ink')}
                >
                  <Points value={line.points} signed />
                </span>
              ),
            },
          ]}
          empty={
            <EmptyState icon={ReceiptText} title={t('history.none')}>
              {t('history.none_hint')}
            </EmptyState>
          }
        />
      )}
      {next && (
        <div className="p-3">
          <Button wide onClick={() => void load(next)}>
            {t('history.more')}
          </Button>
        </div>
      )}
    </MiddleFrame>
  )
}

/** The reason of a line in short; a touch says it in full. What lapsed or is no entry of an account says no more. */
function Why({ line, customer }: { line: Line; customer: string }) {
  const { t } = useWords()
  const [said, setSaid] = useState<readonly string[]>([])
  const [isOpen, setOpen] = useState(false)
  const text = line.reason.text
  if (line.kind !== 'earn') return <span className={WHY_LOOK}>{text}</span>
  const open = async () => {
    setOpen(!isOpen)
    if (isOpen || said.length > 0) return
    const answer = await till.call('sale.explain', { customer_id: customer, event_id: line.event_id })
    setSaid(answer.outcome === 'done' ? answer.value.sentences : [sentenceOf(answer)])
  }
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      aria-label={t('history.explain', { text })}
      onClick={() => void open()}
      className="w-full text-left hover:text-ink"
    >
      <span className={WHY_LOOK}>{text}</span>
      {isOpen && <span className="block pb-2 text-13 whitespace-normal text-ink">{said.join(' ')}</span>}
    </button>
  )
}

const WHY_LOOK = 'line-clamp-2 py-2 text-13 whitespace-normal'

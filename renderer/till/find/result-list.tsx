import { UserPlus, UserRoundSearch } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { TierWord } from '../../ui/badge.tsx'
import { classNames } from '../../ui/class-names.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Points, pointsText } from '../../ui/figures.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Keys } from '../../ui/keys.tsx'
import { Name } from '../../ui/name.tsx'
import { Problem } from '../../ui/problem.tsx'
import type { CustomerLine, SearchAnswer } from '../flow/find.ts'
import { rowCount } from '../flow/find.ts'
import { chooseCustomer, showMiddle, useFlow } from '../flow/store.ts'
import { LastSale } from '../told/last-sale.tsx'
import { useWords } from '../words.ts'

export const LIST_ID = 'found'
export const rowId = (at: number): string => `found-${at}`

export function ResultList({ className }: { className: string }) {
  const { t } = useWords()
  const find = useFlow((store) => store.flow.find)
  const list = useRef<HTMLDivElement>(null)
  const answer = find.shown?.answer
  useEffect(() => {
    list.current?.querySelector(`#${rowId(find.at)}`)?.scrollIntoView({ block: 'nearest' })
  }, [find.at])
  return (
    <section
      className={classNames(
        'flex min-h-0 flex-col overflow-hidden rounded-card border border-line bg-surface',
        className,
      )}
    >
      <div role="status" className="sr-only">
        {answer &&
          (answer.results.length === 0
            ? t('find.count_none')
            : t('find.count', { count: answer.results.length, shown: pointsText(answer.results.length) }))}
      </div>
      {find.problem && (
        <div className="p-4">
          <Problem>{find.problem}</Problem>
        </div>
      )}
      {!answer && !find.problem && (
        <>
          <EmptyState icon={UserRoundSearch} title={t('find.start')}>
            {t('find.start_hint')}
          </EmptyState>
          <LastSale className="wide:hidden" />
        </>
      )}
      {answer && answer.results.length === 0 && <Nobody answer={answer} />}
      {answer && rowCount(find) > 0 && (
        <div
          ref={list}
          id={LIST_ID}
          role="listbox"
          aria-label={t('find.results')}
          tabIndex={-1}
          className={classNames(
            'scroll-quiet flex min-h-0 flex-col overflow-y-auto',
            answer.results.length > 0 && 'flex-1',
          )}
        >
          {answer.results.map((line, at) => (
            <Row key={line.id} line={line} id={rowId(at)} selected={at === find.at} />
          ))}
          {answer.can_enrol && (
            <NewCustomer
              number={answer.phone?.display ?? find.shown?.text ?? ''}
              id={rowId(answer.results.length)}
              selected={find.at === answer.results.length}
            />
          )}
        </div>
      )}
      {answer?.more && (
        <p className="border-t border-line px-4 py-2 text-13 text-ink-faint">{t('find.more')}</p>
      )}
    </section>
  )
}

function Row({ line, id, selected }: { line: CustomerLine; id: string; selected: boolean }) {
  const { t } = useWords()
  const identity = line.phone || line.card || line.email
  return (
    // The keyboard reaches rows through the search box (aria-activedescendant), not by Tab.
    <button
      type="button"
      id={id}
      role="option"
      aria-selected={selected}
      tabIndex={-1}
      onClick={() => chooseCustomer(line)}
      className={classNames(
        'flex min-h-14 w-full items-center gap-3 text-left border-b border-l-4 border-b-line px-3 py-1.5 last:border-b-transparent hover:bg-hover',
        selected ? 'border-l-brand bg-brand-soft' : 'border-l-transparent',
      )}
    >
      <span className="min-w-0 flex-1">
        {line.name ? (
          <Name of={line.name} className="text-15 font-semibold" />
        ) : (
          <span className="one-line block text-15 text-ink-soft">{t('find.no_name')}</span>
        )}
        <span className="one-line block text-13 text-ink-soft">
          <bdi>{identity}</bdi>
        </span>
      </span>
      <span className="flex shrink-0 flex-col items-end">
        {line.known ? (
          <>
            <span className="text-13 text-ink-soft">
              <span className="text-15 font-medium text-ink">
                <Points value={line.points} />
              </span>{' '}
              {t('card.points_word', { count: line.points })}
            </span>
            <span className="text-13 text-ink-soft">
              <TierWord name={line.tier} />
            </span>
          </>
        ) : (
          <span className="text-13 text-ink-soft">{t('find.unknown')}</span>
        )}
      </span>
    </button>
  )
}

function Nobody({ answer }: { answer: SearchAnswer }) {
  const { t } = useWords()
  const number = answer.phone?.display
  return (
    <EmptyState
      icon={UserRoundSearch}
      title={answer.can_enrol && number ? t('find.none_number', { number }) : t('find.none')}
    >
      {!answer.can_enrol && t('find.none_hint')}
    </EmptyState>
  )
}

function NewCustomer({ number, id, selected }: { number: string; id: string; selected: boolean }) {
  const { t } = useWords()
  return (
    <button
      type="button"
      id={id}
      role="option"
      aria-selected={selected}
      tabIndex={-1}
      onClick={() => showMiddle('enrol')}
      className={classNames(
        'flex min-h-16 w-full shrink-0 items-center gap-3 border-t border-l-4 text-left border-t-line px-3 text-15 font-semibold text-brand-ink hover:bg-hover',
        selected ? 'border-l-brand bg-brand-soft' : 'border-l-transparent',
      )}
    >
      <Icon of={UserPlus} size={24} className="shrink-0" />
      <span className="min-w-0 flex-1">
        <span className="block">{t('find.new_customer')}</span>
        <bdi className="one-line block text-13 font-medium">{number}</bdi>
      </span>
      <Keys of="Ctrl Enter" />
    </button>
  )
}

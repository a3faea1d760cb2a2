import { MonitorSmartphone } from 'lucide-react'
import { Badge } from '../../ui/badge.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { pointsText } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { DataTable } from '../../ui/table.tsx'
import { writePlace } from '../frame/location.ts'
import { useWords } from '../frame/use-words.ts'
import { clockIsWrong, isSilent, STATE_TONE, type Till } from './till-states.ts'

/** Tills with how far each is. On a phone what matters stands under the name. */
export function TillTable({ tills }: { tills: readonly Till[] }) {
  const { t, ago, now } = useWords()
  const contact = (till: Till): string => (till.last_contact === null ? t('never') : ago(till.last_contact))
  return (
    <Panel title={t('tills.list')} flush className="overflow-hidden">
      <div className="scroll-quiet overflow-x-auto" tabIndex={-1}>
        <DataTable
          caption={t('tills.list')}
          rows={tills}
          rowKey={({ id }) => id}
          empty={
            <EmptyState icon={MonitorSmartphone} title={t('tills.none')}>
              {t('tills.none_body')}
            </EmptyState>
          }
          columns={[
            {
              key: 'till',
              head: t('tills.till'),
              grow: true,
              cell: (till) => (
                <a
                  href={writePlace({ room: 'stores', of: till.id })}
                  className="flex min-h-14 min-w-0 flex-col justify-center py-1 outline-offset-[-2px]"
                >
                  <bdi className="one-line font-medium">{till.name}</bdi>
                  <bdi className="one-line text-13 text-ink-soft">{till.store_name}</bdi>
                  <span className="one-line text-13 text-ink-soft min-[761px]:hidden">{contact(till)}</span>
                </a>
              ),
            },
            {
              key: 'state',
              head: t('tills.col_state'),
              cell: (till) => (
                <span className="flex flex-wrap gap-1">
                  <Badge tone={STATE_TONE[till.state]}>{t(`tills.state.${till.state}`)}</Badge>
                  {till.exceptions > 0 && (
                    <a href={writePlace({ room: 'exceptions', query: { till: till.id } })}>
                      <Badge tone="amber">{t('tills.exceptions', { count: till.exceptions })}</Badge>
                    </a>
                  )}
                </span>
              ),
            },
            {
              key: 'contact',
              head: t('tills.col_contact'),
              from: 900,
              cell: (till) => (
                <span className={isSilent(till, now) ? 'font-medium text-amber-ink' : ''}>
                  {contact(till)}
                </span>
              ),
            },
            {
              key: 'unsent',
              head: t('tills.col_unsent'),
              numeric: true,
              cell: (till) => (
                <>
                  {pointsText(till.unsent)}
                  {till.unsent > 0 && till.oldest_unsent !== null && (
                    <span className="block text-13 text-ink-soft max-[760px]:hidden">
                      {t('tills.oldest', { ago: ago(till.oldest_unsent) })}
                    </span>
                  )}
                </>
              ),
            },
            {
              key: 'clock',
              head: t('tills.col_clock'),
              from: 900,
              cell: (till) => <ClockWord of={till} />,
            },
            {
              key: 'receipt',
              head: t('tills.col_receipt'),
              from: 1180,
              cell: (till) => (till.last_receipt === null ? t('never') : ago(till.last_receipt)),
            },
            { key: 'version', head: t('tills.col_version'), from: 1180, cell: (till) => till.app_version },
          ]}
        />
      </div>
    </Panel>
  )
}

/** "right", or how far off and in which direction. */
export function ClockWord({ of }: { of: Till }) {
  const { t, span } = useWords()
  if (!clockIsWrong(of)) return t('tills.clock_fine')
  const words = { span: span(of.clock_skew_ms) }
  return (
    <span className="font-medium text-amber-ink">
      {of.clock_skew_ms > 0 ? t('tills.clock_ahead', words) : t('tills.clock_behind', words)}
    </span>
  )
}

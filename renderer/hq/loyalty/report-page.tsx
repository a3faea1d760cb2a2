import { useState } from 'react'
import type { Answered } from '../../../shared/hq/contract.ts'
import { LAPSING_FILE_PATH, REPORT_FILE_PATH } from '../../../shared/hq/routes.ts'
import { DayField } from '../../ui/day-field.tsx'
import { Choice } from '../../ui/field.tsx'
import { nairaText, pointsText } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { DataTable } from '../../ui/table.tsx'
import { queryOf } from '../api/client.ts'
import { usePages } from '../api/use-pages.ts'
import { useQuery } from '../api/use-query.ts'
import { Facts } from '../frame/facts.tsx'
import { LinkButton } from '../frame/link-button.tsx'
import { writePlace } from '../frame/location.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { NotYet } from '../frame/trouble.tsx'
import { useNarrow } from '../frame/use-place.ts'
import { useWords } from '../frame/use-words.ts'

type Found = Answered<'programs.one'>
const MOVED = ['earned', 'adjusted', 'redeemed', 'reversed', 'lapsed'] as const
/** On a phone too; the file has them all. */
const ALWAYS_SHOWN: readonly (typeof MOVED)[number][] = ['earned', 'redeemed']

/** What a program gave and took by store and month, what it owes, who stands where, and whose points lapse soon. */
export function ReportPage({ found, query }: { found: Found; query: Readonly<Record<string, string>> }) {
  const { t } = useWords()
  const narrow = useNarrow()
  const { from, to } = query
  const asked = { id: found.id, ...(from ? { from } : {}), ...(to ? { to } : {}) }
  // As it was when it was opened: every account and line is added up for it, and tills sell all the time.
  const report = useQuery('programs.report', asked)
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <RoomHead
        title={t('loyalty.report.title', { name: found.published?.name ?? found.id })}
        subtitle={t('loyalty.report.subtitle')}
        back={{
          href: writePlace({ room: 'loyalty', of: found.id }),
          label: found.published?.name ?? found.id,
        }}
      >
        <LinkButton look="plain" href={`${filePath(REPORT_FILE_PATH, found.id)}${queryOf({ from, to })}`}>
          {t('loyalty.report.file')}
        </LinkButton>
      </RoomHead>
      <search className="grid max-w-120 grid-cols-2 gap-3">
        {(['from', 'to'] as const).map((end) => (
          <DayField
            key={end}
            label={t(`loyalty.report.${end}`)}
            empty={t(`loyalty.report.${end}_empty`)}
            day={query[end] ?? null}
            onDay={(day) => narrow({ [end]: day ?? undefined })}
          />
        ))}
      </search>
      {report.value ? <Figures found={found} report={report.value} /> : <NotYet query={report} />}
      <Lapsing id={found.id} />
    </div>
  )
}

const filePath = (path: string, id: string): string => path.replace(':id', encodeURIComponent(id))

function Figures({ found, report }: { found: Found; report: Answered<'programs.report'> }) {
  const { t } = useWords()
  const { liability, total, breakage_bp } = report
  return (
    <>
      <div className="grid gap-4 min-[1000px]:grid-cols-2">
        <Panel title={t('loyalty.report.liability')}>
          <p className="mb-2 text-32 font-semibold">{nairaText(liability.kobo)}</p>
          <Facts
            of={[
              [t('customers.open'), pointsText(liability.open)],
              [t('customers.leased'), pointsText(liability.set_aside)],
              [t('customers.debt'), pointsText(liability.owed)],
              [
                t('loyalty.report.breakage'),
                breakage_bp === null ? t('loyalty.report.no_breakage') : `${(breakage_bp / 100).toFixed(2)}%`,
              ],
            ]}
          />
        </Panel>
        <Panel title={t('loyalty.report.tiers')}>
          <Facts of={found.tiers.map(({ name, accounts }) => [name, pointsText(accounts)])} />
        </Panel>
      </div>
      <Panel title={t('loyalty.report.moved')} flush>
        <DataTable
          caption={t('loyalty.report.moved')}
          rows={[
            ...report.rows,
            ...(report.rows.length > 1 ? [{ ...total, month: '', store: '', store_name: '' }] : []),
          ]}
          rowKey={({ month, store }) => `${month} ${store}`}
          empty={<p className="p-4 text-ink-soft">{t('loyalty.report.none')}</p>}
          columns={[
            {
              key: 'month',
              head: t('loyalty.report.month'),
              cell: (row) => row.month || t('loyalty.report.sum'),
            },
            {
              key: 'store',
              head: t('loyalty.report.store'),
              grow: true,
              cell: (row) => (
                <bdi>{row.month === '' ? '' : row.store_name || t('loyalty.report.no_store')}</bdi>
              ),
            },
            ...MOVED.map((what) => ({
              key: what,
              head: t(`loyalty.report.${what}`),
              numeric: true,
              ...(ALWAYS_SHOWN.includes(what) ? {} : { from: 900 as const }),
              cell: (row: (typeof report.rows)[number]) => pointsText(row[what]),
            })),
          ]}
        />
      </Panel>
    </>
  )
}

const DAYS = ['30', '60'] as const

function Lapsing({ id }: { id: string }) {
  const { t, day } = useWords()
  const [days, setDays] = useState<(typeof DAYS)[number]>('30')
  const { rows, trouble, reload, loading } = usePages('programs.lapsing', { id, days })
  return (
    <Panel title={t('loyalty.lapsing.title')} flush>
      <div className="flex flex-wrap items-center gap-2 px-4 py-2">
        <Choice
          label={t('loyalty.lapsing.within')}
          hideLabel
          compact
          value={days}
          onValue={setDays}
          options={DAYS.map((value) => ({
            value,
            label: t('loyalty.lapsing.days', { count: Number(value) }),
          }))}
        />
        <LinkButton look="plain" href={`${filePath(LAPSING_FILE_PATH, id)}${queryOf({ days })}`}>
          {t('loyalty.report.file')}
        </LinkButton>
      </div>
      {loading || trouble ? (
        <NotYet query={{ trouble, reload }} />
      ) : (
        <DataTable
          caption={t('loyalty.lapsing.title')}
          rows={rows}
          rowKey={({ customer }) => customer}
          empty={<p className="p-4 text-ink-soft">{t('loyalty.lapsing.none')}</p>}
          columns={[
            {
              key: 'name',
              head: t('customers.col_name'),
              grow: true,
              cell: (row) => (
                <a
                  className="inline-flex min-h-12 items-center font-medium hover:underline"
                  href={writePlace({ room: 'customers', of: row.customer })}
                >
                  <bdi>{row.name || row.phone || row.customer.slice(0, 8)}</bdi>
                </a>
              ),
            },
            { key: 'phone', head: t('customers.col_phone'), from: 900, cell: (row) => row.phone },
            {
              key: 'points',
              head: t('customers.col_points'),
              numeric: true,
              cell: (row) => pointsText(row.points),
            },
            {
              key: 'kobo',
              head: t('loyalty.lapsing.worth'),
              numeric: true,
              from: 900,
              cell: (row) => nairaText(row.kobo),
            },
            {
              key: 'day',
              head: t('loyalty.lapsing.last_day'),
              numeric: true,
              cell: (row) => day(row.last_day, 'year'),
            },
          ]}
        />
      )}
    </Panel>
  )
}

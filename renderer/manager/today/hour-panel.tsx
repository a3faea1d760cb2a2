import { BarChart3, ShoppingBag, Table2 } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Choice } from '../../ui/field.tsx'
import { Naira, Points, pointsText } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { DataTable } from '../../ui/table.tsx'
import { useWords } from '../frame/use-words.ts'
import type { DayReport } from './day-figures.tsx'
import { HourChart } from './hour-chart.tsx'
import { busiestHour, drawnHours, type HourRow, hourText, MEASURES, type Measure } from './hours.ts'

/** The day by hour, as bars or as the table behind them. */
export function HourPanel({ report, isToday }: { report: DayReport; isToday: boolean }) {
  const { t } = useWords()
  const [measure, setMeasure] = useState<Measure>('sales')
  const [asTable, setAsTable] = useState(false)
  const rows = drawnHours(report.by_hour)
  const busiest = busiestHour(report.by_hour)
  return (
    <Panel
      title={t('today.by_hour')}
      aside={
        <div className="flex items-center gap-1">
          <Choice
            compact
            hideLabel
            label={t('today.by_hour_of')}
            value={measure}
            onValue={setMeasure}
            options={MEASURES.map((value) => ({ value, label: t(`today.measure.${value}`) }))}
          />
          <IconButton
            icon={asTable ? BarChart3 : Table2}
            label={asTable ? t('today.show_chart') : t('today.show_table')}
            onClick={() => setAsTable(!asTable)}
          />
        </div>
      }
      flush
    >
      {busiest === null ? (
        <EmptyState icon={ShoppingBag} title={isToday ? t('today.no_sales_today') : t('today.no_sales')}>
          {isToday ? t('today.no_sales_body') : t('today.no_sales_body_earlier')}
        </EmptyState>
      ) : (
        <>
          <p className="px-4 text-13 text-ink-soft">
            {t('today.busiest', { hour: hourText(busiest.hour), sales: pointsText(busiest.sales) })}
          </p>
          {asTable ? (
            <HourTable rows={rows} />
          ) : (
            <>
              <div aria-hidden="true" className="px-2 pb-2">
                <HourChart rows={rows} measure={measure} busiest={busiest.hour} />
              </div>
              <div className="sr-only">
                <HourTable rows={rows} />
              </div>
            </>
          )}
        </>
      )}
    </Panel>
  )
}

function HourTable({ rows }: { rows: readonly HourRow[] }) {
  const { t } = useWords()
  return (
    <DataTable
      caption={t('today.chart_caption')}
      rows={rows}
      rowKey={(row) => String(row.hour)}
      columns={[
        { key: 'hour', head: t('today.hour'), cell: (row) => hourText(row.hour), grow: true },
        { key: 'sales', head: t('today.cashier_sales'), cell: (row) => row.sales, numeric: true },
        {
          key: 'gross',
          head: t('today.amount'),
          cell: (row) => <Naira kobo={row.gross_kobo} />,
          numeric: true,
        },
        {
          key: 'earned',
          head: t('today.points_given'),
          cell: (row) => <Points value={row.earned} />,
          numeric: true,
        },
        {
          key: 'redeemed',
          head: t('today.points_used'),
          cell: (row) => <Points value={row.redeemed} />,
          numeric: true,
        },
      ]}
    />
  )
}

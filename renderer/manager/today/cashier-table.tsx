import type { Output } from '../../../shared/ipc/contract.ts'
import { Naira, Points, pointsText } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../frame/use-words.ts'
import { type DayReport, listOf } from './day-figures.tsx'

type Row = Output<'manager.today'>['by_cashier'][number]

/** Stands for an import or the command line, which have no entries of a person to open. */
const NO_PERSON = '0'.repeat(32)

/** Who sold how much. The bar stands in the row itself, so that the table is the chart. */
export function CashierTable({ report }: { report: DayReport }) {
  const { t } = useWords()
  const most = Math.max(1, ...report.by_cashier.map((row) => row.sales))
  const heads = [
    'cashier_sales',
    'amount',
    'points_given',
    'points_used',
    'cashier_enrolled',
    'cashier_undone',
  ] as const
  // A day without sales is told once, by the panel above.
  if (report.by_cashier.length === 0) return null
  return (
    <Panel title={t('today.by_cashier')} flush>
      <div className="scroll-quiet overflow-x-auto pb-1">
        <table className="w-full border-collapse text-15">
          <caption className="sr-only">{t('today.cashier_caption')}</caption>
          <thead>
            <tr className="text-13 text-ink-soft">
              <th scope="col" className="px-4 py-2 text-left font-medium">
                {t('today.cashier')}
              </th>
              {heads.map((head) => (
                <th
                  key={head}
                  scope="col"
                  colSpan={head === 'cashier_sales' ? 2 : 1}
                  className={
                    head === 'cashier_sales'
                      ? 'py-2 pr-3 text-left font-medium'
                      : 'px-3 py-2 text-right font-medium'
                  }
                >
                  {t(`today.${head}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {report.by_cashier.map((row) => (
              <CashierRow key={`${row.staff_id} ${row.name}`} row={row} most={most} date={report.date} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

function CashierRow({ row, most, date }: { row: Row; most: number; date: string }) {
  const { t } = useWords()
  const number = 'h-12 px-3 text-right whitespace-nowrap'
  return (
    <tr className="border-t border-line">
      <th scope="row" className="px-4 text-left font-medium whitespace-nowrap">
        {row.staff_id === NO_PERSON ? (
          <bdi>{row.name}</bdi>
        ) : (
          <a
            href={listOf(date, [], row.staff_id)}
            aria-label={t('today.open_person', { name: row.name })}
            className="inline-flex min-h-12 items-center underline decoration-line-strong underline-offset-4 hover:decoration-ink"
          >
            <bdi>{row.name}</bdi>
          </a>
        )}
      </th>
      <td className="h-12 w-px pr-2 text-right whitespace-nowrap">{pointsText(row.sales)}</td>
      <td className="h-12 w-1/3 min-w-24 pr-3">
        <svg aria-hidden="true" className="block h-3 w-full" preserveAspectRatio="none" viewBox="0 0 100 20">
          <rect width={(row.sales / most) * 100} height="20" className="fill-brand" opacity="0.5" />
        </svg>
      </td>
      <td className={number}>
        <Naira kobo={row.gross_kobo} />
      </td>
      <td className={number}>
        <Points value={row.earned} />
      </td>
      <td className={number}>
        <Points value={row.redeemed} />
      </td>
      <td className={number}>{pointsText(row.enrolled)}</td>
      <td className={number}>{pointsText(row.voids)}</td>
    </tr>
  )
}

import { CircleCheck, Inbox, Store } from 'lucide-react'
import { businessDate } from '../../../shared/base/business-date.ts'
import type { Answered } from '../../../shared/hq/contract.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { nairaText, pointsText } from '../../ui/figures.tsx'
import { Panel } from '../../ui/panel.tsx'
import { DataTable } from '../../ui/table.tsx'
import { useQuery } from '../api/use-query.ts'
import { Figure } from '../frame/figure.tsx'
import { LinkButton } from '../frame/link-button.tsx'
import { writePlace } from '../frame/location.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { NotYet } from '../frame/trouble.tsx'
import { useWords } from '../frame/use-words.ts'
import { placeOf, useMovedText, WhatItIs } from '../ledgers/event-columns.tsx'

/** The business at a glance; every figure opens the list behind it. */
export function OverviewRoom() {
  const { t } = useWords()
  const found = useQuery('overview', {}, ['ledgers', 'tills', 'inbox'])
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <RoomHead title={t('room.overview')} subtitle={t('overview.subtitle')} />
      {!found.value ? (
        <NotYet query={found} />
      ) : found.value.stores === 0 ? (
        <Panel>
          <EmptyState
            icon={Store}
            title={t('overview.start')}
            action={<LinkButton href={writePlace({ room: 'stores' })}>{t('overview.start_do')}</LinkButton>}
          >
            {t('overview.start_body')}
          </EmptyState>
        </Panel>
      ) : (
        <>
          <Today of={found.value} />
          <Standing of={found.value} />
          <div className="grid items-start gap-4 wide:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
            <Attention of={found.value} />
            <Latest of={found.value} />
          </div>
        </>
      )}
    </div>
  )
}

type Overview = Answered<'overview'>
const GRID = 'grid grid-cols-4 gap-3 max-[900px]:grid-cols-2'

function Today({ of }: { of: Overview }) {
  const { t, zone, now } = useWords()
  const today = businessDate(now, zone)
  const list = (kind: string): string => writePlace({ room: 'ledgers', query: { kind, from: today } })
  return (
    <div className={GRID}>
      <Figure
        label={t('overview.sales')}
        href={list('sale.recorded')}
        note={t('overview.sales_note', { amount: nairaText(of.today.gross_kobo) })}
      >
        {pointsText(of.today.sales)}
      </Figure>
      <Figure label={t('overview.given')} href={list('points.earned')}>
        {pointsText(of.today.points_given)}
      </Figure>
      <Figure label={t('overview.used')} href={list('points.redeemed')}>
        {pointsText(of.today.points_used)}
      </Figure>
      <Figure label={t('overview.enrolled')} href={list('customer.enrolled')}>
        {pointsText(of.today.new_customers)}
      </Figure>
    </div>
  )
}

function Standing({ of }: { of: Overview }) {
  const { t, ago } = useWords()
  return (
    <div className={GRID}>
      <Figure
        label={t('overview.tills')}
        href={writePlace({ room: 'stores' })}
        attention={of.tills.silent > 0}
        note={
          of.tills.silent > 0
            ? t('overview.tills_silent', { count: of.tills.silent })
            : t('overview.tills_fine')
        }
      >
        {pointsText(of.tills.active)}
      </Figure>
      <Figure
        label={t('overview.unsent')}
        href={writePlace({ room: 'stores' })}
        note={
          of.unsent > 0 ? t('overview.unsent_note', { count: of.tills.waiting }) : t('overview.unsent_none')
        }
      >
        {pointsText(of.unsent)}
      </Figure>
      <Figure
        label={t('overview.exceptions')}
        href={writePlace({ room: 'exceptions' })}
        attention={of.open_exceptions > 0}
        note={of.open_exceptions > 0 ? t('overview.exceptions_note') : t('overview.exceptions_none')}
      >
        {pointsText(of.open_exceptions)}
      </Figure>
      <Figure
        label={t('overview.contact')}
        href={writePlace({ room: 'stores' })}
        note={t('overview.contact_note')}
      >
        <span className="text-24 max-[1040px]:text-18">
          {of.last_contact === null ? t('never') : ago(of.last_contact)}
        </span>
      </Figure>
    </div>
  )
}

function Attention({ of }: { of: Overview }) {
  const { t } = useWords()
  return (
    <Panel title={t('overview.attention')} flush>
      {of.exceptions.length === 0 ? (
        <EmptyState icon={CircleCheck} title={t('overview.attention_none')}>
          {t('overview.attention_none_body')}
        </EmptyState>
      ) : (
        <ul className="flex flex-col pb-2">
          {of.exceptions.map(({ kind, open }) => (
            <li key={kind}>
              <a
                href={writePlace({ room: 'exceptions', query: { kind } })}
                className="flex min-h-12 items-center justify-between gap-3 px-4 outline-offset-[-2px] hover:bg-hover"
              >
                <span className="min-w-0 py-1 font-medium">{t(`exceptions.kind.${kind}.title`)}</span>
                <span className="shrink-0 rounded-inner border border-amber-line bg-amber-soft px-2 text-13 font-semibold text-amber-ink">
                  {open}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Latest({ of }: { of: Overview }) {
  const { t, ago } = useWords()
  const movedText = useMovedText()
  return (
    <Panel
      title={t('overview.latest')}
      flush
      aside={
        <a
          href={writePlace({ room: 'ledgers' })}
          className="inline-flex min-h-12 items-center rounded-card px-2 text-15 font-medium text-brand-ink underline underline-offset-3"
        >
          {t('overview.latest_all')}
        </a>
      }
    >
      {of.latest.length === 0 ? (
        <EmptyState icon={Inbox} title={t('overview.latest_none')}>
          {t('overview.latest_none_body')}
        </EmptyState>
      ) : (
        <DataTable
          caption={t('overview.latest')}
          rows={of.latest}
          rowKey={placeOf}
          columns={[
            {
              key: 'what',
              head: t('ledgers.col_what'),
              grow: true,
              cell: (row) => (
                <WhatItIs row={row} href={writePlace({ room: 'ledgers', query: { open: placeOf(row) } })} />
              ),
            },
            {
              key: 'customer',
              head: t('ledgers.col_customer'),
              from: 900,
              cell: (row) => <bdi className="one-line block max-w-46">{row.customer_name}</bdi>,
            },
            {
              key: 'moved',
              head: t('ledgers.col_amount'),
              numeric: true,
              cell: (row) => (row.amount_kobo === null ? movedText(row) : nairaText(row.amount_kobo)),
            },
            { key: 'when', head: t('ledgers.col_when'), numeric: true, cell: (row) => ago(row.received_at) },
          ]}
        />
      )}
    </Panel>
  )
}

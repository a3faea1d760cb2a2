import { Plug, Store } from 'lucide-react'
import { useState } from 'react'
import type { Answered } from '../../../shared/hq/contract.ts'
import { ALL_STORES } from '../../../shared/hq/limits.ts'
import { Badge } from '../../ui/badge.tsx'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { nairaText, pointsText } from '../../ui/figures.tsx'
import { isolated } from '../../ui/isolated.ts'
import { Panel } from '../../ui/panel.tsx'
import { DataTable } from '../../ui/table.tsx'
import { useMay } from '../api/console-context.ts'
import { useQuery } from '../api/use-query.ts'
import { Figure } from '../frame/figure.tsx'
import { writePlace } from '../frame/location.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { NotYet } from '../frame/trouble.tsx'
import { useWords } from '../frame/use-words.ts'
import { PolicyDialog } from '../stores/policy-dialog.tsx'

type Risk = Answered<'risk'>
type StoreRisk = Risk['stores'][number]
type Opened = { readonly id: string; readonly name: string; readonly told: Risk['all'] }

/** Where it is, within the stores. */
export const RISK = 'risk'
const STORES = writePlace({ room: 'stores' })
const OVERDRAFTS = writePlace({ room: 'exceptions', query: { kind: 'overdraft' } })

/** What an outage may cost by the rules of today, what is set aside, and what the last ones did cost. */
export function RiskPage() {
  const { t } = useWords()
  const mayChange = useMay('manager')
  // Not with every entry that arrives: it looks through all that is set aside.
  const found = useQuery('risk', {}, ['audit', 'inbox'])
  const [open, setOpen] = useState<Opened | null>(null)
  const [said, setSaid] = useState('')
  const close = (sentence = ''): void => {
    setOpen(null)
    if (sentence === '') return
    setSaid(sentence)
    found.reload()
  }
  const of = found.value
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <RoomHead
        title={t('risk.title')}
        subtitle={t('risk.subtitle')}
        back={{ href: STORES, label: t('room.stores') }}
      >
        {mayChange && of && of.stores.length > 0 && (
          <Button look="primary" onClick={() => setOpen({ id: ALL_STORES, name: '', told: of.all })}>
            {t('risk.change_all')}
          </Button>
        )}
      </RoomHead>
      {said !== '' && <Band tone="brand">{said}</Band>}
      {!of ? (
        <NotYet query={found} />
      ) : (
        <>
          {of.awaited.length > 0 && (
            <Band tone="amber">
              {t('risk.waiting', { tills: of.awaited.map(({ name }) => isolated(name)).join(', ') })}
            </Band>
          )}
          <Figures of={of} />
          <StoresPanel
            of={of}
            onChange={
              mayChange
                ? ({ id, name, policy, mark }) => setOpen({ id, name, told: { policy, mark } })
                : undefined
            }
          />
          <OutagesPanel of={of} />
          <p className="text-13 text-ink-soft">{t('risk.how', { amount: nairaText(of.point_worth_kobo) })}</p>
        </>
      )}
      {open && <PolicyDialog {...open} onClose={close} />}
    </div>
  )
}

function Figures({ of }: { of: Risk }) {
  const { t } = useWords()
  const owed = of.outages.reduce((sum, one) => sum + one.owed_kobo, 0)
  const short = of.outages.reduce((sum, one) => sum + one.short_points, 0)
  return (
    <div className="grid grid-cols-4 gap-3 max-[1040px]:grid-cols-2 max-[500px]:grid-cols-1">
      <Figure label={t('risk.worst')} href={STORES} note={t('risk.worst_note', { count: of.tills })}>
        {nairaText(of.worst.kobo)}
      </Figure>
      <Figure
        label={t('risk.customer')}
        href={writePlace({ room: 'customers' })}
        note={t('risk.customer_note')}
      >
        {nairaText(of.customer.kobo)}
      </Figure>
      <Figure
        label={t('risk.aside')}
        href={writePlace({ room: 'ledgers', query: { kind: 'lease.granted' } })}
        note={t('risk.aside_note', { amount: nairaText(of.set_aside.kobo) })}
      >
        {pointsText(of.set_aside.points)}
      </Figure>
      <Figure
        label={t('risk.owed')}
        href={OVERDRAFTS}
        attention={owed > 0}
        note={short > 0 ? t('risk.owed_note', { points: pointsText(short) }) : t('risk.owed_none')}
      >
        {nairaText(owed)}
      </Figure>
    </div>
  )
}

function StoresPanel({ of, onChange }: { of: Risk; onChange: ((store: StoreRisk) => void) | undefined }) {
  const { t } = useWords()
  const most = (store: StoreRisk): number =>
    (store.floor_points + store.override_points) * of.point_worth_kobo + store.set_aside.kobo
  return (
    <Panel title={t('risk.stores')} flush className="overflow-hidden">
      <div className="scroll-quiet overflow-x-auto" tabIndex={-1}>
        <DataTable
          caption={t('risk.stores')}
          rows={of.stores}
          rowKey={({ id }) => id}
          empty={
            <EmptyState icon={Store} title={t('risk.none')}>
              {t('risk.none_body')}
            </EmptyState>
          }
          columns={[
            {
              key: 'store',
              head: t('risk.col_store'),
              grow: true,
              cell: (store) => (
                <a
                  href={writePlace({ room: 'stores', query: { store: store.id } })}
                  className="flex min-h-12 min-w-0 items-center gap-2 outline-offset-[-2px]"
                >
                  <bdi className="one-line font-medium">{store.name}</bdi>
                  {store.own && <Badge>{t('risk.own')}</Badge>}
                </a>
              ),
            },
            {
              key: 'tills',
              head: t('risk.col_tills'),
              numeric: true,
              from: 900,
              cell: ({ tills }) => pointsText(tills),
            },
            {
              key: 'floor',
              head: t('risk.col_floor'),
              numeric: true,
              from: 900,
              cell: (store) => pointsText(store.floor_points),
            },
            {
              key: 'override',
              head: t('risk.col_override'),
              numeric: true,
              from: 900,
              cell: (store) => pointsText(store.override_points),
            },
            {
              key: 'aside',
              head: t('risk.col_aside'),
              numeric: true,
              from: 900,
              cell: (store) => pointsText(store.set_aside.points),
            },
            {
              key: 'most',
              head: t('risk.col_most'),
              numeric: true,
              cell: (store) => nairaText(most(store)),
            },
            ...(onChange
              ? [
                  {
                    key: 'change',
                    head: <span className="sr-only">{t('risk.change')}</span>,
                    cell: (store: StoreRisk) => (
                      <Button
                        look="quiet"
                        aria-label={t('risk.change_of', { name: store.name })}
                        onClick={() => onChange(store)}
                      >
                        {t('risk.change')}
                      </Button>
                    ),
                  },
                ]
              : []),
          ]}
        />
      </div>
    </Panel>
  )
}

function OutagesPanel({ of }: { of: Risk }) {
  const { t, recent, span } = useWords()
  return (
    <Panel title={t('risk.outages')} flush className="overflow-hidden">
      <div className="scroll-quiet overflow-x-auto" tabIndex={-1}>
        <DataTable
          caption={t('risk.outages')}
          rows={of.outages}
          rowKey={({ till }) => till.id}
          empty={
            <EmptyState icon={Plug} title={t('risk.no_outage')}>
              {t('risk.no_outage_body')}
            </EmptyState>
          }
          columns={[
            {
              key: 'till',
              head: t('risk.col_till'),
              grow: true,
              cell: ({ till, from }) => (
                <a
                  href={writePlace({ room: 'stores', of: till.id })}
                  className="flex min-h-14 min-w-0 flex-col justify-center py-1 outline-offset-[-2px]"
                >
                  <bdi className="one-line font-medium">{till.name}</bdi>
                  <bdi className="one-line text-13 text-ink-soft">{till.store_name}</bdi>
                  <span className="one-line text-13 text-ink-soft min-[901px]:hidden">{recent(from)}</span>
                </a>
              ),
            },
            { key: 'when', head: t('risk.col_when'), from: 900, cell: ({ from }) => recent(from) },
            { key: 'long', head: t('risk.col_long'), from: 900, cell: ({ from, to }) => span(to - from) },
            {
              key: 'used',
              head: t('risk.col_used'),
              numeric: true,
              from: 900,
              cell: (one) => pointsText(one.redeemed_points),
            },
            {
              key: 'short',
              head: t('risk.col_short'),
              numeric: true,
              cell: (one) => pointsText(one.short_points),
            },
            {
              key: 'owed',
              head: t('risk.col_owed'),
              numeric: true,
              cell: (one) => (
                <span className={one.owed_kobo > 0 ? 'font-medium text-amber-ink' : ''}>
                  {nairaText(one.owed_kobo)}
                </span>
              ),
            },
          ]}
        />
      </div>
    </Panel>
  )
}

import type { ReactNode } from 'react'
import type { Answered } from '../../../shared/hq/contract.ts'
import { STATEMENT_FILE_PATH } from '../../../shared/hq/routes.ts'
import { TierBadge } from '../../ui/badge.tsx'
import { Band } from '../../ui/band.tsx'
import { nairaText, pointsText } from '../../ui/figures.tsx'
import { isolated } from '../../ui/isolated.ts'
import { Panel } from '../../ui/panel.tsx'
import { DataTable } from '../../ui/table.tsx'
import { useQuery } from '../api/use-query.ts'
import { Facts } from '../frame/facts.tsx'
import { LinkButton } from '../frame/link-button.tsx'
import { writePlace } from '../frame/location.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { NotYet } from '../frame/trouble.tsx'
import { useWords } from '../frame/use-words.ts'
import { lineWord } from '../ledgers/line-words.ts'

type Page = Answered<'customers.one'>

/** One customer: facts, points, and every line that made them. */
export function CustomerPage({ id }: { id: string }) {
  const { t, moment, recent } = useWords()
  const found = useQuery('customers.one', { id }, ['ledgers', 'inbox'])
  const back = { href: writePlace({ room: 'customers' }), label: t('customers.back') }
  if (!found.value) {
    return (
      <div className="flex flex-col gap-4 p-4 wide:p-6">
        <RoomHead title={t('ledgers.customer')} back={back} />
        <NotYet query={found} />
      </div>
    )
  }
  const { customer, aliases, accounts } = found.value
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <RoomHead title={<bdi>{customer.name || customer.phone || customer.id.slice(0, 8)}</bdi>} back={back}>
        <LinkButton look="plain" href={STATEMENT_FILE_PATH.replace(':id', customer.id)}>
          {t('customers.statement')}
        </LinkButton>
        <LinkButton look="plain" href={writePlace({ room: 'ledgers', query: { customer: customer.id } })}>
          {t('customers.entries')}
        </LinkButton>
      </RoomHead>
      <div className="grid gap-4 min-[1000px]:grid-cols-2">
        <Panel title={t('customers.facts')}>
          <Facts
            of={[
              ...(['phone', 'card', 'email'] as const)
                .filter((fact) => customer[fact] !== '')
                .map((fact) => [t(`customers.${fact}`), customer[fact]] as const),
              [t('customers.joined'), moment(customer.joined)],
              [t('customers.sales'), pointsText(customer.sale_count)],
              [t('customers.spent'), nairaText(customer.spend_kobo)],
              [t('customers.last'), customer.last_sale === null ? t('never') : recent(customer.last_sale)],
              ...(aliases.length > 0
                ? [
                    [
                      t('customers.other_ids'),
                      t('customers.other_ids_of', { count: aliases.length }),
                    ] as const,
                  ]
                : []),
            ]}
          />
        </Panel>
        {accounts.length === 0 ? (
          <Panel>{t('customers.no_account')}</Panel>
        ) : (
          accounts.map((account) => (
            <AccountPanel key={account.program} of={account} named={accounts.length > 1} />
          ))
        )}
      </div>
      <Lines of={found.value} />
      <TierChanges of={found.value} />
    </div>
  )
}

/** `named`: there is more than one program to tell apart. */
function AccountPanel({ of, named }: { of: Page['accounts'][number]; named: boolean }) {
  const { t, moment } = useWords()
  const tierFacts = (tier: NonNullable<typeof of.tier>): readonly (readonly [string, ReactNode])[] => [
    [t('customers.tier'), <TierBadge key="tier" name={tier.name} />],
    ...(tier.next !== null && tier.missing !== null
      ? [[t('customers.to_next', { tier: isolated(tier.next) }), pointsText(tier.missing)] as const]
      : []),
    ...(tier.keeps_until === null ? [] : [[t('customers.kept_until'), moment(tier.keeps_until)] as const]),
  ]
  return (
    <Panel title={named ? t('customers.account_of', { program: of.program_name }) : t('customers.account')}>
      <p className="mb-2 text-48 font-semibold">{pointsText(of.open)}</p>
      <Facts
        of={[
          [t('customers.open'), pointsText(of.open)],
          [t('customers.leased'), pointsText(of.leased)],
          [t('customers.debt'), pointsText(of.debt)],
          [t('customers.lifetime'), pointsText(of.lifetime)],
          ...(of.tier ? tierFacts(of.tier) : []),
        ]}
      />
      {of.held > 0 && (
        <Band tone="amber" announce={false} className="mt-3">
          {t('customers.held', { count: of.held })}
        </Band>
      )}
    </Panel>
  )
}

function Lines({ of }: { of: Page }) {
  const { t, recent } = useWords()
  return (
    <Panel title={t('customers.lines')} flush>
      <DataTable
        caption={t('customers.lines')}
        rows={of.lines}
        rowKey={(line) => `${line.program}/${line.post_no}/${line.kind}/${line.effective}/${line.points}`}
        empty={<p className="p-4 text-ink-soft">{t('customers.lines_none')}</p>}
        columns={[
          {
            key: 'what',
            head: t('customers.col_what'),
            cell: (line) => {
              const text = t(`customers.line.${lineWord(line.kind)}`)
              return line.place ? (
                <a
                  className="inline-flex min-h-12 items-center font-medium outline-offset-[-2px] hover:underline"
                  href={writePlace({
                    room: 'ledgers',
                    query: {
                      customer: of.customer.id,
                      open: `${line.place.device}.${line.place.epoch}.${line.place.seq}`,
                    },
                  })}
                >
                  {text}
                </a>
              ) : (
                text
              )
            },
          },
          {
            key: 'why',
            head: t('customers.col_why'),
            grow: true,
            from: 900,
            cell: (line) => <span title={line.explained}>{line.explained}</span>,
          },
          {
            key: 'points',
            head: t('customers.col_points'),
            numeric: true,
            cell: (line) => pointsText(line.kind === 'redeem' ? -line.points : line.points, true),
          },
          {
            key: 'till',
            head: t('customers.col_till'),
            from: 900,
            cell: (line) => <bdi>{line.till}</bdi>,
          },
          {
            key: 'when',
            head: t('customers.col_when'),
            numeric: true,
            cell: (line) => recent(line.effective),
          },
        ]}
      />
    </Panel>
  )
}

function TierChanges({ of }: { of: Page }) {
  const { t, recent } = useWords()
  if (of.tier_changes.length === 0) return null
  return (
    <Panel title={t('customers.tier_changes')} flush>
      <DataTable
        caption={t('customers.tier_changes')}
        rows={of.tier_changes}
        rowKey={({ no }) => String(no)}
        columns={[
          { key: 'from', head: t('customers.tier_from'), cell: ({ from }) => <TierBadge name={from} /> },
          { key: 'to', head: t('customers.tier_to'), cell: ({ to }) => <TierBadge name={to} /> },
          {
            key: 'why',
            head: t('customers.col_why'),
            grow: true,
            cell: ({ by_entry }) => t(by_entry ? 'customers.tier_by_entry' : 'customers.tier_by_time'),
          },
          { key: 'when', head: t('customers.col_when'), numeric: true, cell: ({ at }) => recent(at) },
        ]}
      />
    </Panel>
  )
}

import type { Answered } from '../../../shared/hq/contract.ts'
import { Band } from '../../ui/band.tsx'
import { nairaText, pointsText } from '../../ui/figures.tsx'
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
    </div>
  )
}

/** `named`: there is more than one program to tell apart. */
function AccountPanel({ of, named }: { of: Page['accounts'][number]; named: boolean }) {
  const { t } = useWords()
  return (
    <Panel title={named ? t('customers.account_of', { program: of.program }) : t('customers.account')}>
      <p className="mb-2 text-48 font-semibold">{pointsText(of.open)}</p>
      <Facts
        of={[
          [t('customers.open'), pointsText(of.open)],
          [t('customers.leased'), pointsText(of.leased)],
          [t('customers.debt'), pointsText(of.debt)],
          [t('customers.lifetime'), pointsText(of.lifetime)],
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

const WHYS = ['sale_reversed', 'once', 'cap'] as const

function Lines({ of }: { of: Page }) {
  const { t, recent } = useWords()
  const why = (text: string): string => {
    const known = WHYS.find((one) => one === text)
    return known ? t(`customers.line_why.${known}`) : text
  }
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
            grow: true,
            cell: (line) => {
              const words = t(`customers.line.${lineWord(line.kind)}`)
              const text = line.why === '' ? words : `${words}: ${why(line.why)}`
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

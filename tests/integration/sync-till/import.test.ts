import { afterEach, expect, it } from 'vitest'
import { eventId } from '../../../shared/protocol/event.ts'
import { ScriptedHq } from '../../support/scripted-hq.ts'
import { enrolAt } from '../../support/sync-till.ts'
import { newTill, removeTempDirs } from '../../support/till.ts'

afterEach(removeTempDirs)

const ROW = { phone: '08031234567', email: '', card: '', name: 'Ada', birth: '' }
const people = (key: string) => [{ ...ROW, key, consent_marketing: 'not_asked' as const }]
const sales = (key: string, occurred_ms: number) => [
  {
    key,
    phone: ROW.phone,
    email: '',
    card: '',
    amount_kobo: 500_000,
    occurred_ms,
    receipt: '',
    channel: 'pos',
  },
]

it('one file is one import on every till, before an enrolment and after it', async () => {
  const [till, other] = [await newTill(), await newTill(8)]
  other.db.prepare(`UPDATE till SET value = ? WHERE key = 'tenant'`).run('ab'.repeat(16))
  const at = till.clock.wallMs
  expect(till.till.importer.customers(people('p1'))[0]?.outcome).toBe('booked')
  expect(till.till.importer.sales(sales('s1', at), true)[0]?.outcome).toBe('booked')
  await enrolAt(till, new ScriptedHq(() => till.clock.wallMs))
  expect(till.till.importer.customers(people('p1'))).toEqual([{ outcome: 'already_there' }])
  expect(till.till.importer.sales(sales('s1', at), true)).toEqual([{ outcome: 'already_there' }])
  expect(till.till.importer.sales(sales('s2', at), true)[0]).toEqual({ outcome: 'booked', customer: 'known' })
  await other.restart()
  other.till.importer.sales(sales('s1', at), true)
  const ids = (of: typeof till): string[] =>
    of.db.prepare<[], string>(`SELECT id FROM event WHERE kind = 'sale.recorded'`).pluck().all()
  expect(ids(till)).toContain(ids(other)[0])
})

it('a row that an earlier version booked, under its own tenant, is not booked again', async () => {
  const till = await newTill()
  const { ledger } = till.till
  const command = eventId(ledger.platform.digest, `${ledger.ids.tenant} import customer p1`, 0)
  ledger.writer.run({
    id: command,
    actor: { staff: 'import' },
    request: '',
    decide: () => ({
      ok: true,
      value: { drafts: [{ kind: 'override', n: 0, payload: { what: '', about: '' } }], answer: () => null },
    }),
  })
  await enrolAt(till, new ScriptedHq(() => till.clock.wallMs))
  expect(till.till.importer.customers(people('p1'))).toEqual([{ outcome: 'already_there' }])
})

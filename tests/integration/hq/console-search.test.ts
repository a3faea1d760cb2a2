import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTenant } from '../../../hq/services/tenants.ts'
import { type ConsoleOffice, type ConsolePerson, openConsoleOffice, somebody } from '../../support/console.ts'

/** A person finds a customer by what they type, whatever locale the database has: that of the tests is C. */

let office: ConsoleOffice
let viewer: ConsolePerson

beforeAll(async () => {
  office = await openConsoleOffice()
  const { tenant } = await createTenant(office.parts, { name: 'Alheri Stores', who: 'test' })
  viewer = await somebody(office, tenant, 'viewer', 'Bola Ade')
  await office.db.tenant(tenant, (tx) =>
    tx.query(
      `INSERT INTO hq.customer (tenant_id, id, public_id, name, phone, card, email, joined) VALUES
         ($1, md5('elodie'), 'P1', 'Élodie Ọkafor', '+2348031234567', 'Ñ-17', 'ÉLODIE@example.com', 1),
         ($1, md5('efe'), 'P2', 'Efe Okafor', '+2348037654321', 'N-17', 'efe@example.com', 1),
         ($1, md5('no name'), 'P3', '', '+2348090000001', NULL, NULL, 1),
         ($1, md5('none either'), 'P4', '', '+2348090000002', NULL, NULL, 1)`,
      [tenant],
    ),
  )
})
afterAll(() => office.close())

const found = async (text: string): Promise<readonly string[]> =>
  (await viewer.get('customers.find', { text })).rows.map(({ name }) => name.split(' ')[0] ?? '')

test.each([
  ['é', ['Élodie']],
  ['ÉLO', ['Élodie']],
  ['ọKAFOR', ['Élodie']],
  ['élodie ọkafor', ['Élodie']],
  ['ñ-17', ['Élodie']],
  ['élodie@EXAMPLE.com', ['Élodie']],
  ['e', ['Efe']],
  ['OKAFOR', ['Efe']],
  ['n-17', ['Efe']],
  ['0803', ['Efe', 'Élodie']],
  ['34567', ['Élodie']],
  ['%', []],
])('%s', async (text, wanted) => {
  expect([...(await found(text))].sort()).toEqual(wanted)
})

test.each([
  ['', ['Efe Okafor', 'Élodie Ọkafor', '', '']],
  ['080', ['Efe Okafor', 'Élodie Ọkafor', '', '']],
  ['0809', ['', '']],
])('who has a name stands before those who have none, whatever the size of a page: "%s"', async (text, names) => {
  const ids = (await viewer.get('customers.find', { text })).rows.map(({ id }) => id)
  expect(new Set(ids).size).toBe(names.length)
  for (const limit of [1, 2, 3, 4]) {
    const seen: { readonly id: string; readonly name: string }[] = []
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await viewer.get('customers.find', { text, limit, cursor })
      seen.push(...page.rows)
      cursor = page.next ?? undefined
      more = page.next !== null
    }
    expect(seen.map(({ name }) => name)).toEqual(names)
    expect(seen.map(({ id }) => id)).toEqual(ids)
  }
})

import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  commandId,
  NEW_CUSTOMER,
  newTill,
  PINS,
  removeTempDirs,
  type TestTill,
  templatePhrase,
} from '../../support/till.ts'

afterAll(removeTempDirs)

const SECRET = {
  name: 'Oluwaseun Adébáyọ̀',
  phone: '0803 987 6543',
  email: 'seun.private@shop.ng',
  card: 'CARD5550123',
  birth: '1987-04-03',
  note: 'allergic to groundnuts',
  reason: 'brought the box back herself',
} as const

async function aLife(till: TestTill): Promise<string> {
  const id = await till.enrol(SECRET.phone, {
    name: SECRET.name,
    email: SECRET.email,
    card: SECRET.card,
    birth: SECRET.birth,
  })
  await till.done('cashier', 'customer.update', { customer_id: id, note: SECRET.note, clear: [] })
  const sale = await till.sell(id, 10_000)
  await till.done('cashier', 'sale.void', { sale_id: sale.sale_id, reason: SECRET.reason, approver: null })
  await till.done('manager', 'points.adjust', {
    customer_id: id,
    points: 5,
    reason: SECRET.reason,
    approver: null,
  })
  await till.done('admin', 'staff.add', { name: SECRET.name, role: 'cashier', pin: '2846' })
  return id
}

const forms = (value: string): string[] => [
  value,
  JSON.stringify(value).slice(1, -1),
  value.replaceAll(' ', ''),
]

describe('personal data', () => {
  it('never stands in the bytes of an event, in any form', async () => {
    const till = await newTill()
    await aLife(till)
    const bytes = till.db.prepare<[], Uint8Array>('SELECT bytes FROM event').pluck().all()
    const text = bytes.map((b) => Buffer.from(b).toString('utf8')).join('\n')
    expect(text.length).toBeGreaterThan(3_000)
    for (const value of [...Object.values(SECRET), '+2348039876543', '8039876543', '9876543']) {
      for (const form of forms(value)) expect(text).not.toContain(form)
    }
    for (const name of ['Amina', 'Bola', 'Chidi', 'Dayo', 'argon2', ...Object.values(PINS)])
      expect(text).not.toContain(name)
  })

  it('is not betrayed by the hash of what was asked: the same request on another till has another', async () => {
    const input = { command_id: commandId(), ...NEW_CUSTOMER, phone: SECRET.phone }
    const seen: string[] = []
    for (let i = 0; i < 2; i++) {
      const till = await newTill()
      // Another tenant has another key.
      till.db.prepare(`UPDATE till SET value = ? WHERE key = 'identity_key'`).run(String(i).repeat(64))
      await till.restart()
      await till.ask('cashier', 'customer.enrol', input)
      const last = till.db
        .prepare<[], Uint8Array>(`SELECT bytes FROM event WHERE kind = 'customer.enrolled'`)
        .pluck()
        .get()
      const envelope = JSON.parse(Buffer.from(last ?? []).toString('utf8')) as {
        request: string
        customer: string
      }
      expect(envelope.request).toMatch(/^[0-9a-f]{32}$/)
      seen.push(envelope.request, envelope.customer)
    }
    expect(new Set(seen).size).toBe(4)
  })

  it('can be blanked while the chain still verifies, and a rebuild forgets it', async () => {
    const till = await newTill()
    const id = await aLife(till)
    const own = 'SELECT id FROM event WHERE customer = ?'
    till.db.prepare(`UPDATE personal SET salt = NULL, json = NULL WHERE event IN (${own})`).run(id)
    const before = await till.verify()
    expect(before.first_bad).toBeNull()
    await till.rebuild()
    expect(await till.verify()).toMatchObject({ ok: true, first_bad: null, findings: [] })
    const card = await till.card(id)
    expect(card).toMatchObject({ name: '', phone: '', email: '', card: '', note: '', birth: '' })
    expect(card.account.available).toBe(5)
    expect((await till.done('cashier', 'customer.search', { text: 'adebayo' })).results).toEqual([])
    const lines = await till.done('cashier', 'customer.lines', { customer_id: id, cursor: null, limit: 50 })
    expect(JSON.stringify(lines)).not.toContain(SECRET.reason)
  })

  it('does not stand in plain anywhere in the data folder, nor do the keys', async () => {
    const till = await newTill()
    await aLife(till)
    await till.done('manager', 'backup.create', {})
    const files: string[] = []
    const walk = (dir: string): void => {
      for (const name of readdirSync(dir)) {
        const file = path.join(dir, name)
        if (statSync(file).isDirectory()) walk(file)
        else files.push(file)
      }
    }
    walk(till.dir)
    const { database_key = '', signing_key = '' } = till.keys.secrets ?? {}
    const phrase = await templatePhrase()
    const secrets = [
      SECRET.name,
      SECRET.email,
      '+2348039876543',
      'SQLite format 3',
      database_key,
      signing_key,
      phrase,
    ]
    const names = files.map((file) => path.relative(till.dir, file))
    expect(names).toEqual(expect.arrayContaining(['till.db', 'till.db-wal', 'recovery.json']))
    expect(names.some((name) => name.startsWith('backups'))).toBe(true)
    for (const file of files) {
      const content = readFileSync(file)
      for (const secret of secrets) expect(content.includes(secret), `${file} holds ${secret}`).toBe(false)
      expect(content.includes(Buffer.from(database_key, 'hex')), file).toBe(false)
      if (path.basename(file) !== 'writer.lock') expect(statSync(file).mode & 0o077, file).toBe(0)
    }
  })
})

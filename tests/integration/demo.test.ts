import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { DEMO_PEOPLE } from '../../electron/demo/people.ts'
import { ADA } from '../../electron/demo/shoppers.ts'
import { openTill } from '../../electron/ledger/open.ts'
import { fileKeyStore } from '../../electron/platform/key-store.ts'
import { programRefusal } from '../../shared/domain/program/check.ts'
import { offlineRefusal } from '../../shared/domain/program/check-offline.ts'
import { ended, type Ran, till } from '../support/till-command.ts'

const root = mkdtempSync(path.join(tmpdir(), 'kasuwa-demo-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const MAIN = path.resolve(import.meta.dirname, '../../electron/demo/main.ts')

const demo = (...argv: readonly string[]): Promise<Ran> =>
  ended(spawn(process.execPath, [MAIN, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] }))

describe('the demo shop', () => {
  const dir = path.join(root, 'shop')

  it('is a whole ledger, the same for the same seed', { timeout: 120_000 }, async () => {
    const made = await demo('--data', dir, '--customers', '150', '--seed', '7')
    expect(made.code, made.err).toBe(0)
    expect(made.err).toContain('Demo PINs: ')
    const verified = await till('verify', '--data', dir)
    expect(verified.code, verified.out + verified.err).toBe(0)
    const other = path.join(root, 'again')
    expect((await demo('--data', other, '--customers', '150', '--seed', '7')).code).toBe(0)
    const [first, second] = await Promise.all([
      till('stats', '--json', '--data', dir),
      till('stats', '--json', '--data', other),
    ])
    expect(second.out).toBe(first.out)
    const again = await demo('--data', dir, '--customers', '150')
    expect(again.code).toBe(2)
    expect(again.err).toContain('already holds a till')
  })

  it('has people at every tier, points that lapse soon, and a lively today', async () => {
    const opened = await openTill({ dir, keyStore: fileKeyStore(dir), mode: 'write', host: 'test' })
    if (!opened.ok) throw new Error(opened.refusal.sentence)
    try {
      const open = opened.value.till()
      if (!open) throw new Error('the demo is not set up')
      const manager = DEMO_PEOPLE.find((one) => one.role === 'manager')
      const staff = open.people.all().find((one) => one.name === manager?.name)
      const signedIn = await open.call({
        id: 1,
        method: 'session.sign_in',
        session: '',
        input: { staff_id: staff?.id ?? '', pin: manager?.pin ?? '' },
      })
      if (signedIn.outcome !== 'done' || !('token' in signedIn.value)) throw new Error('the PIN is not taken')
      const today = await open.call({
        id: 2,
        method: 'manager.today',
        session: signedIn.value.token,
        input: { date: null },
      })
      if (today.outcome !== 'done' || !('by_cashier' in today.value)) throw new Error('no report')
      const { figures, by_cashier } = today.value
      const count = (sql: string): unknown => open.ledger.db.prepare(sql).pluck().get()
      expect(figures.sales).toBeGreaterThan(40)
      expect(figures.redeemed).toBeGreaterThan(0)
      expect(figures.enrolled).toBeGreaterThan(0)
      expect(figures.voids).toBe(1)
      expect(by_cashier.filter((one) => one.sales > 0).length).toBeGreaterThanOrEqual(2)

      const bill = {
        customer_id: null,
        gross_kobo: 2_000_000,
        redeem: null,
        receipt: '',
        channel: 'pos',
      } as const
      const found = open.customers.search(ADA.phone.replaceAll(' ', '')).results[0]
      const quoted = await open.call({
        id: 3,
        method: 'sale.quote',
        session: signedIn.value.token,
        input: { ...bill, customer_id: found?.id ?? '' },
      })
      if (quoted.outcome !== 'done' || !('rewards' in quoted.value)) throw new Error('no quote')
      expect(quoted.value.earn.lines.map(({ rule }) => rule)).toEqual(
        expect.arrayContaining(['base', 'large-bill']),
      )
      expect(quoted.value.rewards.map(({ id }) => id)).toEqual(['tote', 'off-1000'])
      const { program } = open.ledger.settings()
      expect([programRefusal(program), offlineRefusal(program, [])]).toEqual([null, null])
      expect(count("SELECT count(*) FROM line WHERE rule = 'large-bill'")).toBeGreaterThan(0)

      const ada = open.customers.search(ADA.phone.replaceAll(' ', '')).results[0]
      expect(ada).toMatchObject({ name: ADA.name, card: ADA.card })
      const card = open.customers.card(ada?.id ?? '')
      expect(card.ok && card.value.birthday_in_days).toBe(3)
      expect(card.ok && card.value.visits.count).toBeGreaterThan(5)
      expect(count('SELECT count(*) FROM customer WHERE lifetime >= 5000')).toBeGreaterThan(0)
      expect(count('SELECT count(*) FROM customer WHERE lifetime BETWEEN 1000 AND 4999')).toBeGreaterThan(3)
      expect(count("SELECT count(*) FROM line WHERE kind = 'redeem'")).toBeGreaterThan(10)
    } finally {
      opened.value.close()
    }
  })

  it('of no customers at all is a till too', async () => {
    const empty = path.join(root, 'empty')
    const made = await demo('--data', empty, '--customers', '0')
    expect(made.code, made.err).toBe(0)
    for (const wrong of [
      ['--customers', 'many'],
      ['--seed', '-1'],
      ['--colour', 'red'],
    ]) {
      const ran = await demo('--data', path.join(root, 'wrong'), ...wrong)
      expect(ran.code).toBe(2)
      expect(ran.err).not.toMatch(/^\s+at /m)
    }
  })
})

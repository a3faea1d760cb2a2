import { afterEach, expect, it } from 'vitest'
import { restoreBackup } from '../../../electron/ledger/restore.ts'
import { ScriptedHq } from '../../support/scripted-hq.ts'
import { enrolAt, sendAll } from '../../support/sync-till.ts'
import { newTill, points, removeTempDirs, saleOf, type TestTill } from '../../support/till.ts'

/** A till that was put back from a copy does not know what it redeemed since: it may not begin its limits anew. */

afterEach(removeTempDirs)

const using = (customer: string) => saleOf(customer, 10_000, { redeem: points(1_500) })
const refusedTo = (till: TestTill, token: string, customer: string) =>
  till.refused({ token }, 'sale.record', using(customer))

it('redeems nothing after a restore until it is enrolled again, and earns all the time', async () => {
  const till = await newTill()
  const hq = new ScriptedHq(() => till.clock.wallMs)
  const ada = await till.enrol('08031234567', { name: 'Ada' })
  await till.sell(ada, 500_000)
  await enrolAt(till, hq)
  expect(await sendAll(till, hq)).toBe('done')
  const file = `${till.dir}-backup.kasuwa`
  expect((await till.open.admin('backup', { file })).ok).toBe(true)
  // Without a network: up to the limit, and then the copy is put back.
  expect((await till.sell(ada, 10_000, { redeem: points(1_500) })).redeemed).toBe(1_500)
  till.close()
  expect((await restoreBackup(till.dir, file, till.platform, till.keys)).ok).toBe(true)
  await till.reopen()
  const { token } = await till.signIn('admin')
  const refused = await refusedTo(till, token, ada)
  expect(refused.code).toBe('till_put_back')
  expect(refused.sentence).toMatch(/put back.*earns points.*code/)
  expect(await till.done({ token }, 'sale.record', saleOf(ada, 10_000))).toMatchObject({ redeemed: 0 })
  // The next start knows it too, and so does the next copy.
  await till.restart()
  const again = await till.signIn('admin')
  expect((await refusedTo(till, again.token, ada)).code).toBe('till_put_back')

  await enrolAt(till, hq, again)
  expect(await sendAll(till, hq)).toBe('done')
  expect(await till.done(again, 'sale.record', using(ada))).toMatchObject({ redeemed: 1_500 })
})

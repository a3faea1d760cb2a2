import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../electron/ledger/database.ts'
import { parseSecrets } from '../../electron/platform/key-store.ts'
import { violations } from '../support/axe.ts'
import { startHost } from '../support/host-process.ts'
import { aShop, SMALL } from '../support/shop.ts'

/** A till that cannot work shows one page: what happened, what is safe, what to do. */
const shop = aShop()
const database = (): string => path.join(shop.dir, 'till.db')
const key = (): string => path.join(shop.dir, 'till.key')
let kept: Buffer

beforeEach(async () => {
  await shop.stopHost()
  kept = readFileSync(database())
})

afterEach(async () => {
  await shop.stopHost()
  writeFileSync(database(), kept)
})

test('a file that a newer app wrote', async () => {
  const secrets = parseSecrets(readFileSync(key(), 'utf8'), key())
  const db = openDatabase({ file: database(), key: secrets.database_key, mode: 'write' })
  db.pragma('user_version = 999')
  db.close()
  const newer = readFileSync(database())
  await shop.startHost()
  const till = await shop.open({ size: SMALL, bypassPolicy: true })
  await till.sees('This app is too old for its data')
  await till.sees('was written by a newer Kasuwa (version 999). Update this app first.')
  expect(await till.outOfSight()).toEqual([])
  expect(await violations(till)).toEqual([])
  await shop.stopHost()
  expect(readFileSync(database()).equals(newer)).toBe(true)
})

test('a file that is damaged', async () => {
  const file = openSync(database(), 'r+')
  writeSync(file, Buffer.alloc(8_192, 0xa5), 0, 8_192, 0)
  closeSync(file)
  await shop.startHost()
  const till = await shop.open({ size: SMALL })
  // What a cashier is told promises nothing about a file that nobody has checked yet.
  await till.sees('Delete nothing and leave everything as it is. Call the manager.')
  await till.seesNot('Nothing is lost')
  await till.sees('The file of this till is damaged')
  await till.sees(
    'Do not delete it. Run verify to see what is safe, then run repair, or restore the latest backup.',
  )
  await till.page.getByText('For the person who helps you').click()
  expect(await till.outOfSight()).toEqual([])
})

test('the key is missing; put back, the till works again without being started anew', async () => {
  renameSync(key(), `${key()}.away`)
  try {
    await shop.startHost()
    const till = await shop.open({ size: SMALL })
    await till.sees('Nothing is lost. Call the manager.')
    await till.sees(
      'The key of this till is missing',
      till.page.getByRole('region', { name: 'For the manager' }),
    )
    await till.sees('Run recover with the recovery phrase.')
    await till.sees('npm run till -- recover DIR/till.db --data DIR')
    expect(await till.outOfSight()).toEqual([])
    await till.page.getByRole('button', { name: 'Check again' }).click()
    await till.sees('It is still the same.')
    await till.page.getByText(/Checked just now, \d\d:\d\d:\d\d\./).waitFor()
    renameSync(`${key()}.away`, key())
    await till.page.getByRole('button', { name: 'Check again' }).click()
    await till.page.getByText('Who is at the till?').waitFor({ timeout: 40_000 })
    await till.signIn('Chidi')
  } finally {
    writeFileSync(key(), readFileSync(key()), { mode: 0o600 })
  }
})

test('a key of another till', async () => {
  const own = readFileSync(key())
  const secrets = parseSecrets(own.toString('utf8'), key())
  writeFileSync(key(), JSON.stringify({ ...secrets, database_key: 'ab'.repeat(32) }))
  try {
    await shop.startHost()
    const till = await shop.open({ size: SMALL })
    await till.sees('The key does not fit this till')
    await till.sees('Run recover with the recovery phrase.')
  } finally {
    writeFileSync(key(), own)
  }
})

test('a second app on the same folder is refused in words, and the first goes on', async () => {
  await shop.startHost()
  const till = await shop.openAs('Chidi')
  await expect(startHost(shop.dir)).rejects.toThrow(
    /ended with 2 .*Another Kasuwa is using this data folder/s,
  )
  await till.press('F9')
  await till.type('100')
  await till.press('Enter')
  await till.sees('Sale of ₦100 recorded without a customer', till.band)
})

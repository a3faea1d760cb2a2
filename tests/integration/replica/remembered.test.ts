import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openDatabase } from '../../../electron/ledger/database.ts'
import { replicaRows } from '../../../electron/ledger/replica/replica-rows.ts'
import { DATABASE_FILE } from '../../../electron/ledger/set-up.ts'
import { newTill, removeTempDirs } from '../../support/till.ts'

afterAll(removeTempDirs)

const [ID, ROOT] = ['a'.repeat(32), 'b'.repeat(32)]

it('who a customer is, is asked once until rows or aliases change, and each time beside a running till', async () => {
  const till = await newTill()
  const key = till.keys.secrets?.database_key ?? ''
  const beside = openDatabase({ file: path.join(till.dir, DATABASE_FILE), key, mode: 'read' })
  const [own, other] = [replicaRows(till.db), replicaRows(beside)]
  for (const rows of [own, other]) expect([rows.rootOf(ID), ...rows.idsOf(ROOT)]).toEqual([ID, ROOT])
  till.db.prepare('INSERT INTO alias (id, root) VALUES (?, ?)').run(ID, ROOT)
  expect([own.rootOf(ID), ...own.idsOf(ROOT)]).toEqual([ID, ROOT])
  expect([other.rootOf(ID), ...other.idsOf(ROOT)]).toEqual([ROOT, ROOT, ID])
  own.forget()
  expect([own.rootOf(ID), own.rootOf(ROOT), ...own.idsOf(ROOT)]).toEqual([ROOT, ROOT, ROOT, ID])
  beside.close()
})

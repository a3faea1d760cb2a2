import { createReadStream, existsSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { ok, refuse } from '../../../shared/base/result.ts'
import { writeBackup } from '../../db/backup.ts'
import { postgresFeed } from '../../db/feed.ts'
import { restoreBackup } from '../../services/backup.ts'
import { exportPackage } from '../../services/export-package.ts'
import { importEvents } from '../../services/import-events.ts'
import { nowOf } from '../../services/parts.ts'
import { listTenants } from '../../services/tenants.ts'
import { verifyTenant } from '../../services/verify.ts'
import { keyForBackup, keyForRestore } from '../backup-key.ts'
import { type Command, EXIT, JSON_OPTION } from '../command.ts'
import { findStore, tell, withHq } from '../with-hq.ts'

/** The database as a whole, and files that go to tills and come from them. */

export const migrateCommand: Command = {
  name: 'migrate',
  operand: '',
  summary: 'brings the database up to this program; serve does it too',
  options: {},
  run: (given, terminal) =>
    withHq(given, terminal, async () => {
      await terminal.out('The database is up to date.\n')
      return ok(EXIT.done)
    }),
}

export const verifyCommand: Command = {
  name: 'verify',
  operand: '',
  summary: 'checks every chain, every account and every row that tills follow',
  options: JSON_OPTION,
  run: (given, terminal) =>
    withHq(given, terminal, async ({ parts }) => {
      let [events, accounts] = [0, 0]
      const findings: string[] = []
      for (const { id } of await listTenants(parts)) {
        const found = await verifyTenant(parts, id)
        events += found.events
        accounts += found.accounts
        findings.push(...found.findings)
      }
      for (const sentence of findings) terminal.note(sentence)
      await tell(given, terminal, { events, accounts, findings: findings.length })
      return ok(findings.length === 0 ? EXIT.done : EXIT.finding)
    }),
}

export const backupCommand: Command = {
  name: 'backup',
  operand: 'FILE',
  summary: 'everything in one file, of one moment; also while head office runs',
  options: JSON_OPTION,
  run: (given, terminal) =>
    withHq(given, terminal, async ({ parts, url, backupKey }) => {
      const file = path.resolve(given.operand)
      const key = keyForBackup(backupKey)
      if (!key.ok) return key
      const { rows } = await writeBackup(url, file, nowOf(parts), key.value)
      return tell(given, terminal, { file, rows })
    }),
}

export const restoreCommand: Command = {
  name: 'restore',
  operand: 'FILE',
  summary: 'replaces everything by a backup; head office must not run meanwhile',
  options: {
    key: { type: 'string', value: 'FILE', help: 'the backup.key of the head office that made it' },
    unverified: { type: 'boolean', help: 'takes a file that anybody could have made' },
    ...JSON_OPTION,
  },
  run: (given, terminal) =>
    withHq(
      given,
      terminal,
      async ({ parts, db, url, journal, backupKey }) => {
        const { hqEpoch: present } = await db.incarnation()
        const file = path.resolve(given.operand)
        if (!existsSync(file)) return refuse(`There is no file ${file}. Check the path.`)
        const known = journal.entries()
        if (!known.ok) return known
        const key = given.flag('unverified') ? ok(null) : keyForRestore(backupKey, given.text('key'))
        if (!key.ok) return key
        const now = nowOf(parts)
        const from = { url, file, key: key.value, journal: parts.journal, entries: known.value, present, now }
        const done = await restoreBackup(from)
        if (!done.ok) return done
        const { rows, made_at, hq_epoch } = done.value
        return tell(given, terminal, { rows, made_at: new Date(made_at).toISOString(), hq_epoch })
      },
      'serve',
    ),
}

export const importEventsCommand: Command = {
  name: 'import-events',
  operand: 'FILE',
  summary: 'takes the file of a till without a network (till export-unsent)',
  options: JSON_OPTION,
  run: (given, terminal) =>
    withHq(given, terminal, async ({ parts }) => {
      if (!existsSync(given.operand)) return refuse(`There is no file ${given.operand}. Check the path.`)
      const lines = createInterface({
        input: createReadStream(given.operand),
        crlfDelay: Number.POSITIVE_INFINITY,
      })
      const done = await importEvents(parts, lines)
      if (!done.ok) return done
      const said = await tell(given, terminal, { ...done.value })
      return said.ok && done.value.held > 0 ? ok(EXIT.finding) : said
    }),
}

export const exportPackageCommand: Command = {
  name: 'export-package',
  operand: 'FILE',
  summary: 'everything the tills of a store follow, in a signed file (till import-package)',
  options: {
    store: { type: 'string', value: 'S', help: 'the store, by id or name', required: true },
    ...JSON_OPTION,
  },
  run: (given, terminal) =>
    withHq(given, terminal, async (hq) => {
      const store = await findStore(hq, given.text('store') ?? '')
      if (!store.ok) return store
      const feed = postgresFeed(hq.db, { onTrouble: () => undefined })
      try {
        const file = path.resolve(given.operand)
        const { tenant, id, name } = store.value
        const streamElsewhere = Boolean(process.env['ELECTRIC_URL'])
        const wanted = { tenant, store: { id, name }, feed, streamElsewhere, file }
        const done = await exportPackage(hq.parts, wanted)
        return await tell(given, terminal, { file, ...done })
      } finally {
        await feed.close()
      }
    }),
}

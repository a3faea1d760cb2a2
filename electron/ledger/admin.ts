import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { RELEASE } from '../../shared/base/release.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import type { Notice } from '../../shared/ipc/message.ts'
import type { WorkingTill } from './assemble.ts'
import { writeBackup } from './backup.ts'
import type { AdminOp, AdminOps } from './messages.ts'
import { readRecoveryFile } from './set-up.ts'
import type { HeadOffice } from './sync/head-office.ts'
import { linesOf, piecesOf } from './sync/upload.ts'
import { rebuildProjections } from './verify.ts'

interface AdminParts {
  readonly dir: string
  readonly notify: (notice: Notice) => void
}

/** Work of the command line, on whoever holds the writer lock. */
export async function adminOp(
  working: WorkingTill,
  options: AdminParts,
  op: AdminOp,
  input: unknown,
): Promise<Result<unknown, Refusal>> {
  const { ledger, importer } = working.till()
  const { db, platform } = ledger
  switch (op) {
    case 'import_customers': {
      const { batch } = input as AdminOps['import_customers']['input']
      const outcomes = importer.customers(batch)
      options.notify({ notice: 'changed', what: 'customers' })
      return ok({ outcomes })
    }
    case 'import_sales': {
      const { batch, earn } = input as AdminOps['import_sales']['input']
      const outcomes = importer.sales(batch, earn)
      options.notify({ notice: 'changed', what: 'sales' })
      return ok({ outcomes })
    }
    case 'rebuild':
      return ok(ledger.writer.transaction(() => rebuildProjections(db, platform.digest, ledger.projector)))
    case 'backup': {
      const { file } = input as AdminOps['backup']['input']
      const recovery = readRecoveryFile(options.dir)
      if (!recovery)
        return refuse(
          refusal('file_damaged', {
            file: 'recovery.json',
            why: 'it is missing',
            remedy: 'Copy it back from an older backup.',
          }),
        )
      return writeBackup(db, file, {
        created_ms: ledger.writer.now().trusted,
        app: RELEASE.version,
        recovery,
      })
    }
    case 'enrol': {
      const { url, code, wait } = input as AdminOps['enrol']['input']
      const command = platform.digest.hex(platform.random.bytes(16))
      const staff = 'command_line'
      if (wait !== false) return working.headOffice().enrol({ command_id: command, url, code }, staff)
      return working.headOffice().keepCode({ command_id: command, url, code }, staff)
    }
    case 'hq_address': {
      const { url, tenant } = input as AdminOps['hq_address']['input']
      return working.headOffice().moveTo(url, tenant)
    }
    case 'rotate_key':
      return working.headOffice().askRotation()
    case 'export_unsent':
      return working.headOffice().exportUnsent((input as AdminOps['export_unsent']['input']).cursor)
    case 'import_package': {
      const { file } = input as AdminOps['import_package']['input']
      const done = await importPackageFile(working.headOffice(), file)
      options.notify({ notice: 'changed', what: 'customers' })
      return done
    }
  }
}

/** Refuses file_unreadable, and what the package is refused with. */
async function importPackageFile(
  headOffice: HeadOffice,
  file: string,
): Promise<Result<AdminOps['import_package']['output'], Refusal>> {
  if (!existsSync(file) || !statSync(file).isFile()) {
    const why = 'there is no such file'
    return refuse(refusal('file_unreadable', { file: path.basename(file), why }))
  }
  const done = await headOffice.importPackage(() => linesOf(piecesOf(file)))
  return done.ok ? ok({ rows: done.value.rows, made_at: done.value.made_at }) : done
}

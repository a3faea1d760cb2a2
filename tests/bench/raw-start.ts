import { readFileSync } from 'node:fs'
import path from 'node:path'
import { openDatabase } from '../../electron/ledger/database.ts'
import { DATABASE_FILE } from '../../electron/ledger/set-up.ts'
import { KEY_FILE, parseSecrets } from '../../electron/platform/key-store.ts'

/** The least a process can do to answer one look-up: open the file, run one prepared statement, say so. */
const [dir = '', phone = ''] = process.argv.slice(2)
const keyFile = path.join(dir, KEY_FILE)
const { database_key: key } = parseSecrets(readFileSync(keyFile, 'utf8'), keyFile)
const db = openDatabase({ file: path.join(dir, DATABASE_FILE), key, mode: 'write' })
const found = db
  .prepare<[string], unknown[]>('SELECT id, name FROM customer WHERE phone = ?')
  .raw()
  .get(phone)
process.send?.(found !== undefined)
db.close()
process.disconnect?.()

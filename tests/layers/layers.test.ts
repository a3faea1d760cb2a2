import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkLayers, LAYERS, unusedPermissions } from '../../build/layers.ts'
import { parseSource, ROOT, readSource, sourceFiles } from '../../build/source.ts'

const check = (file: string, text: string): readonly string[] => checkLayers(parseSource(file, text))

describe('the layers', () => {
  test('no file imports what its layer may not', () => {
    const files = sourceFiles()
    expect(files.length).toBeGreaterThan(50)
    expect(files.flatMap((file) => checkLayers(readSource(file)))).toEqual([])
  })

  test('the table allows nothing that no file asks for', () => {
    expect(unusedPermissions(sourceFiles().map((file) => readSource(file)))).toEqual([])
  })

  test('every file is in a room with a compiler of its own', () => {
    const inRoom = (file: string): boolean => {
      const folder = path.dirname(file)
      return folder !== '.' && (existsSync(path.join(ROOT, folder, 'tsconfig.json')) || inRoom(folder))
    }
    expect(sourceFiles().filter((file) => file.includes('/') && !inRoom(file))).toEqual([])
  })

  test('a folder stands before the folder that holds it', () => {
    for (const [at, layer] of LAYERS.entries()) {
      const shadowed = LAYERS.slice(at + 1).filter((later) => later.folder.startsWith(`${layer.folder}/`))
      expect(shadowed).toEqual([])
    }
  })
})

describe('the check itself', () => {
  test.each([
    ['shared/base/x.ts', `import { a } from '../domain/post.ts'`],
    ['shared/base/x.ts', `import type { A } from '../domain/account.ts'`],
    ['shared/domain/x.ts', `import { createHash } from 'node:crypto'`],
    ['shared/domain/x.ts', `import { createHash } from "crypto"`],
    ['shared/ipc/x.ts', `import parse from 'libphonenumber-js/max'`],
    ['shared/domain/x.ts', `export * from '../ipc/contract.ts'`],
    ['shared/domain/x.ts', `export { a } from '../ipc/contract.ts'`],
    ['shared/domain/x.ts', `const z = await import('pg')`],
    ['shared/domain/x.ts', `const s = \`\${await import("pg")}\``],
    ['shared/domain/x.ts', `type T = import('../ipc/contract.ts').Contract`],
    ['shared/domain/x.ts', `import/* odd */{ a }/*\n*/from\n'../ipc/contract.ts'`],
    ['renderer/till/x.tsx', `import { CONTRACT } from '../../shared/ipc/contract.ts'`],
    ['renderer/till/x.tsx', `import { type Contract, CONTRACT } from '../../shared/ipc/contract.ts'`],
    ['renderer/till/x.tsx', `import { a } from '../../electron/ledger/messages.ts'`],
    ['renderer/till/x.tsx', `import '../manager/index.tsx'`],
    ['renderer/till/x.tsx', `const a = <p>{require('node:fs')}</p>`],
    ['electron/preload/x.ts', `import { CONTRACT } from '../../shared/ipc/contract.ts'`],
    ['electron/ledger/x.ts', `import { app } from 'electron'`],
    ['electron/ledger/x.ts', `import { createServer } from 'node:http'`],
    ['electron/ledger/x.ts', `import { lookup } from 'node:dns/promises'`],
    ['electron/ledger/x.ts', `import { till } from '../../tests/support/till.ts'`],
    ['electron/ledger/x.ts', `import { ROOT } from '../../build/source.ts'`],
    ['electron/ledger/x.ts', `import './post.test.ts'`],
    ['electron/ledger/x.ts', `new URL('../main/main.ts', import.meta.url)`],
    ['electron/cli/x.ts', `import Database from 'better-sqlite3'`],
    ['electron/host/x.ts', `import { open } from '../ledger/database.ts'`],
    ['electron/cli/x.ts', `import { parse } from 'csv-parse/sync'`],
    ['electron/cli/x.ts', `import { createServer } from 'node:net'`],
    ['electron/main/x.ts', `import { browserHost } from '../host/browser-host.ts'`],
    ['electron/host/x.ts', `import { shell } from 'electron/main'`],
    ['electron/elsewhere/x.ts', 'export const a = 1'],
  ])('%s may not hold %s', (file, text) => {
    expect(check(file, text)).toHaveLength(1)
  })

  test.each([
    ['shared/domain/x.ts', `import { invariant } from '../base/result.ts'`],
    ['shared/domain/x.ts', `import { parse } from 'libphonenumber-js/max'`],
    ['shared/domain/x.ts', `// import 'node:fs'\nconst s = "import 'node:fs'"; /* require('pg') */`],
    ['shared/domain/x.ts', 'const s = `import x from "node:fs"`; const r = /import "pg"/'],
    ['shared/domain/x.ts', `const a = { from: 'pg', import: 'node:fs' }`],
    ['renderer/till/x.tsx', `const a = <p>import x from 'node:fs'</p>`],
    ['renderer/till/x.tsx', `import type { Output } from '../../shared/ipc/contract.ts'`],
    ['renderer/till/x.tsx', `import { type Output, type Input } from '../../shared/ipc/contract.ts'`],
    ['electron/ledger/x.ts', `import { readFileSync } from 'node:fs'`],
    ['electron/cli/x.ts', `import { a } from '../ledger/messages.ts'`],
    ['electron/ledger/x.test.ts', `import { a } from '../../tests/support/till.ts'`],
    ['tests/support/x.ts', `import { a } from '../../electron/ledger/database.ts'`],
  ])('%s may hold %s', (file, text) => {
    expect(check(file, text)).toEqual([])
  })

  test('finds a permission that nobody uses, and a row without files', () => {
    const asks = parseSource(
      'electron/host/x.ts',
      `import '../platform/timers.ts'; import '../../shared/base/money.ts'`,
    )
    const found = unusedPermissions([asks])
    expect(found.filter((one) => one.startsWith('electron/host'))).toEqual([
      'electron/host may import shared/ipc (types) and does not. Take it out of build/layers.ts.',
    ])
    expect(found).toContain('renderer/ui has no files. Take its row out of build/layers.ts.')
  })

  test('says where, what and what is allowed instead', () => {
    expect(check('electron/preload/x.ts', `\nimport fs from 'node:fs'`)).toEqual([
      'electron/preload/x.ts:2 imports "node:fs". electron/preload may import: electron/preload itself, ' +
        'shared/ipc/method-names.ts, shared/ipc (types), electron.',
    ])
  })
})

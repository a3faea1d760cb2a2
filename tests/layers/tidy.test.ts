import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { ENTRIES } from '../../build/entries.ts'
import { filesUnder, parseSource, ROOT, readSource, sourceFiles } from '../../build/source.ts'
import { checkOnePlace, checkTidy, registryHosts, unreachedFiles, unusedExports } from '../../build/tidy.ts'

const sources = sourceFiles().map((file) => readSource(file))
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')

describe('the sources', () => {
  test('hold nothing that is banned', () => {
    expect(sources.flatMap(checkTidy)).toEqual([])
  })

  test('do in one place what has one place', () => {
    expect(checkOnePlace(sources)).toEqual([])
  })

  test('hold no file that nothing reaches', () => {
    expect(unreachedFiles(sources, Object.values(ENTRIES).flat())).toEqual([])
  })

  test('hand out nothing that nobody asks for', () => {
    expect(unusedExports(sources)).toEqual([])
  })

  test('name no package registry', () => {
    const folders = ['shared', 'electron', 'renderer', 'hq', 'build', 'tests', 'migrations', 'docs', '.ci']
    const texts = folders
      .flatMap((folder) => filesUnder(ROOT, folder))
      .filter((file) => /\.(?:tsx?|json|md|sql|ya?ml|html|css)$|^\.ci\//.test(file))
    const beside = ['package.json', 'package-lock.json', '.npmrc', 'README.md', 'ARCHITECTURE.md', 'SPEC.md']
    const all = [...texts, ...beside.filter((file) => existsSync(path.join(ROOT, file)))]
    expect(all.flatMap((file) => registryHosts(file, read(file)))).toEqual([])
  })
})

describe('the entries', () => {
  test.each(Object.entries(ENTRIES))('%s starts files that are there', (_, files) => {
    expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([])
  })

  test('are those that the scripts, the build and the page name', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const run = Object.values(scripts).flatMap((script) => script.match(/[\w/.-]+\.ts\b/g) ?? [])
    expect([...new Set(run)].toSorted()).toEqual([...ENTRIES['package.json']].toSorted())
    const built = read('vite.config.ts').match(/'electron\/[\w/.-]+\.tsx?'/g) ?? []
    expect(built.map((name) => name.slice(1, -1))).toEqual([...ENTRIES['vite.config.ts']])
    for (const page of ['renderer/index.html', 'renderer/hq.html'] as const) {
      const script = read(page).match(/src="\.\/([\w/.-]+\.tsx?)"/)
      expect([`renderer/${script?.[1]}`]).toEqual([...ENTRIES[page]])
    }
  })
})

describe('the checks themselves', () => {
  const SHIPPED = 'electron/ledger/x.ts'
  test.each([
    ['Date.now', SHIPPED, 'const a = Date.now()'],
    ['Date.now', SHIPPED, `const a = globalThis.Date['now']()`],
    ['Date.now', SHIPPED, 'const a = list.map(Date.now)'],
    ['Date.now', SHIPPED, 'const { now } = Date'],
    ['new Date()', SHIPPED, 'const a = new Date()'],
    ['new Date()', SHIPPED, 'const a = new Date'],
    ['new Date()', SHIPPED, 'const a = Date()'],
    ['performance.now', 'renderer/till/x.tsx', 'const a = <p>{performance.now()}</p>'],
    ['process.hrtime', SHIPPED, 'const a = process.hrtime.bigint()'],
    ['Math.random', 'shared/domain/x.ts', 'const a = Math.random()'],
    ['randomUUID', 'electron/host/x.ts', `import { randomUUID } from 'node:crypto'`],
    ['randomUUID', 'renderer/till/x.tsx', 'const a = crypto.randomUUID()'],
    ['randomBytes', 'electron/host/x.ts', 'const a = crypto.randomBytes(4)'],
    ['console', SHIPPED, 'console.log(1)'],
    ['localStorage', 'renderer/till/x.tsx', 'localStorage.setItem("a", "b")'],
    ['localStorage', 'renderer/till/x.tsx', 'window.sessionStorage.clear()'],
    ['loadFile', 'electron/main/x.ts', 'window.loadFile("index.html")'],
    ['loadFile', 'electron/main/x.ts', 'const a = `file://index.html`'],
    ['ipcRenderer', 'renderer/bridge/x.ts', `import { ipcRenderer } from 'electron'`],
    ['innerHTML', 'renderer/ui/x.tsx', 'const a = <p dangerouslySetInnerHTML={{ __html: b }} />'],
    ['focused', 'shared/base/x.test.ts', 'test.only("a", () => {})'],
    ['focused', 'tests/e2e/x.test.ts', 'describe.skip.only("a", () => {})'],
    ['debugger', SHIPPED, 'debugger'],
    ['leftover', SHIPPED, `// ${'TO'}${'DO'}: later`],
    ['leftover', 'tests/x.ts', `/* a\n ${'FIX'}${'ME'} */`],
    ['silences', SHIPPED, `// ${'@ts'}-expect-error: no`],
  ])('catch %s in %s', (what, file, text) => {
    const found = checkTidy(parseSource(file, text))
    expect(found.length).toBeGreaterThan(0)
    for (const sentence of found) expect(sentence).toContain(what)
  })

  test.each([
    ['electron/platform/x.ts', 'const a = Date.now() + Math.random()'],
    ['renderer/bridge/browser-clock.ts', 'const a = performance.now()'],
    ['build/x.ts', 'console.log(Date.now())'],
    ['shared/domain/x.ts', 'const a = new Date(ms).toISOString(); const b = Date.parse("2026-01-01")'],
    ['shared/domain/x.ts', '// Date.now() would be wrong here\nconst a = "Math.random()"'],
    ['shared/domain/x.ts', 'const a = clock.now(); const b = { only: 1 }.only'],
    ['electron/preload/x.ts', `import { ipcRenderer } from 'electron'`],
  ])('leave %s with %s alone', (file, text) => {
    expect(checkTidy(parseSource(file, text))).toEqual([])
  })

  test('catch a second place', () => {
    const one = parseSource('electron/main/window.ts', 'new BrowserWindow({}); ipcMain.handle("a", b)')
    const two = parseSource('electron/main/other.ts', 'new BrowserWindow({})')
    const three = parseSource('electron/platform/x.ts', 'shell.openExternal(url)')
    expect(checkOnePlace([one])).toEqual([])
    expect(checkOnePlace([one, two])).toHaveLength(1)
    expect(checkOnePlace([one, three])).toEqual([
      'electron/platform/x.ts uses openExternal. Only one file in electron/main/ may.',
    ])
  })

  test('catch a file that nothing reaches, or only its test', () => {
    const files = [
      parseSource(
        'electron/cli/main.ts',
        `import './a.ts'; new URL('../ledger/process.ts', import.meta.url)`,
      ),
      parseSource('electron/cli/a.ts', `export * from '../../shared/base/b.ts'`),
      parseSource('electron/ledger/process.ts', 'export const a = 1'),
      parseSource('shared/base/b.ts', 'export const b = 1'),
      parseSource('shared/base/dead.ts', `import './deader.ts'`),
      parseSource('shared/base/deader.ts', 'export const d = 1'),
      parseSource('shared/base/dead.test.ts', `import './dead.ts'; import '../../tests/support/c.ts'`),
      parseSource('tests/support/c.ts', 'export const c = 1'),
      parseSource('tests/support/unused.ts', 'export const c = 1'),
    ]
    expect(unreachedFiles(files, ['electron/cli/main.ts'])).toEqual([
      'shared/base/dead.ts',
      'shared/base/deader.ts',
      'tests/support/unused.ts',
    ])
  })

  test('catch a name that nobody asks for', () => {
    const files = [
      parseSource(
        'shared/base/a.ts',
        'export const a = 1\nexport type B = 2\nexport function c() {}\nconst d = 1',
      ),
      parseSource('shared/base/b.ts', `import { a as other } from './a.ts'; export const e = other`),
      parseSource('shared/base/b.test.ts', `const all = await import('./b.ts')`),
    ]
    expect(unusedExports(files)).toEqual([
      'shared/base/a.ts:2 exports B, and nobody asks for it. Keep it inside.',
      'shared/base/a.ts:3 exports c, and nobody asks for it. Keep it inside.',
    ])
  })

  test('catch the host of a registry', () => {
    expect(registryHosts('x', `a\nhttps://${['registry', 'npmjs', 'org'].join('.')}/a`)).toHaveLength(1)
    expect(registryHosts('package-lock.json', `"resolved": "${'https'}://x.example/a.tgz"`)).toHaveLength(1)
    expect(registryHosts('x', 'the refusal registry. It names codes')).toEqual([])
  })
})

import { isTest, resolveImport } from './layers.ts'
import { type Import, isNode, memberName, type Node, nameOf, type Source, textOf, walk } from './source.ts'

/** What no source may hold, however well it works, and what to write instead. */

interface Ban {
  /** Given a node, true when it is the banned thing. */
  readonly is: (node: Node) => boolean
  readonly what: string
  readonly instead: string
  /** Files where it belongs. */
  readonly except: RegExp
}

/** Scripts, tests and the one file that reads the browser's clock. */
const TIME_AND_CHANCE =
  /^(?:tests|build)\/|\.test\.tsx?$|^electron\/platform\/|^renderer\/bridge\/browser-clock\.ts$/
const NOT_SHIPPED = /^(?:tests|build)\/|\.test\.tsx?$/
const CLOCK = 'Take the time as an argument, or a Clock (shared/base/ports.ts).'
const CHANCE = 'Take a RandomSource (shared/base/ports.ts); in a screen, renderer/bridge/browser-clock.ts.'

const isCall = (node: Node): boolean => node.type === 'CallExpression' || node.type === 'NewExpression'
const objectName = (node: Node): string | undefined => nameOf(node['object']) ?? memberName(node['object'])
const member = (object: string, property: string) => (node: Node) =>
  (memberName(node) === property && objectName(node) === object) || takenOut(node, object, property)
const named = (name: string) => (node: Node) => nameOf(node) === name || memberName(node) === name
const constructs = (name: string) => (node: Node) =>
  node.type === 'NewExpression' && nameOf(node['callee']) === name
const calls = (name: string) => (node: Node) => isCall(node) && memberName(node['callee']) === name

/** `const { now } = Date`. */
function takenOut(node: Node, object: string, property: string): boolean {
  if (node.type !== 'VariableDeclarator' || nameOf(node['init']) !== object || !isNode(node['id']))
    return false
  const { properties } = node['id'] as unknown as { properties?: readonly Node[] }
  return properties?.some((one) => nameOf(one['key']) === property) ?? false
}

function readsNow(node: Node): boolean {
  const given = node['arguments']
  return isCall(node) && nameOf(node['callee']) === 'Date' && Array.isArray(given) && given.length === 0
}

const BANS: readonly Ban[] = [
  { what: 'Date.now', is: member('Date', 'now'), instead: CLOCK, except: TIME_AND_CHANCE },
  { what: 'new Date() without an instant', is: readsNow, instead: CLOCK, except: TIME_AND_CHANCE },
  { what: 'performance.now', is: member('performance', 'now'), instead: CLOCK, except: TIME_AND_CHANCE },
  { what: 'process.hrtime', is: member('process', 'hrtime'), instead: CLOCK, except: TIME_AND_CHANCE },
  { what: 'Math.random', is: member('Math', 'random'), instead: CHANCE, except: TIME_AND_CHANCE },
  ...['randomUUID', 'randomBytes', 'randomInt', 'getRandomValues'].map((name) => ({
    what: name,
    is: named(name),
    instead: CHANCE,
    except: TIME_AND_CHANCE,
  })),
  {
    what: 'console',
    is: (node) => node.type === 'MemberExpression' && nameOf(node['object']) === 'console',
    instead: 'Answer with a value or a refusal; a program writes to its own output.',
    except: /^(?:tests|build|electron\/cli)\/|\.test\.tsx?$/,
  },
  {
    what: 'localStorage or sessionStorage',
    is: (node) => nameOf(node) === 'localStorage' || nameOf(node) === 'sessionStorage',
    instead:
      'What matters is kept in the ledger; only the look of the screen is kept in renderer/ui/appearance.ts.',
    except: /^renderer\/ui\/appearance\.ts$|^tests\//,
  },
  {
    what: 'loadFile or file://',
    is: (node) => calls('loadFile')(node) || (textOf(node)?.includes('file://') ?? false),
    instead: 'Screens come from kasuwa://app/ only.',
    except: NOT_SHIPPED,
  },
  {
    what: 'ipcRenderer',
    is: (node) => nameOf(node) === 'ipcRenderer' || memberName(node) === 'ipcRenderer',
    instead: 'Only the preload speaks it; a screen calls window.kasuwa.',
    except: /^electron\/preload\/|^tests\/|\.test\.tsx?$/,
  },
  {
    what: 'innerHTML or dangerouslySetInnerHTML',
    is: (node) =>
      /^(?:inner|outer)HTML$|^dangerouslySetInnerHTML$/.test(nameOf(node) ?? memberName(node) ?? ''),
    instead: 'React renders text as text.',
    except: NOT_SHIPPED,
  },
  {
    what: 'a focused test',
    is: (node) =>
      memberName(node) === 'only' &&
      /^(?:test|it|describe|suite|bench|skip|each)$/.test(objectName(node) ?? ''),
    instead: 'Run one file by its name instead.',
    except: /^$/,
  },
  {
    what: 'debugger',
    is: (node) => node.type === 'DebuggerStatement',
    instead: 'Take it out.',
    except: /^$/,
  },
]

/** Things that one file under a folder may do, so that its rules stand in one place. */
const ONE_PLACE: readonly { what: string; is: (node: Node) => boolean; folder: string }[] = [
  { what: 'new BrowserWindow', is: constructs('BrowserWindow'), folder: 'electron/main/' },
  { what: 'loadURL', is: calls('loadURL'), folder: 'electron/main/' },
  {
    what: 'ipcMain',
    is: (node) => isCall(node) && isNode(node['callee']) && objectName(node['callee']) === 'ipcMain',
    folder: 'electron/main/',
  },
  { what: 'openExternal', is: calls('openExternal'), folder: 'electron/main/' },
]

const LEFTOVER = /\b(?:FIXME|TODO|XXX|HACK)\b/
const SILENCED =
  /biome-ignore|@ts-(?:ignore|expect-error|nocheck)|eslint-disable|prettier-ignore|v8 ignore|c8 ignore/

/** One sentence for each banned thing in a file. */
export function checkTidy(source: Source): readonly string[] {
  const { file } = source
  const found: string[] = []
  const bans = BANS.filter((ban) => !ban.except.test(file))
  walk(source.program, (node) => {
    for (const ban of bans) {
      if (ban.is(node)) found.push(`${file}:${source.line(node.start)} uses ${ban.what}. ${ban.instead}`)
    }
  })
  for (const { text, line } of source.comments) {
    if (LEFTOVER.test(text)) found.push(`${file}:${line} has a leftover note. Do it, or write down why not.`)
    if (SILENCED.test(text)) found.push(`${file}:${line} silences a check. Make the check right instead.`)
  }
  return [...new Set(found)]
}

/** One sentence for each thing that is done in more than its one file, or outside its folder. */
export function checkOnePlace(sources: readonly Source[]): readonly string[] {
  const shipped = sources.filter(({ file }) => !NOT_SHIPPED.test(file))
  return ONE_PLACE.flatMap(({ what, is, folder }) => {
    const users = shipped.filter(({ program }) => holds(program, is)).map(({ file }) => file)
    const outside = users.filter((file) => !file.startsWith(folder))
    const inside = users.filter((file) => file.startsWith(folder))
    return [
      ...outside.map((file) => `${file} uses ${what}. Only one file in ${folder} may.`),
      ...(inside.length > 1 ? [`${inside.join(' and ')} use ${what}. Keep it in one of them.`] : []),
    ]
  })
}

function holds(program: Node, is: (node: Node) => boolean): boolean {
  let found = false
  walk(program, (node) => {
    found ||= is(node)
  })
  return found
}

/**
 * Files that no entry reaches. What only tests reach counts as unused, unless it is not shipped anyway: a program
 * that ships code for its tests alone ships dead code.
 */
export function unreachedFiles(sources: readonly Source[], entries: readonly string[]): readonly string[] {
  const imports = new Map<string, readonly Import[]>(sources.map((source) => [source.file, source.imports]))
  const isTesting = (file: string): boolean => isTest(file) || /^(?:tests|build)\//.test(file)
  const shipped = reach(entries, imports)
  const tested = reach([...entries, ...[...imports.keys()].filter(isTest)], imports)
  return [...imports.keys()].filter((file) => !(isTesting(file) ? tested : shipped).has(file))
}

function reach(
  from: readonly string[],
  imports: ReadonlyMap<string, readonly Import[]>,
): ReadonlySet<string> {
  const reached = new Set<string>()
  const waiting = [...from]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue
    reached.add(file)
    for (const { specifier } of imports.get(file) ?? []) {
      if (specifier.startsWith('.')) waiting.push(resolveImport(file, specifier))
    }
  }
  return reached
}

/**
 * Names that a file hands out and no other file asks for. What only tests ask for counts as asked for: that is how a
 * part of a file is tested. A file taken whole (`import * as`, `import()`) has all of its names asked for.
 */
export function unusedExports(sources: readonly Source[]): readonly string[] {
  const asked = new Map<string, Set<string> | 'all'>()
  for (const { file, program } of sources) {
    walk(program, (node) => {
      const from = textOf(node['source'] ?? (node.type === 'TSImportType' ? node['argument'] : undefined))
      if (!from?.startsWith('.')) return
      const target = resolveImport(file, from)
      const names = asked.get(target) ?? new Set<string>()
      const wanted = node['specifiers']
      const byName = Array.isArray(wanted) && wanted.every((one) => isNode(one) && isNamed(one))
      if (names === 'all' || !byName) asked.set(target, 'all')
      else asked.set(target, new Set([...names, ...wanted.map((one: Node) => importedName(one))]))
    })
  }
  return sources.flatMap(({ file, program, line }) => {
    const names = asked.get(file)
    if (names === 'all') return []
    return exportsOf(program)
      .filter(({ name }) => !names?.has(name))
      .map(({ name, at }) => `${file}:${line(at)} exports ${name}, and nobody asks for it. Keep it inside.`)
  })
}

const isNamed = (node: Node): boolean => node.type === 'ImportSpecifier' || node.type === 'ExportSpecifier'
const importedName = (node: Node): string => nameOf(node['imported'] ?? node['local']) ?? ''

function exportsOf(program: Node): readonly { readonly name: string; readonly at: number }[] {
  const found: { name: string; at: number }[] = []
  walk(program, (node) => {
    if (node.type !== 'ExportNamedDeclaration' || !isNode(node['declaration'])) return
    const declared = node['declaration']
    const parts = Array.isArray(declared['declarations']) ? (declared['declarations'] as Node[]) : [declared]
    for (const part of parts) found.push({ name: nameOf(part['id']) ?? '', at: node.start })
  })
  return found
}

/** A package registry's host, or a lock file that names one: a clone must install from whatever it is given. */
const REGISTRY_HOST =
  /\b(?:registry|npm|pypi|mirror)s?\.[a-z0-9-]+\.(?:org|com|net|io|dev)\b|"resolved":\s*"https?:/i

/** Lines of any tracked text that name a registry's host. */
export function registryHosts(file: string, text: string): readonly string[] {
  return text
    .split('\n')
    .flatMap((line, at) =>
      REGISTRY_HOST.test(line) ? [`${file}:${at + 1} names a package registry. Take it out.`] : [],
    )
}

import path from 'node:path'
import type { Import, Source } from './source.ts'

/**
 * The one table of layers: what each folder may import. The first row whose folder holds a file is its layer; a
 * file in no row is a mistake. Unit tests beside their file count as tests.
 */
interface Layer {
  readonly folder: string
  /** Folders, files, or (ending in "(types)") what may be named only by `import type`. Its own folder is implied. */
  readonly layers: readonly string[]
  /** npm packages; a package stands for its sub-paths unless one is named. */
  readonly packages: readonly string[]
  /** Node's own modules. */
  readonly node: 'none' | 'no network' | 'all'
}

const SCREENS = ['shared/base', 'shared/ipc (types)', 'renderer/bridge', 'renderer/i18n', 'renderer/ui']
const REACT = ['react', 'react-i18next', 'lucide-react', 'zustand']

export const LAYERS: readonly Layer[] = [
  { folder: 'shared/base', layers: [], packages: [], node: 'none' },
  { folder: 'shared/protocol', layers: ['shared/base'], packages: ['zod'], node: 'none' },
  {
    folder: 'shared/domain',
    // Deciding makes events, so it knows their payloads; a program is read as it was stored.
    layers: ['shared/base', 'shared/protocol (types)'],
    packages: ['libphonenumber-js/max', 'zod'],
    node: 'none',
  },
  {
    folder: 'shared/sync',
    layers: ['shared/base', 'shared/domain (types)'],
    packages: ['zod'],
    node: 'none',
  },
  { folder: 'shared/ipc', layers: ['shared/base'], packages: ['zod'], node: 'none' },
  // What the console and head office say to each other.
  {
    folder: 'shared/hq',
    layers: ['shared/sync', 'shared/domain/program/schema.ts'],
    packages: ['zod'],
    node: 'none',
  },

  // The schemas stay out of the screens' bundle: their types are enough.
  { folder: 'renderer/bridge', layers: ['shared/base', 'shared/ipc (types)'], packages: [], node: 'none' },
  { folder: 'renderer/i18n', layers: ['shared/base'], packages: ['i18next', 'react-i18next'], node: 'none' },
  {
    folder: 'renderer/ui',
    layers: ['shared/base'],
    packages: ['react', 'react-i18next', 'lucide-react'],
    node: 'none',
  },
  // The one file that knows both screens.
  { folder: 'renderer/till/app.tsx', layers: ['renderer'], packages: ['react'], node: 'none' },
  {
    folder: 'renderer/till',
    layers: [...SCREENS, 'shared/domain'],
    packages: [...REACT, 'react-dom', 'i18next', 'uqr'],
    node: 'none',
  },
  {
    folder: 'renderer/manager',
    layers: [...SCREENS, 'shared/domain'],
    packages: [...REACT, '@tanstack/react-virtual', 'recharts'],
    node: 'none',
  },

  // The console of head office: of the contract only its types and its plain tables.
  {
    folder: 'renderer/hq',
    layers: [
      'shared/base',
      // Programs are judged, compared and tried out where they are written.
      'shared/domain/program',
      'shared/hq/audit.ts',
      'shared/hq/exceptions.ts',
      'shared/hq/limits.ts',
      'shared/hq/roles.ts',
      'shared/hq/routes.ts',
      'shared/hq (types)',
      'renderer/bridge',
      'renderer/i18n',
      'renderer/ui',
    ],
    packages: ['react', 'react-dom', 'react-i18next', 'lucide-react', '@tanstack/react-virtual'],
    node: 'none',
  },

  {
    folder: 'electron/preload',
    layers: ['shared/ipc/method-names.ts', 'shared/ipc (types)'],
    packages: ['electron'],
    node: 'none',
  },
  {
    folder: 'electron/platform',
    // It starts and watches ledger and sync process, so it knows what is said to each.
    layers: [
      'shared/base',
      'shared/ipc',
      'electron/ledger/messages.ts (types)',
      'electron/ledger/sync-port.ts (types)',
    ],
    packages: [],
    node: 'all',
  },
  // Receipts and cards as bytes, on a thread that knows neither the ledger nor its key.
  {
    folder: 'electron/printing',
    layers: ['shared/domain'],
    packages: ['@point-of-sale/receipt-printer-encoder', 'pdfkit', 'uqr'],
    node: 'no network',
  },
  {
    folder: 'electron/ledger',
    layers: [
      'shared/base',
      'shared/domain',
      'shared/protocol',
      'shared/ipc',
      'shared/sync',
      'electron/platform',
      'electron/printing',
    ],
    packages: ['better-sqlite3', 'hash-wasm', 'zod', '@scure/bip39'],
    node: 'no network',
  },
  {
    folder: 'electron/sync',
    layers: ['shared/sync', 'electron/platform', 'electron/ledger/sync-port.ts (types)'],
    packages: ['@electric-sql/client'],
    node: 'all',
  },
  {
    folder: 'electron/host',
    layers: ['shared/base', 'shared/ipc (types)', 'electron/platform'],
    packages: [],
    node: 'all',
  },
  {
    folder: 'electron/cli',
    layers: ['shared/base', 'shared/domain', 'shared/ipc (types)', 'electron/ledger', 'electron/platform'],
    packages: ['cli-progress', 'exceljs'],
    node: 'no network',
  },
  {
    folder: 'electron/demo',
    layers: ['shared/base', 'shared/ipc (types)', 'electron/ledger', 'electron/platform'],
    packages: ['cli-progress'],
    node: 'no network',
  },
  {
    folder: 'electron/main',
    layers: [
      'shared/ipc (types)',
      'electron/ledger/messages.ts (types)',
      'electron/ledger/sync-port.ts (types)',
      'electron/platform',
    ],
    packages: ['electron', 'electron-updater'],
    node: 'no network',
  },

  // Head office. What is decided about a batch is pure; the database and the network are at its edges.
  {
    folder: 'hq/ledger',
    layers: [
      'shared/base',
      'shared/domain',
      'shared/protocol',
      'shared/sync',
      'shared/hq/exceptions.ts (types)',
    ],
    packages: [],
    node: 'none',
  },
  {
    folder: 'hq/db',
    layers: ['shared/base', 'shared/sync/digest.ts', 'hq/shapes/feed.ts'],
    packages: ['pg', 'zod'],
    node: 'no network',
  },
  {
    folder: 'hq/services',
    layers: [
      'shared/base',
      'shared/domain',
      'shared/protocol',
      'shared/sync',
      'shared/hq',
      'hq/ledger',
      'hq/db',
      'hq/shapes',
    ],
    packages: ['jose', 'zod'],
    node: 'no network',
  },
  { folder: 'hq/shapes', layers: ['shared/base', 'shared/sync'], packages: [], node: 'no network' },
  { folder: 'hq/jobs', layers: ['hq/services', 'hq/db'], packages: [], node: 'no network' },
  {
    folder: 'hq/api',
    layers: ['shared/base', 'shared/sync', 'shared/hq', 'hq/services', 'hq/shapes'],
    packages: [
      'fastify',
      'fastify-type-provider-zod',
      '@fastify/swagger',
      '@fastify/cookie',
      '@fastify/rate-limit',
      '@fastify/static',
      '@fastify/swagger-ui',
      'zod',
    ],
    node: 'all',
  },
  {
    folder: 'hq/cli',
    layers: [
      'shared/base',
      'shared/hq',
      'hq/api',
      'hq/services',
      'hq/jobs',
      'hq/db',
      'hq/shapes',
      'electron/platform',
      'electron/cli/suggest.ts',
      'electron/cli/terminal.ts',
    ],
    packages: ['pg', 'zod'],
    node: 'all',
  },
]

/** Rooms that may import anything, and that nobody else may import. */
const FREE = ['tests', 'build']
const NETWORK = ['node:http', 'node:https', 'node:http2', 'node:net', 'node:tls', 'node:dgram', 'node:dns']

export const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file)

const within = (file: string, folder: string): boolean => file === folder || file.startsWith(`${folder}/`)

const layerOf = (file: string): Layer | undefined => LAYERS.find((one) => within(file, one.folder))

/** One sentence for each import that the table does not allow, naming what it does allow. */
export function checkLayers(source: Source): readonly string[] {
  const { file } = source
  if (isTest(file) || FREE.some((room) => within(file, room)) || !file.includes('/')) return []
  const layer = layerOf(file)
  if (!layer) return [`${file} is in no layer. Add its folder to build/layers.ts, or move it.`]
  return source.imports
    .filter((one) => !allowed(file, layer, one))
    .map(({ specifier, line }) => `${file}:${line} imports "${specifier}". ${says(layer)}`)
}

function allowed(file: string, layer: Layer, one: Import): boolean {
  if (one.specifier.startsWith('.'))
    return allowedFile(layer, resolveImport(file, one.specifier), one.typeOnly)
  if (one.specifier.startsWith('node:')) {
    const network = NETWORK.some((module) => within(one.specifier, module))
    return layer.node === 'all' || (layer.node === 'no network' && !network)
  }
  return layer.packages.some((name) => within(one.specifier, name))
}

/** The file a relative import means, from the root. A query ("?url") is the bundler's business. */
export function resolveImport(file: string, specifier: string): string {
  return path.posix.join(path.posix.dirname(file), specifier.replace(/\?.*$/, ''))
}

function allowedFile(layer: Layer, target: string, typeOnly: boolean): boolean {
  if (isTest(target) || FREE.some((room) => within(target, room))) return false
  if (within(target, layer.folder)) return true
  return layer.layers.some((entry) => {
    const folder = entry.replace(/ \(types\)$/, '')
    return within(target, folder) && (typeOnly || folder === entry)
  })
}

/** What the table allows and no file asks for: a door that stands open for nothing. */
export function unusedPermissions(sources: readonly Source[]): readonly string[] {
  return LAYERS.flatMap((layer) => {
    const shipped = sources.filter(({ file }) => !isTest(file) && layerOf(file) === layer)
    const asked = shipped.flatMap(({ file, imports }) => imports.map((one) => ({ file, one })))
    const uses = (narrowed: Layer): boolean => asked.some(({ file, one }) => allowed(file, narrowed, one))
    const alone: Layer = { folder: layer.folder, layers: [], packages: [], node: 'none' }
    const idle = [
      ...layer.layers.filter((entry) => !uses({ ...alone, folder: '', layers: [entry] })),
      ...layer.packages.filter((name) => !uses({ ...alone, folder: '', packages: [name] })),
    ]
    if (shipped.length === 0) return [`${layer.folder} has no files. Take its row out of build/layers.ts.`]
    return idle.map(
      (entry) => `${layer.folder} may import ${entry} and does not. Take it out of build/layers.ts.`,
    )
  })
}

function says(layer: Layer): string {
  const node = { none: [], 'no network': ['node:* without the network'], all: ['node:*'] }[layer.node]
  const list = [`${layer.folder} itself`, ...layer.layers, ...layer.packages, ...node]
  return `${layer.folder} may import: ${list.join(', ')}.`
}

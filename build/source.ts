import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseSync } from 'vite'

/** Reads sources for the layer test and the tidy test, with the parser that also builds them. */

export const ROOT = path.resolve(import.meta.dirname, '..')

const ROOMS = ['shared', 'electron', 'renderer', 'hq', 'build', 'tests']

/** One thing a file asks of another: how it is written, where, and whether it is gone at run time. */
export interface Import {
  readonly specifier: string
  readonly line: number
  readonly typeOnly: boolean
}

export interface Node {
  readonly type: string
  readonly start: number
  readonly [key: string]: unknown
}

export interface Source {
  /** From the root, with forward slashes: "shared/base/money.ts". */
  readonly file: string
  readonly imports: readonly Import[]
  readonly program: Node
  readonly comments: readonly { readonly text: string; readonly line: number }[]
  line(at: number): number
}

/** Every TypeScript file of the rooms and the configuration beside them, in a fixed order. */
export function sourceFiles(root = ROOT): readonly string[] {
  const configuration = readdirSync(root).filter((name) => /\.tsx?$/.test(name))
  return [...ROOMS.flatMap((room) => filesUnder(root, room)), ...configuration]
    .filter((file) => /\.tsx?$/.test(file))
    .toSorted()
}

/** Every file under a folder, whatever it holds; empty when there is no such folder. */
export function filesUnder(root: string, folder: string): readonly string[] {
  try {
    return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

export function readSource(file: string, root = ROOT): Source {
  return parseSource(file, readFileSync(path.join(root, file), 'utf8'))
}

export function parseSource(file: string, text: string): Source {
  const parsed = parseSync(file, text)
  if (parsed.errors.length > 0) throw new Error(`${file} does not parse: ${parsed.errors[0]?.message}`)
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const line = (at: number): number => starts.findLastIndex((start) => start <= at) + 1
  const program = parsed.program as unknown as Node
  return {
    file,
    program,
    imports: importsOf(program, line),
    comments: parsed.comments.map((comment) => ({ text: comment.value, line: line(comment.start) })),
    line,
  }
}

/** Visits a node and everything below it. */
export function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) {
    for (const one of node) walk(one, visit)
  } else if (isNode(node)) {
    visit(node)
    for (const key in node) walk(node[key], visit)
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

/** The text of a string literal, or of a template without holes. */
export function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value']
  if (node.type !== 'TemplateLiteral') return undefined
  const parts = node['quasis'] as readonly { value: { cooked: string } }[]
  return parts.length === 1 ? parts[0]?.value.cooked : undefined
}

/** `a.b` and `a['b']`: "b". */
export function memberName(node: unknown): string | undefined {
  if (!isNode(node) || node.type !== 'MemberExpression') return undefined
  return node['computed'] ? textOf(node['property']) : nameOf(node['property'])
}

export function nameOf(node: unknown): string | undefined {
  return isNode(node) && (node.type === 'Identifier' || node.type === 'JSXIdentifier')
    ? String(node['name'])
    : undefined
}

function importsOf(program: Node, line: (at: number) => number): readonly Import[] {
  const found: Import[] = []
  const add = (node: Node, from: unknown, typeOnly: boolean): void => {
    const specifier = textOf(from)
    if (specifier !== undefined) found.push({ specifier, line: line(node.start), typeOnly })
  }
  walk(program, (node) => {
    if (node.type === 'ImportDeclaration') add(node, node['source'], allTypes(node, 'importKind'))
    else if (node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration')
      add(node, node['source'], allTypes(node, 'exportKind'))
    else if (node.type === 'ImportExpression') add(node, node['source'], false)
    else if (node.type === 'TSImportType') add(node, node['source'] ?? node['argument'], true)
    else if (node.type === 'CallExpression' && isRequire(node['callee']))
      add(node, first(node['arguments']), false)
    else if (node.type === 'NewExpression' && isFileUrl(node)) add(node, first(node['arguments']), false)
  })
  return found
}

function allTypes(node: Node, kind: 'importKind' | 'exportKind'): boolean {
  if (node[kind] === 'type') return true
  const names = node['specifiers']
  return Array.isArray(names) && names.length > 0 && names.every((one) => isNode(one) && one[kind] === 'type')
}

const first = (list: unknown): unknown => (Array.isArray(list) ? list[0] : undefined)

const isRequire = (callee: unknown): boolean =>
  nameOf(callee) === 'require' ||
  (memberName(callee) === 'resolve' && nameOf((callee as Node)['object']) === 'require')

/** `new URL('./process.ts', import.meta.url)`: how a file names another one it starts. */
function isFileUrl(node: Node): boolean {
  const given = node['arguments']
  return nameOf(node['callee']) === 'URL' && Array.isArray(given) && memberName(given[1]) === 'url'
}

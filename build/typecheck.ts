import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { filesUnder, ROOT } from './source.ts'
import { PROGRAMS, runNode, say, tookSeconds } from './step.ts'

/**
 * `npm run typecheck`: every room with the compiler's settings of its own, two compilers at a time. Exit code 1 when
 * one fails. Rooms with the same settings go together: what they share is then checked once, not once for each.
 */

const AT_ONCE = 2
const PROJECTS = path.join(ROOT, '.cache', 'types')

interface Config {
  readonly extends: string
  readonly compilerOptions: object
  readonly include: readonly string[]
  readonly exclude?: readonly string[]
}

interface Project {
  readonly rooms: string[]
  readonly config: { include: string[]; exclude: string[] } & Pick<Config, 'extends' | 'compilerOptions'>
}

/** The rooms by their settings, with paths from the root of the repository. */
function projects(): readonly Project[] {
  const found = new Map<string, Project>()
  for (const file of ['shared', 'electron', 'renderer', 'hq', 'build', 'tests'].flatMap(configsUnder)) {
    const room = path.posix.dirname(file)
    const config = JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as Config
    const { compilerOptions } = config
    const base = path.join(ROOT, room, config.extends)
    const key = JSON.stringify({ base, compilerOptions })
    const project = found.get(key) ?? {
      rooms: [],
      config: { extends: base, compilerOptions, include: [], exclude: [] },
    }
    found.set(key, project)
    project.rooms.push(room)
    project.config.include.push(...config.include.map((one) => path.join(ROOT, room, one)))
    project.config.exclude.push(...(config.exclude ?? []).map((one) => path.join(ROOT, room, one)))
  }
  // The longest first: tests and screens.
  return [...found.values()].toReversed()
}

const configsUnder = (room: string): string[] =>
  filesUnder(ROOT, room).filter((file) => path.basename(file) === 'tsconfig.json')

async function check({ rooms, config }: Project): Promise<boolean> {
  const name = rooms.join(', ')
  const file = path.join(PROJECTS, `${rooms[0]?.replaceAll('/', '-')}.json`)
  writeFileSync(file, JSON.stringify(config))
  const { code, seconds, output } = await runNode([PROGRAMS.tsc, '-p', file, '--pretty', 'false'], {
    quiet: true,
  })
  say(`  ${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${tookSeconds(seconds)})`)
  if (code !== 0) say(output.trimEnd())
  return code === 0
}

async function main(): Promise<void> {
  rmSync(PROJECTS, { recursive: true, force: true })
  mkdirSync(PROJECTS, { recursive: true })
  const waiting = [...projects()]
  const all = waiting.flatMap(({ rooms }) => rooms)
  const failed: string[] = []
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      if (!(await check(one))) failed.push(...one.rooms)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  say(
    failed.length === 0
      ? `All ${all.length} rooms compile.`
      : `Among these rooms one does not compile: ${failed.toSorted().join(', ')}.`,
  )
  process.exitCode = failed.length === 0 ? 0 : 1
}

await main()

import path from 'node:path'
import { filesUnder, ROOT } from './source.ts'
import { PROGRAMS, runNode, say, tookSeconds } from './step.ts'

/** `npm run typecheck`: every room with its own compiler, two at a time. Exit code 1 when one fails. */

const AT_ONCE = 2
const ROOMS = ['shared', 'electron', 'renderer', 'hq', 'build', 'tests'].flatMap((room) =>
  filesUnder(ROOT, room)
    .filter((file) => path.basename(file) === 'tsconfig.json')
    .map((file) => path.posix.dirname(file)),
)

async function check(room: string): Promise<boolean> {
  const { code, seconds, output } = await runNode([PROGRAMS.tsc, '-p', room, '--pretty', 'false'], {
    quiet: true,
  })
  say(`  ${code === 0 ? 'ok    ' : 'FAILED'} ${room} (${tookSeconds(seconds)})`)
  if (code !== 0) say(output.trimEnd())
  return code === 0
}

async function main(): Promise<void> {
  const waiting = [...ROOMS]
  const failed: string[] = []
  const worker = async (): Promise<void> => {
    for (let room = waiting.shift(); room !== undefined; room = waiting.shift()) {
      if (!(await check(room))) failed.push(room)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  say(
    failed.length === 0
      ? `All ${ROOMS.length} rooms compile.`
      : `${failed.length} of ${ROOMS.length} rooms do not compile: ${failed.toSorted().join(', ')}.`,
  )
  process.exitCode = failed.length === 0 ? 0 : 1
}

await main()

import { readFileSync } from 'node:fs'
import { childrenOf, commandOf } from './host-process.ts'

/** What the system says a process holds; null where it has no /proc. */
export function residentBytes(pid: number | undefined): number | null {
  if (process.platform !== 'linux' || pid === undefined) return null
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return kib === undefined ? null : Number(kib) * 1024
}

/** Our programs, by what stands in their command lines. */
const PROGRAMS = [
  ['head office', 'hq/cli/main.ts'],
  ['host of a till', 'electron/host/main.ts'],
  ['ledger process', 'electron/ledger/process.ts'],
  ['sync process', 'electron/sync/process.ts'],
] as const

/** Megabytes of each program of ours below this process; the largest where several run. */
export function memoryByProgram(): ReadonlyMap<string, number> {
  const most = new Map<string, number>()
  for (const pid of descendants(process.pid)) {
    const command = commandOf(pid)
    const name = PROGRAMS.find(([, entry]) => command.includes(entry))?.[0]
    const bytes = residentBytes(pid)
    if (name === undefined || bytes === null) continue
    most.set(name, Math.max(most.get(name) ?? 0, Math.round(bytes / 1_000_000)))
  }
  return most
}

const descendants = (pid: number): number[] =>
  childrenOf(pid).flatMap((child) => [child, ...descendants(child)])

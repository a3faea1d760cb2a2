import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { DEMO_STORE } from '../electron/demo/people.ts'
import { demoProgram } from '../electron/demo/program.ts'
import { writeDurably } from '../electron/platform/files.ts'
import { type OpenHq, openHq } from '../hq/cli/open.ts'
import { makeEnrolCode } from '../hq/services/enrol-code.ts'
import { createPerson } from '../hq/services/people.ts'
import { createStore } from '../hq/services/stores.ts'
import { createTenant } from '../hq/services/tenants.ts'
import { ok, type Result, refuse } from '../shared/base/result.ts'
import { DEFAULT_PROGRAM } from '../shared/domain/program/program.ts'
import { runHq } from './hq-process.ts'

/** The head office of `npm start`: a process of its own beside the till, with a demo business in it. */

const WHO = 'npm start'
const LOGINS = ['demo', 'demo2', 'demo3', 'demo4', 'demo5']

/** What the demo is, kept for the next start: for the owner of the folder alone. */
const Demo = z.object({
  tenant: z.string(),
  store: z.string(),
  login: z.string(),
  password: z.string(),
})
type Demo = z.infer<typeof Demo>

export interface RunningHq {
  readonly address: string
  readonly demo: Demo
  /** A new code for a till of the demo store. */
  code(): Promise<Result<string, string>>
  stop(): Promise<void>
}

/** Starts head office in `dir` and keeps it running. `say` gets a line for what happens to it. */
export async function startHq(
  dir: string,
  port: number | null,
  events: { readonly say: (line: string) => void; readonly onMoved: (address: string) => void },
): Promise<Result<RunningHq, string>> {
  mkdirSync(dir, { recursive: true })
  const running = await runHq({ dir, port, ...events })
  if (!running.ok) return running
  const { address, stop } = running.value
  try {
    const demo = await makeDemo(dir)
    if (demo.ok) return ok({ address, demo: demo.value, stop, code: () => newCode(dir, demo.value) })
    await stop()
    return demo
  } catch (error) {
    await stop()
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

/** The demo business with a store and its owner: made at the first start, whole or not at all. */
async function makeDemo(dir: string): Promise<Result<Demo, string>> {
  const file = path.join(dir, 'demo.json')
  if (existsSync(file)) return ok(Demo.parse(JSON.parse(readFileSync(file, 'utf8'))))
  return withHq(dir, async ({ parts }) => {
    // The rules that the till of the demo has: with head office it follows those of head office.
    const program = demoProgram(DEFAULT_PROGRAM)
    const { tenant } = await createTenant(parts, {
      name: `${DEMO_STORE.store_name} (demo)`,
      who: WHO,
      program,
    })
    const { store } = await createStore(parts, { tenant, name: DEMO_STORE.store_name, who: WHO })
    // An interrupted first start may have left somebody of this name.
    for (const login of LOGINS) {
      const made = await createPerson(parts, { tenant, login, name: 'Demo', role: 'owner', who: WHO })
      if (made.ok) return keep(file, { tenant, store, login, password: made.value.password })
    }
    return refuse('the demo has been begun too often; empty its folder')
  })
}

function keep(file: string, demo: Demo): Result<Demo, string> {
  writeDurably(file, `${JSON.stringify(demo)}\n`)
  return ok(demo)
}

function newCode(dir: string, { tenant, store }: Demo): Promise<Result<string, string>> {
  return withHq(dir, async ({ parts }) => {
    const wanted = { tenant, for: { store, name: DEMO_STORE.till_name }, who: WHO }
    const made = await makeEnrolCode(parts, wanted)
    return made.ok ? ok(made.value.code) : refuse(made.refusal.detail)
  })
}

async function withHq<T>(
  dir: string,
  work: (hq: OpenHq) => Promise<Result<T, string>>,
): Promise<Result<T, string>> {
  const hq = await openHq({ dir, use: 'command' })
  if (!hq.ok) return hq
  try {
    return await work(hq.value)
  } finally {
    await hq.value.close()
  }
}

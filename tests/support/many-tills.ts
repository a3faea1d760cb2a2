import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import type { OfficeSaid } from './shape-office-process.ts'

/** The shape office in a process of its own, so that its memory is its own. */
export interface OfficeProcess {
  readonly url: string
  figures(): Promise<{ readonly rssMb: number; readonly cpuMs: number; readonly troubles: number }>
  close(): Promise<void>
}

export async function startOfficeProcess(databaseUrl: string, callers: number): Promise<OfficeProcess> {
  const child = fork(new URL('./shape-office-process.ts', import.meta.url), [databaseUrl, String(callers)])
  const said = async (): Promise<OfficeSaid> => {
    const [message] = (await once(child, 'message')) as [OfficeSaid]
    return message
  }
  const first = await said()
  if (!('url' in first)) throw new Error('the office did not say where it is')
  return {
    url: first.url,
    async figures() {
      const answer = said()
      child.send('figures')
      const figures = await answer
      if (!('rssMb' in figures)) throw new Error('the office did not say how it is')
      return figures
    },
    async close() {
      child.send('close')
      await once(child, 'exit')
    },
  }
}

interface Place {
  readonly handle: string
  readonly offset: string
}
interface Answer {
  readonly status: number
  readonly place: Place
  readonly upToDate: boolean
  readonly body: string
}

/** One till as bare HTTP: cheap enough for a thousand in one process. */
interface PlainTill {
  readonly token: string
  place: Place
}

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })

async function askPlainly(
  url: string,
  token: string,
  query: Readonly<Record<string, string>>,
): Promise<Answer> {
  const address = `${url}/v1/shape?${new URLSearchParams(query)}`
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(address, { agent, headers: { authorization: `Bearer ${token}` } }, resolve).once('error', reject)
  })
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const header = (name: string): string => String(response.headers[name] ?? '')
  return {
    status: response.statusCode ?? 0,
    place: { handle: header('electric-handle'), offset: header('electric-offset') },
    upToDate: response.headers['electric-up-to-date'] !== undefined,
    body: Buffer.concat(chunks).toString(),
  }
}

/** Every page and the log behind them; the rows that came. Throws on anything but 200. */
export async function loadShape(
  url: string,
  token: string,
  table: string,
): Promise<PlainTill & { rows: number }> {
  let query: Record<string, string> = { table, replica: 'full', offset: '-1' }
  for (let rows = 0; ; ) {
    const answer = await askPlainly(url, token, query)
    if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.body.slice(0, 200)}`)
    rows += answer.body.split('"key":').length - 1
    if (answer.upToDate) return { token, place: answer.place, rows }
    query = { table, replica: 'full', ...answer.place }
  }
}

/** One long poll; the till stands where the answer ends. */
export async function poll(url: string, till: PlainTill, table: string): Promise<Answer> {
  const answer = await askPlainly(url, till.token, { table, replica: 'full', live: 'true', ...till.place })
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.body.slice(0, 200)}`)
  till.place = answer.place
  return answer
}

/** Ends the connections that are kept for the next request. */
export const endConnections = (): void => agent.destroy()

import type { Dice } from './dice.ts'
import { ProxyMemory } from './proxy.ts'
import type { Schedule } from './schedule.ts'

/** Chances of each fault for one request, and how long things take. All off: a clean link. */
export interface NetFaults {
  readonly latencyMs: readonly [least: number, most: number]
  /** The request never arrives. */
  readonly drop: number
  /** It arrives twice. */
  readonly duplicate: number
  /** Head office did what was asked and the answer is lost. */
  readonly replyLost: number
  /** The answer breaks off, with an error or in silence. */
  readonly truncate: number
  /** So late that the caller has given up. */
  readonly delay: number
  /** A proxy on the way answers 5xx. */
  readonly proxyError: number
  /** Shapes answer 409 although nothing is wrong. */
  readonly refetch: number
  /**
   * A GET is answered from a cache, with what the same address was answered before. Harsher than life: our answers say
   * `no-store`, and the real client makes the address of every long poll a new one.
   */
  readonly stale: number
  /** A POST is done, and answered with the answer to another one of the same path, another till's too. */
  readonly mixedUp: number
}

export const CLEAN: NetFaults = {
  latencyMs: [5, 60],
  drop: 0,
  duplicate: 0,
  replyLost: 0,
  truncate: 0,
  delay: 0,
  proxyError: 0,
  refetch: 0,
  stale: 0,
  mixedUp: 0,
}

const DELAY_MS = 90_000

export interface Asked {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Head office at the other end; null: it is down, and nobody answers. */
type Peer = (asked: Asked) => Promise<Answered | null>

interface NetworkParts {
  readonly schedule: Schedule
  readonly dice: Dice
  readonly peer: Peer
}

/** The lines between each till and head office, with their faults. */
export class Network {
  readonly #schedule: Schedule
  readonly #dice: Dice
  readonly #peer: Peer
  readonly #proxy = new ProxyMemory()
  readonly #proxyDice: Dice
  faults: NetFaults = CLEAN
  /** Tills that hear nothing (`in`), or that nobody hears (`out`). */
  readonly cut = new Map<string, 'in' | 'out' | 'both'>()
  /** Until then (virtual ms) head office's front answers 503. */
  burstUntil = 0
  requests = 0
  /**
   * What a scenario does to a request: a shape is asked for anew (`refetch`), the answer stays on its way (`wait`) until
   * `letGo`, or the request never arrives (`lose`).
   */
  meddle: ((till: string, asked: Asked) => 'refetch' | 'wait' | 'lose' | null) | null = null
  /** What somebody on the way makes of every answer's body. */
  alter: ((asked: Asked, body: string) => string) | null = null
  readonly #waiting: (() => void)[] = []
  /** Answers that belonged to another question. */
  readonly given = { older: 0, mixedUp: 0 }
  /** When each request that somebody still waits for was sent. */
  readonly #underWay = new Set<{ readonly since: number; readonly alive: () => boolean }>()

  constructor({ schedule, dice, peer }: NetworkParts) {
    this.#schedule = schedule
    this.#dice = dice
    this.#peer = peer
    this.#proxyDice = dice.of('proxy')
  }

  heal(): void {
    this.faults = CLEAN
    this.cut.clear()
    this.burstUntil = 0
    this.alter = null
    this.letGo()
  }

  /** Answers that stayed on their way arrive, and nobody meddles any more. */
  letGo(): void {
    this.meddle = null
    for (const arrive of this.#waiting.splice(0)) this.#schedule.after(this.#way(), 'a late answer', arrive)
  }

  /** Answers that are still on their way. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Somebody still waits for the answer to a request that was sent before `ms`. */
  waitsSince(ms: number): boolean {
    return [...this.#underWay].some(({ since, alive }) => since < ms && alive())
  }

  /** `fetch` of one till. `alive` tells whether the process that asked is still there to hear the answer. */
  fetchOf(till: string, alive: () => boolean): typeof fetch {
    return async (input, init) => {
      const request = new Request(input instanceof Request ? input : String(input), init ?? {})
      const { pathname, search } = new URL(request.url)
      const headers: Record<string, string> = {}
      request.headers.forEach((value, name) => {
        headers[name] = value
      })
      const body = request.method === 'GET' ? null : await request.text()
      const asked: Asked = { method: request.method, url: pathname + search, headers, body }
      const one = { since: this.#schedule.now, alive }
      this.#underWay.add(one)
      return new Promise<Response>((resolve, reject) => {
        const fail = (error: unknown): void => {
          if (alive()) reject(error)
        }
        const { signal } = request
        if (signal.aborted) return fail(signal.reason)
        signal.addEventListener('abort', () => fail(signal.reason), { once: true })
        this.#send(till, asked, (reply) => {
          if (!alive()) return
          if (reply instanceof Error) reject(reply)
          else resolve(reply)
        })
      }).finally(() => this.#underWay.delete(one))
    }
  }

  #send(till: string, asked: Asked, answer: (reply: Response | Error) => void): void {
    this.requests += 1
    const { faults } = this
    const dice = this.#dice
    const schedule = this.#schedule
    const cut = this.cut.get(till)
    const name = `${till} ${nameOf(asked.url)}`
    const fate = this.meddle?.(till, asked) ?? null
    const older = this.#proxyDice.chance(faults.stale) ? this.#proxy.older(till, asked) : []
    if (fate === 'lose' || cut === 'out' || cut === 'both' || dice.chance(faults.drop)) {
      this.#lose(name, 'never arrived', answer)
    } else if (schedule.now < this.burstUntil || dice.chance(faults.proxyError)) {
      const status = dice.pick([500, 502, 503, 504])
      schedule.after(this.#way(), `${name}: ${status} on the way`, () =>
        answer(new Response('upstream is not well', { status })),
      )
    } else if (asked.url.startsWith('/v1/shape') && (fate === 'refetch' || dice.chance(faults.refetch))) {
      schedule.after(this.#way(), `${name}: 409 on the way`, () => answer(mustRefetch(dice)))
    } else if (older.length > 0) {
      const reply = this.#proxyDice.pick(older)
      this.given.older += 1
      schedule.after(this.#way(), `${name}: an older answer`, () => answer(whole(reply)))
    } else {
      if (dice.chance(faults.duplicate)) {
        schedule.after(this.#way(), `${name}: a copy`, () => this.#peerOnce(asked))
      }
      schedule.after(this.#way(), '', () =>
        this.#arrive(
          till,
          name,
          asked,
          fate === 'wait' ? (reply) => void this.#waiting.push(() => answer(reply)) : answer,
        ),
      )
    }
  }

  async #arrive(
    till: string,
    name: string,
    asked: Asked,
    answer: (reply: Response | Error) => void,
  ): Promise<void> {
    const dice = this.#dice
    const reply = await this.#peer(asked)
    const cut = this.cut.get(till)
    const deaf = cut === 'in' || cut === 'both'
    if (!reply) this.#lose(name, 'nobody is there', answer)
    else if (deaf || dice.chance(this.faults.replyLost)) this.#lose(name, 'the reply is lost', answer)
    else {
      const broken = dice.chance(this.faults.truncate)
      const heard = this.#throughProxy(till, asked, reply)
      const given = this.alter ? { ...heard, body: this.alter(asked, heard.body) } : heard
      const usual = reply.status === 200 && !broken && name.includes('sync_')
      const odd = `${broken ? ' cut' : ''}${heard === reply ? '' : ' mixed up'}`
      const what = usual ? '' : `${name} -> ${reply.status}${odd}`
      this.#schedule.after(this.#way(), what, () => answer(broken ? truncated(given, dice) : whole(given)))
    }
  }

  #throughProxy(till: string, asked: Asked, reply: Answered): Answered {
    const others = this.#proxyDice.chance(this.faults.mixedUp) ? this.#proxy.others(asked) : []
    this.#proxy.heard(till, asked, reply)
    if (others.length === 0) return reply
    this.given.mixedUp += 1
    return this.#proxyDice.pick(others)
  }

  #lose(name: string, why: string, answer: (reply: Error) => void): void {
    this.#schedule.after(this.#way() * 4, `${name}: ${why}`, () => answer(new TypeError('fetch failed')))
  }

  /** One way, ms. */
  #way(): number {
    const dice = this.#dice
    const { delay, latencyMs } = this.faults
    return dice.chance(delay) ? DELAY_MS * (1 + dice.fraction()) : dice.whole(...latencyMs)
  }

  async #peerOnce(asked: Asked): Promise<void> {
    await this.#peer(asked)
  }
}

/** What was asked, short enough for the story. */
function nameOf(url: string): string {
  const { pathname, searchParams } = new URL(url, 'http://office')
  return `${searchParams.get('table') ?? pathname} ${searchParams.get('offset') ?? ''}`
}

const empty = (status: number): boolean => status === 204 || status === 304

function whole({ status, headers, body }: Answered): Response {
  return new Response(empty(status) ? null : body, { status, headers })
}

/** The connection breaks in the middle of the body; behind some proxies nobody is told. */
function truncated({ status, headers, body }: Answered, dice: Dice): Response {
  if (empty(status)) return new Response(null, { status, headers })
  const half = body.slice(0, dice.whole(0, Math.max(0, body.length - 1)))
  const { 'content-length': _length, ...rest } = headers
  if (dice.chance(0.5)) return new Response(half, { status, headers: rest })
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(half))
      controller.error(new TypeError('terminated'))
    },
  })
  return new Response(stream, { status, headers: rest })
}

/** What a shape server says that cannot go on from a handle; here for no reason at all. */
function mustRefetch(dice: Dice): Response {
  return new Response(JSON.stringify([{ headers: { control: 'must-refetch' } }]), {
    status: 409,
    headers: { 'content-type': 'application/json', 'electric-handle': `storm-${dice.hex(4)}` },
  })
}

import { z } from 'zod'
import { concernsPerson } from '../../hq/services/turned-away.ts'
import { Problem } from '../../shared/sync/wire.ts'
import type { Answered, Asked } from './network.ts'

/** What a person hears of is written this soon. Virtual ms. */
const WRITTEN_MS = 10_000
/** Here a till says who it is before that is proven. */
const PROVING = /^\/sync\/v1\/(?:challenge|token|rotate)/

const Named = z.object({ device: z.string() })
const Signed = z.object({ body: z.string() })
const Token = z.object({ token: z.string() })

interface Refusal {
  /** Device and code. */
  readonly name: string
  readonly at: number
}

/** Refusals that head office gave and that a person is to hear of, as they went over the line. */
export class Refusals {
  readonly #now: () => number
  readonly #devices = new Map<string, string>()
  readonly #given = new Map<string, number>()
  /** Those that nothing has taken from head office since. */
  #kept: readonly Refusal[] = []
  readonly #copies = new Map<string, readonly Refusal[]>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** `isKnown`: whether head office has heard of this device. */
  async heard(
    asked: Asked,
    { status, body }: Answered,
    isKnown: (device: string) => Promise<boolean>,
  ): Promise<void> {
    if (status === 200 && asked.url.startsWith('/sync/v1/token')) {
      const token = Token.safeParse(JSON.parse(body))
      const device = namedIn(asked)
      if (token.success && device !== null) this.#devices.set(`Bearer ${token.data.token}`, device)
    }
    if (status < 400) return
    const said = Problem.safeParse(jsonOf(body))
    if (!said.success || !concernsPerson(said.data.code)) return
    const proven = this.#devices.get(asked.headers['authorization'] ?? '')
    const device = proven ?? (PROVING.test(asked.url) ? namedIn(asked) : null)
    if (device === null || !(await isKnown(device))) return
    const name = `${device}/${said.data.code}`
    this.#given.set(name, (this.#given.get(name) ?? 0) + 1)
    this.#kept = [...this.#kept, { name, at: this.#now() }]
  }

  /** Head office is struck down: what it had not written is gone. */
  struck(): void {
    this.#kept = this.#written()
  }

  copied(file: string): void {
    this.#copies.set(file, this.#written())
  }

  restored(file: string): void {
    this.#kept = this.#copies.get(file) ?? []
  }

  /** Every one there ever was, and how often. */
  get given(): ReadonlyMap<string, number> {
    return this.#given
  }

  /** Those that must be before a person now. */
  get due(): ReadonlySet<string> {
    return new Set(this.#written().map(({ name }) => name))
  }

  #written(): readonly Refusal[] {
    const until = this.#now() - WRITTEN_MS
    return this.#kept.filter(({ at }) => at < until)
  }
}

/** The device that a request names. */
function namedIn({ body }: Asked): string | null {
  const outer = jsonOf(body ?? '')
  const signed = Signed.safeParse(outer)
  const named = Named.safeParse(signed.success ? jsonOf(signed.data.body) : outer)
  return named.success ? named.data.device : null
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // No JSON says nothing.
    return null
  }
}

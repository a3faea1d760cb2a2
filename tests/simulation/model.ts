/**
 * What a cashier was told, and nothing else: plain maps, no chains, no rows, no clocks. Whatever was said is to be
 * found at head office exactly once when all is quiet again.
 */
type Told =
  | {
      readonly what: 'sale'
      /** Id of the sale, which follows from the command. */
      readonly sale: string
      /** The number of the person; null: nobody. */
      readonly person: string | null
      readonly gross: number
      readonly net: number
      readonly earned: number
      readonly redeemed: number
    }
  | { readonly what: 'void'; readonly sale: string }
  | { readonly what: 'adjust'; readonly person: string; readonly points: number }
  | { readonly what: 'enrol'; readonly person: string }
  | { readonly what: 'withdraw'; readonly person: string }

interface Word {
  readonly till: string
  readonly told: Told
  /** Lost with the disk of its till, which nobody can bring back. */
  gone: boolean
}

interface Figures {
  readonly points: number
  readonly sales: number
  readonly netKobo: number
}

export class Model {
  /** By command. */
  readonly #words = new Map<string, Word>()
  /** Two numbers that are one person, since head office said so. */
  readonly #same = new Map<string, string>()

  /** A till said that it is done. Once more for the same command: nothing. */
  said(command: string, till: string, told: Told): void {
    if (!this.#words.has(command)) this.#words.set(command, { till, told, gone: false })
  }

  /** The disk of a till is lost, and with it what `kept` does not know. */
  lost(till: string, kept: (command: string) => boolean): void {
    for (const [command, word] of this.#words) {
      if (word.till === till && !kept(command)) word.gone = true
    }
  }

  merged(into: string, from: string): void {
    const [a, b] = [this.root(into), this.root(from)]
    if (a !== b) this.#same.set(b, a)
  }

  /** The number under which a person stands. */
  root(person: string): string {
    const above = this.#same.get(person)
    return above === undefined ? person : this.root(above)
  }

  get commands(): readonly string[] {
    return [...this.#words].filter(([, word]) => !word.gone).map(([command]) => command)
  }

  sales(): ReadonlyMap<string, Extract<Told, { what: 'sale' }>> {
    const sales = new Map<string, Extract<Told, { what: 'sale' }>>()
    for (const { told, gone } of this.#words.values()) {
      if (told.what === 'sale' && !gone) sales.set(told.sale, told)
    }
    return sales
  }

  voided(): ReadonlySet<string> {
    return new Set(this.#kept().flatMap((told) => (told.what === 'void' ? [told.sale] : [])))
  }

  withdrawn(): ReadonlySet<string> {
    return new Set(this.#kept().flatMap((told) => (told.what === 'withdraw' ? [this.root(told.person)] : [])))
  }

  /** What each person is worth in points, and what they bought, whatever the order was. */
  people(): ReadonlyMap<string, Figures> {
    const people = new Map<string, Figures>()
    const voided = this.voided()
    const add = (person: string, points: number, sales: number, netKobo: number): void => {
      const root = this.root(person)
      const one = people.get(root) ?? { points: 0, sales: 0, netKobo: 0 }
      people.set(root, {
        points: one.points + points,
        sales: one.sales + sales,
        netKobo: one.netKobo + netKobo,
      })
    }
    for (const told of this.#kept()) {
      if (told.what === 'enrol' || told.what === 'withdraw') add(told.person, 0, 0, 0)
      if (told.what === 'adjust') add(told.person, told.points, 0, 0)
      if (told.what !== 'sale' || told.person === null) continue
      if (voided.has(told.sale)) add(told.person, 0, 0, 0)
      else add(told.person, told.earned - told.redeemed, 1, told.net)
    }
    return people
  }

  /** A sale that two tills read from one file is one sale: the points are those of the one that came first. */
  #kept(): readonly Told[] {
    const seen = new Set<string>()
    const kept: Told[] = []
    for (const { told, gone } of this.#words.values()) {
      if (gone || (told.what === 'sale' && seen.has(told.sale))) continue
      if (told.what === 'sale') seen.add(told.sale)
      kept.push(told)
    }
    return kept
  }
}

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
  | {
      /** A part of a sale was given back. */
      readonly what: 'part'
      readonly sale: string
      readonly kobo: number
      /** Points of what was earned, and of what was redeemed. */
      readonly takenBack: number
      readonly givenBack: number
    }
  | { readonly what: 'adjust'; readonly person: string; readonly points: number }
  | { readonly what: 'enrol'; readonly person: string }
  | { readonly what: 'withdraw'; readonly person: string }

interface Word {
  readonly till: string
  readonly told: Told
  /** Lost with the disk of its till, which nobody can bring back. */
  gone: boolean
}

interface Redemption {
  readonly person: string
  readonly points: number
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

  /** Head office was told never to count these events, the first of each command. */
  dropped(events: ReadonlySet<string>, eventOf: (command: string) => string): void {
    for (const [command, word] of this.#words) if (events.has(eventOf(command))) word.gone = true
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

  /** Sales of a till that were paid in part with points and were not undone, with their commands. */
  redemptions(till: string): readonly (Redemption & { readonly command: string })[] {
    const voided = this.voided()
    return [...this.#words].flatMap(([command, word]) => {
      const { told, gone } = word
      if (gone || word.till !== till || told.what !== 'sale' || told.person === null) return []
      if (told.redeemed === 0 || voided.has(told.sale)) return []
      return [{ command, person: told.person, points: told.redeemed }]
    })
  }

  /** The most that each person can owe: what was ever taken from them, by whatever till. */
  taken(): ReadonlyMap<string, number> {
    const taken = new Map<string, number>()
    const voided = this.voided()
    const add = (person: string, points: number): void => {
      const root = this.root(person)
      taken.set(root, (taken.get(root) ?? 0) + points)
    }
    for (const told of this.#kept()) {
      if (told.what === 'adjust' && told.points < 0) add(told.person, -told.points)
      if (told.what !== 'sale' || told.person === null) continue
      add(told.person, voided.has(told.sale) ? told.earned : told.redeemed + this.#parts(told.sale).takenBack)
    }
    return taken
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
      else {
        const { kobo, takenBack, givenBack } = this.#parts(told.sale)
        const points = Math.max(0, told.earned - takenBack) - Math.max(0, told.redeemed - givenBack)
        add(told.person, points, 1, Math.max(0, told.net - kobo))
      }
    }
    return people
  }

  /** What was given back of a sale in parts, by whichever till. */
  #parts(sale: string): { readonly kobo: number; readonly takenBack: number; readonly givenBack: number } {
    const parts = this.#kept().flatMap((told) => (told.what === 'part' && told.sale === sale ? [told] : []))
    const sum = (of: 'kobo' | 'takenBack' | 'givenBack'): number =>
      parts.reduce((all, part) => all + part[of], 0)
    return { kobo: sum('kobo'), takenBack: sum('takenBack'), givenBack: sum('givenBack') }
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

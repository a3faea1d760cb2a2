import { revokeDevice, writeOffDevice } from '../../hq/services/devices.ts'
import { dismissEvents, releaseEvents } from '../../hq/services/holding.ts'
import { mergeCustomers } from '../../hq/services/merge.ts'
import { waitingAt } from './checks.ts'
import type { Dice } from './dice.ts'
import type { HeadOffice } from './head-office.ts'
import type { Model } from './model.ts'
import { eventOf, type SimulatedTill } from './simulated-till.ts'

interface OfficeWorkParts {
  readonly hq: HeadOffice
  readonly model: Model
  readonly tills: readonly SimulatedTill[]
}

/** Events of one chain that wait for a person. */
interface Range {
  readonly device: string
  readonly epoch: number
  readonly fromSeq: number
  readonly toSeq: number
}

interface HeldRow {
  readonly device: string
  readonly epoch: number
  readonly seq: number
  readonly id: string | null
  readonly kind: string
  readonly staff: string
  /** Other events of its command have another outcome. */
  readonly parted: boolean
}

const WHO = 'Ngozi'
/** An event's id but for its number in the command. */
const COMMAND_CHARS = 30

/** What people do at head office, and what the model is told of it. */
export class OfficeWork {
  readonly #hq: HeadOffice
  readonly #model: Model
  readonly #tills: readonly SimulatedTill[]
  /** Customers that were made one; a head office from an older backup has to be told again. */
  readonly #merges: { readonly into: string; readonly from: string }[] = []
  readonly #dismissed = new Set<string>()

  constructor({ hq, model, tills }: OfficeWorkParts) {
    this.#hq = hq
    this.#model = model
    this.#tills = tills
  }

  /** Two customers turn out to be one. */
  async merge(dice: Dice): Promise<string> {
    if (!this.#hq.up) return 'merge: head office is down'
    const people = await this.#hq.query<{ id: string; phone: string }>(
      'SELECT id, phone FROM hq.customer WHERE merged_into IS NULL AND phone IS NOT NULL ORDER BY phone',
    )
    if (people.length < 2) return 'merge: too few customers'
    const into = dice.pick(people)
    const from = dice.pick(people.filter((one) => one !== into))
    if (!(await this.join(into.id, from.id))) return 'merge: not done'
    this.#merges.push({ into: into.id, from: from.id })
    this.#model.merged(typed(into.phone), typed(from.phone))
    return `merge ${into.phone} and ${from.phone}: done`
  }

  /** After a restore of head office: what was decided since the backup is decided again. True: something was. */
  async mergeAgain(): Promise<boolean> {
    let again = false
    for (const { into, from } of this.#merges) {
      const parted = await this.#hq.query(
        `SELECT 1 FROM hq.customer a JOIN hq.customer b ON b.id = $2
         WHERE a.id = $1 AND coalesce((SELECT root FROM hq.alias WHERE id = $1), $1)
           <> coalesce((SELECT root FROM hq.alias WHERE id = $2), $2)`,
        [into, from],
      )
      if (parted.length > 0) again = (await this.join(into, from)) || again
    }
    return again
  }

  /** A till is lost or stolen. False: head office did not take it. */
  async revoke(device: string): Promise<boolean> {
    const { tenant } = this.#hq
    const done = await this.#hq.person((parts) =>
      revokeDevice(parts, { tenant, device, who: WHO, because: 'lost' }),
    )
    return done?.ok === true
  }

  async writeOff(device: string): Promise<boolean> {
    const { tenant } = this.#hq
    const done = await this.#hq.person((parts) =>
      writeOffDevice(parts, { tenant, device, who: WHO, reason: 'It fell into the lagoon' }),
    )
    return done?.ok === true
  }

  /** Whether this till receives everything again. */
  async isActive(device: string): Promise<boolean> {
    const [row] = await this.#hq.query<{ state: string }>('SELECT state FROM hq.device WHERE id = $1', [
      device,
    ])
    return row?.state === 'active'
  }

  /** Everything that a stopped till has sent is counted, or some of it left uncounted for good. Answers how many. */
  async decide(dice: Dice | null): Promise<number> {
    let decided = 0
    for (const rows of await this.#heldRanges()) {
      const range = rangeOf(rows)
      const known = rows.every(({ id }) => id !== null && this.#dismissed.has(id))
      const dismiss = known || (dice !== null && this.#mayDismiss(rows) && dice.chance(0.4))
      decided += dismiss ? await this.#dismiss(range, rows) : await this.#release(range)
    }
    return decided
  }

  /** Which of those that were dismissed count after all: another chain, or a head office that had forgotten it, brought them. */
  async judgeDismissed(): Promise<void> {
    if (this.#dismissed.size === 0) return
    const counted = await this.#hq.query<{ id: string }>(
      `SELECT id FROM hq.event WHERE outcome = 'posted' AND id = ANY($1)`,
      [[...this.#dismissed]],
    )
    const there = new Set(counted.map(({ id }) => id))
    this.#model.dropped(new Set([...this.#dismissed].filter((id) => !there.has(id))), eventOf)
  }

  /** Ranges whose rows are decided alike: those that were dismissed before a restore stay so. */
  async #heldRanges(): Promise<readonly (readonly HeldRow[])[]> {
    const rows = await this.#hq.query<HeldRow>(
      `SELECT e.device, e.epoch, e.seq, e.id, e.kind, e.staff,
         EXISTS (SELECT FROM hq.event o WHERE left(o.id, ${COMMAND_CHARS}) = left(e.id, ${COMMAND_CHARS})
           AND o.why <> 'revoked') AS parted
       FROM hq.event e WHERE e.outcome = 'withheld' AND e.why = 'revoked' ORDER BY e.device, e.epoch, e.seq`,
    )
    const ranges: HeldRow[][] = []
    for (const row of rows) {
      const last = ranges.at(-1)?.at(-1)
      const goes = last?.device === row.device && last.epoch === row.epoch && last.seq === row.seq - 1
      if (goes && this.#isDismissed(last) === this.#isDismissed(row)) ranges.at(-1)?.push(row)
      else ranges.push([row])
    }
    return ranges
  }

  #isDismissed({ id }: HeldRow): boolean {
    return id !== null && this.#dismissed.has(id)
  }

  /** Whole commands only, and nobody's only enrolment: then the model can take them for never said. */
  #mayDismiss(rows: readonly HeldRow[]): boolean {
    const [first] = rows
    const till = this.#tills.find((one) => one.up && one.open.ledger.ids.device === first?.device)
    if (!till || waitingAt(till) > 0) return false
    return rows.every(
      ({ kind, staff, parted }) => !parted && staff !== 'import' && kind !== 'customer.enrolled',
    )
  }

  async #dismiss(range: Range, rows: readonly HeldRow[]): Promise<number> {
    const wanted = { tenant: this.#hq.tenant, ...range, who: WHO, reason: 'Nobody knows of it' }
    const done = await this.#hq.person((parts) => dismissEvents(parts, wanted))
    if (!done?.ok) return 0
    for (const { id } of rows) if (id !== null) this.#dismissed.add(id)
    return done.value.dismissed
  }

  async #release(range: Range): Promise<number> {
    const wanted = { tenant: this.#hq.tenant, ...range, who: WHO, reason: 'The till was found' }
    const done = await this.#hq.person((parts) => releaseEvents(parts, wanted))
    return done?.ok ? done.value.released : 0
  }

  /** By their ids. False: head office did not take it. */
  async join(into: string, from: string): Promise<boolean> {
    const { tenant } = this.#hq
    const done = await this.#hq.person((parts) => mergeCustomers(parts, { tenant, into, from, who: WHO }))
    return done?.ok === true
  }
}

function rangeOf(rows: readonly HeldRow[]): Range {
  const [first] = rows
  const last = rows.at(-1)
  if (!first || !last) throw new Error('a range has rows')
  return { device: first.device, epoch: first.epoch, fromSeq: first.seq, toSeq: last.seq }
}

/** +234 803 123 4567 as the people of the simulation type it. */
const typed = (phone: string): string => `0${phone.slice('+234'.length)}`

import type { Dice } from './dice.ts'
import type { HeadOffice } from './head-office.ts'
import type { Model } from './model.ts'
import type { Network } from './network.ts'
import type { OfficeWork } from './office-work.ts'
import type { Schedule } from './schedule.ts'
import type { SimulatedTill } from './simulated-till.ts'
import type { Workload } from './workload.ts'

/** Everything there is in one simulation. */
export interface World {
  readonly seed: number
  readonly dice: Dice
  readonly schedule: Schedule
  readonly network: Network
  readonly hq: HeadOffice
  readonly tills: SimulatedTill[]
  readonly tillsMax: number
  readonly model: Model
  readonly workload: Workload
  readonly office: OfficeWork
  /** Packages that head office wrote so far, and for which store. */
  readonly packages: { readonly file: string; readonly store: string }[]
  /** Something that was begun and must come to its end before the world may rest. */
  later(ms: number, what: string, run: () => void | Promise<void>): void
  /** Starts a till that is down; one that will not start is a mistake. */
  boot(till: SimulatedTill): Promise<void>
  /** A further till, that goes to work at once. */
  join(till: SimulatedTill): Promise<void>
  /** Its disk was lost: what neither it nor head office has is gone by right. */
  forget(till: SimulatedTill): Promise<void>
  /** A till that head office has stopped is at hand again in `ms`: its manager enrols it then. */
  found(device: string, ms: number): void
  /** It never comes back. */
  leave(till: SimulatedTill): void
}

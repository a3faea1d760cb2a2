import { cpSync } from 'node:fs'
import path from 'node:path'
import { restoreBackup } from '../../electron/ledger/restore.ts'
import { carryPackage, carryUnsent } from './carried-files.ts'
import type { Dice } from './dice.ts'
import { CLEAN, type NetFaults } from './network.ts'
import { newFolder } from './shop-floor.ts'
import { leaseNumbers, setPolicy } from './shop-rules.ts'
import { SimulatedTill } from './simulated-till.ts'
import { unwatched } from './statements.ts'
import type { World } from './world.ts'

const MINUTE = 60_000
const DAY = 86_400_000

/** What can go wrong, each with its weight. A seed draws which of them its world knows at all. */
export const FAULTS = {
  net: 6,
  partition: 4,
  burst: 3,
  till_killed_at_statement: 6,
  till_killed_at_answer: 6,
  till_off: 2,
  hq_killed: 5,
  hq_restart: 2,
  hq_restored: 1,
  clock_jump: 2,
  clock_drift: 1,
  disk_full: 1,
  till_cloned: 1,
  till_restored: 1,
  till_lost: 2,
  till_written_off: 1,
  till_stolen: 1,
  policy_changed: 1,
  key_changed: 2,
  customers_merged: 2,
  unsent_carried: 2,
  package_carried: 2,
  night: 1,
} as const
export type Fault = keyof typeof FAULTS

/** Which faults this seed knows: few at a time find more than all at once. */
export function drawFaults(dice: Dice): readonly Fault[] {
  const all = Object.keys(FAULTS) as Fault[]
  const some = all.filter(() => dice.chance(0.45))
  return some.length > 0 ? some : ['net']
}

function badNet(dice: Dice): NetFaults {
  const at = (most: number): number => (dice.chance(0.6) ? dice.fraction() * most : 0)
  return {
    latencyMs: dice.chance(0.3) ? [200, 9_000] : CLEAN.latencyMs,
    drop: at(0.4),
    duplicate: at(0.3),
    replyLost: at(0.4),
    truncate: at(0.2),
    delay: at(0.1),
    proxyError: at(0.3),
    refetch: at(0.2),
    stale: at(0.3),
    mixedUp: at(0.2),
  }
}

/** Lets one thing go wrong. Answers what, for the story. */
export async function strike(world: World, fault: Fault, dice: Dice): Promise<string> {
  const { schedule, network, hq } = world
  const running = world.tills.filter((till) => till.up)
  if (running.length === 0) return `${fault}: no till runs`
  const till = dice.pick(running)
  switch (fault) {
    case 'net':
      network.faults = badNet(dice)
      return 'the lines are bad'
    case 'partition': {
      const how = dice.pick(['in', 'out', 'both'] as const)
      network.cut.set(till.name, how)
      world.later(dice.whole(1, 20) * MINUTE, `${till.name} is connected again`, () => {
        network.cut.delete(till.name)
      })
      return `${till.name} is cut off (${how})`
    }
    case 'burst':
      network.burstUntil = schedule.now + dice.whole(10, 300) * 1_000
      return 'head office answers 5xx for a while'
    case 'till_killed_at_statement':
      till.killLater({ what: 'statement', in: dice.whole(1, 250) })
      return `${till.name} will be killed at a statement`
    case 'till_killed_at_answer':
      till.killLater({ what: 'answer', in: dice.whole(1, 25) })
      return `${till.name} will be killed at an answer`
    case 'till_off':
      await till.shutDown()
      world.later(dice.whole(1, 30) * MINUTE, `${till.name} is switched on`, () => world.boot(till))
      return `${till.name} is switched off`
    case 'hq_killed':
      hq.killIn(dice.whole(1, 60))
      return 'head office will be killed at a statement'
    case 'hq_restart':
      await hq.stop()
      world.later(dice.whole(5, 300) * 1_000, 'head office is started', () => hq.start())
      return 'head office is stopped'
    case 'hq_restored':
      return restoreHq(world, dice)
    case 'clock_jump':
      till.clock.offsetMs += dice.pick([-400, -3, -1, 1, 3, 50, 400]) * DAY + dice.whole(-600, 600) * 1_000
      return `${till.name}: somebody sets the clock`
    case 'clock_drift':
      till.clock.driftPpm = dice.whole(-300, 300)
      return `${till.name}: the quartz runs wrong`
    case 'disk_full':
      return fillDisk(world, till, dice)
    case 'till_cloned':
      return clone(world, till, dice)
    case 'till_restored':
      return restoreTill(world, till, dice)
    case 'till_lost':
      return lose(world, till, dice)
    case 'till_written_off':
      return writeOff(world, till, dice)
    case 'till_stolen':
      return steal(world, till, dice)
    case 'policy_changed':
      return changePolicy(world, dice)
    case 'key_changed':
      return (await till.rotateKey()) ? `${till.name} is to have a new key` : `${till.name}: no new key`
    case 'customers_merged':
      return world.office.merge(dice)
    case 'unsent_carried':
      return carryUnsent(world, till, dice)
    case 'package_carried':
      return carryPackage(world, till, dice)
    case 'night':
      return sleep(world, dice)
  }
}

/** A backup now, and later a disk that is lost. */
async function restoreHq(world: World, dice: Dice): Promise<string> {
  const { hq } = world
  if (!hq.up) return 'head office is down: no backup'
  const copy = await hq.backup()
  world.later(dice.whole(1, 15) * MINUTE, 'head office is restored from its backup', () => hq.restore(copy))
  return 'head office is backed up'
}

function fillDisk(world: World, till: SimulatedTill, dice: Dice): string {
  const pages = unwatched(() => till.db.pragma('page_count', { simple: true }) as number)
  unwatched(() => till.db.pragma(`max_page_count = ${pages + dice.whole(0, 3)}`))
  world.later(dice.whole(1, 10) * MINUTE, `${till.name}: room on the disk`, () => {
    if (till.up) unwatched(() => till.db.pragma('max_page_count = 1073741823'))
  })
  return `${till.name}: the disk is full`
}

/** Somebody copies the disk into a second computer, and both go on. */
async function clone(world: World, till: SimulatedTill, dice: Dice): Promise<string> {
  if (!till.enrolled || world.tills.length >= world.tillsMax) return 'no clone'
  const dir = path.join(newFolder(), 'till')
  cpSync(till.dir, dir, { recursive: true, filter: (file) => !file.endsWith('-shm') })
  const { secrets } = till.keys
  if (!secrets) return 'no clone'
  const name = `${till.name}'`
  if (world.tills.some((one) => one.name === name)) return 'no second clone'
  const twin = new SimulatedTill({
    name,
    fresh: { dir, secrets, admin: till.admin, phrase: till.phrase },
    schedule: world.schedule,
    network: world.network,
    dice: dice.of(name),
  })
  world.workload.staff.copied(till, twin)
  await world.join(twin)
  return `${till.name} is copied to another computer`
}

/** A backup now; later the disk is lost, and with it what head office did not get. */
async function restoreTill(world: World, till: SimulatedTill, dice: Dice): Promise<string> {
  const file = path.join(newFolder(), 'backup')
  if (!(await till.backup(file))) return `${till.name}: no backup`
  world.later(dice.whole(1, 15) * MINUTE, `${till.name}: the disk is lost`, async () => {
    if (till.up) await till.shutDown()
    const restored = await restoreBackup(till.dir, file, till.platform, till.keys)
    if (!restored.ok) throw new Error(`${till.name}: ${restored.refusal.sentence}`)
    await world.boot(till)
    await world.forget(till)
  })
  return `${till.name} is backed up`
}

/** Stopped from afar; later it is found, and somebody decides on what it has sent meanwhile. */
async function lose(world: World, till: SimulatedTill, dice: Dice): Promise<string> {
  const { hq, office } = world
  if (!till.enrolled) return `${till.name} is not enrolled`
  const { device } = till.open.ledger.ids
  if (!(await office.revoke(device))) return `${till.name}: head office stops nothing`
  world.found(device, dice.whole(2, 15) * MINUTE)
  world.later(dice.whole(1, 20) * MINUTE, `somebody decides on what ${till.name} has sent`, async () => {
    if (hq.up) await office.decide(dice)
  })
  return `${till.name} is lost, and stopped`
}

/** It will not come back, as far as anybody knows. */
async function writeOff(world: World, till: SimulatedTill, dice: Dice): Promise<string> {
  if (!till.enrolled || world.tills.length < 2) return `${till.name} stays`
  const { device } = till.open.ledger.ids
  if (!(await world.office.writeOff(device))) return `${till.name}: head office writes nothing off`
  await till.shutDown()
  if (dice.chance(0.5)) {
    world.leave(till)
    return `${till.name} is written off for good`
  }
  world.found(device, 0)
  world.later(dice.whole(1, 30) * MINUTE, `${till.name} comes back all the same`, () => world.boot(till))
  return `${till.name} is written off`
}

/** Written off while the thief sells on, out of reach; in the end it is at hand again, and what it sends is decided. */
async function steal(world: World, till: SimulatedTill, dice: Dice): Promise<string> {
  if (!till.enrolled || world.tills.length < 2) return `${till.name} stays`
  const { device } = till.open.ledger.ids
  if (!(await world.office.writeOff(device))) return `${till.name}: head office writes nothing off`
  world.network.cut.set(till.name, dice.pick(['in', 'both'] as const))
  const minutes = dice.whole(5, 20)
  world.later(minutes * MINUTE, `${till.name} is at hand again`, () => {
    world.network.cut.delete(till.name)
  })
  world.found(device, minutes * MINUTE)
  return `${till.name} is stolen and written off, and sells on`
}

/** Somebody at head office changes what tills may do on their own. */
async function changePolicy({ hq }: World, dice: Dice): Promise<string> {
  if (!hq.up) return 'policy: head office is down'
  const floors = { floor_customer_points: dice.whole(0, 500), floor_till_points: dice.whole(0, 900) }
  await hq.person(() => setPolicy(hq, { ...floors, ...leaseNumbers(dice) }))
  return 'tills may do something else on their own'
}

/** The shop is closed for days: points lapse, clocks go on. */
async function sleep(world: World, dice: Dice): Promise<string> {
  for (const till of world.tills) if (till.up) await till.shutDown()
  const days = dice.whole(1, 40)
  world.later(1_000, `${days} days later`, async () => {
    world.schedule.now += days * DAY
    for (const till of world.tills) {
      till.clock.reboot()
      await world.boot(till)
    }
  })
  return 'the shop is closed'
}

import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { mustBe, mustEqual } from './checks.ts'
import type { Dice } from './dice.ts'
import type { HeadOffice } from './head-office.ts'
import { newFolder } from './shop-floor.ts'
import type { SimulatedTill } from './simulated-till.ts'
import type { World } from './world.ts'

const MINUTE = 60_000
/** What may have happened to a file on its way. */
const WAYS = { whole: 3, altered: 1, cut: 1 } as const

/** A till's file of what it did not send is read in at head office, sooner or later, and sometimes twice. */
export async function carryUnsent(world: World, till: SimulatedTill, dice: Dice): Promise<string> {
  const { hq } = world
  const text = till.enrolled ? await till.exportUnsent() : null
  if (text === null) return `${till.name} writes no file`
  const way = dice.weighted(WAYS)
  const file = way === 'whole' ? text : way === 'altered' ? altered(text, dice) : cut(text, dice)
  const times = dice.whole(1, 2)
  world.later(dice.whole(0, 10) * MINUTE, `a file of ${till.name} is read in (${way})`, async () => {
    for (let n = 0; n < times && hq.up; n += 1) await readIn(hq, file, way === 'whole')
  })
  return `${till.name} writes a file of what it did not send`
}

async function readIn(hq: HeadOffice, file: string, whole: boolean): Promise<void> {
  const before = await hq.figures()
  const why = await hq.takeUnsent(file)
  if (!hq.up) return
  if (whole) {
    // The chain may have gone another way meanwhile; then the answer says so.
    if (why !== null) mustBe(isSentence(why), `head office says why: ${why}`)
    return
  }
  mustBe(why !== null && isSentence(why), `a damaged file is refused with a sentence: ${why}`)
  mustEqual(await hq.figures(), before, 'a file that was refused changed head office')
}

/** A package of head office is taken to a till: one of now, an old one, another store's, or a damaged one. */
export async function carryPackage(world: World, till: SimulatedTill, dice: Dice): Promise<string> {
  const { hq, packages } = world
  if (!till.enrolled) return `${till.name} takes no package yet`
  const store = dice.pick(hq.stores)
  const made = await hq.person(() => hq.writePackage(store))
  if (made === null) return 'no package was written'
  packages.push({ file: made, store })
  const chosen = dice.chance(0.7) ? { file: made, store } : dice.pick(packages)
  const way = dice.weighted(WAYS)
  const file = way === 'whole' ? chosen.file : damagedFile(chosen.file, way, dice)
  world.later(dice.whole(0, 10) * MINUTE, `a package is carried to ${till.name} (${way})`, () =>
    take(till, file, way === 'whole' ? chosen.store : null),
  )
  return 'head office writes a package'
}

/** `store`: whose it is; null: nobody may take it. */
async function take(till: SimulatedTill, file: string, store: string | null): Promise<void> {
  if (!till.up || !till.enrolled) return
  const mine = till.look<string>('SELECT store FROM connection')
  const before = till.version
  const taken = await till.importPackage(file)
  if (!till.up) return
  if (store !== mine) mustBe(!taken, `${till.name} took a package that is damaged or not for it`)
  if (taken || !till.refused.startsWith('file_')) return
  mustEqual(till.version, before, `a package that was refused (${till.refused}) changed ${till.name}`)
}

function damagedFile(from: string, way: 'altered' | 'cut', dice: Dice): string {
  const text = readFileSync(from, 'utf8')
  const file = path.join(newFolder(), 'package')
  writeFileSync(file, way === 'altered' ? altered(text, dice) : cut(text, dice))
  return file
}

/** One character before the last line is another one: everything there is signed for. */
function altered(text: string, dice: Dice): string {
  const at = dice.whole(0, text.trimEnd().lastIndexOf('\n'))
  return `${text.slice(0, at)}${text[at] === '0' ? '1' : '0'}${text.slice(at + 1)}`
}

const cut = (text: string, dice: Dice): string => text.slice(0, dice.whole(1, text.trimEnd().length - 1))

const isSentence = (text: string): boolean => /^[A-Z].*\.$/s.test(text)

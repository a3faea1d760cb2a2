import { afterEach, expect, it } from 'vitest'
import { ScriptedHq } from '../../support/scripted-hq.ts'
import { enrolAt, sendAll } from '../../support/sync-till.ts'
import { newTill, removeTempDirs } from '../../support/till.ts'

afterEach(removeTempDirs)

it.each([2, 3])('what waits is counted once after %i enrolments before anything was sent', async (times) => {
  const till = await newTill()
  const hq = new ScriptedHq(() => till.clock.wallMs)
  const ada = await till.enrol('08031234567')
  for (let n = 0; n < times; n += 1) {
    await till.sell(ada, 1_000)
    await enrolAt(till, hq)
  }
  await till.sell(ada, 1_000)
  const waiting = async (): Promise<number> => (await till.done('manager', 'health.get', {})).health.waiting
  const said = await waiting()
  expect(await sendAll(till, hq)).toBe('done')
  expect(hq.batches.reduce((sum, { events }) => sum + events.length, 0)).toBe(said)
  expect(hq.batches.map((batch) => batch.waiting)).toContain(0)
  expect(await waiting()).toBe(0)
  expect(hq.events.filter(({ kind }) => kind === 'sale.recorded')).toHaveLength(times + 1)
})

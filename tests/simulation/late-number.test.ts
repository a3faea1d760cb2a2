import { expect, it } from 'vitest'
import { ADA, BOLA, Story } from './story.ts'
import { aPlace } from './vitest-place.ts'

const place = aPlace()

it('a customer keeps their number when somebody who did not know of the merge enrols the other one', {
  timeout: 180_000,
}, async () => {
  const s = await Story.begin(place(), 2)
  try {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    const into = await s.join(one, ADA)
    const from = await s.join(one, BOLA)
    await s.sent(one)
    s.offline(other)
    await s.join(other, BOLA)
    const { model, office } = s.run.world
    expect(await office.join(into, from)).toBe(true)
    model.merged(ADA, BOLA)
    s.online(other)
    await s.followed()
    expect(await s.hq.query('SELECT phone FROM hq.customer WHERE merged_into IS NULL')).toEqual([
      { phone: `+234${ADA.slice(1)}` },
    ])
    await s.rest()
  } finally {
    await s.end()
  }
})

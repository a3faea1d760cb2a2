import { expect, it } from 'vitest'
import type { SimulatedTill } from './simulated-till.ts'
import { ADA, BOLA, Story } from './story.ts'
import { aPlace } from './vitest-place.ts'

const place = aPlace()

interface Values {
  readonly email: string
  readonly card: string
  readonly birth: string
}

async function join(s: Story, till: SimulatedTill, person: string, values: Values): Promise<string> {
  const { workload, model } = s.run.world
  const command_id = workload.newCommand()
  const consent = { marketing: 'not_asked' as const, wording: '' }
  const input = { command_id, phone: person, name: '', consent, ...values }
  const said = (): void => model.said(command_id, till.name, { what: 'enrol', person })
  const done = await till.command('customer.enrol', input, said)
  if (done === null) throw new Error(`${till.name} refused: ${till.refused}`)
  return done.customer_id
}

it('a customer keeps their number, email and card when somebody who did not know of the merge enrols the other one', {
  timeout: 180_000,
}, async () => {
  const s = await Story.begin(place(), 2)
  try {
    const [one, other] = [s.till(1), s.till(2)]
    await s.enrol()
    const into = await join(s, one, ADA, { email: 'ada@example.com', card: 'ADA1', birth: '' })
    const from = await s.join(one, BOLA)
    await s.sent(one)
    s.offline(other)
    await join(s, other, BOLA, { email: 'bola@example.com', card: 'BOLA1', birth: '1990-05-04' })
    const { model, office } = s.run.world
    expect(await office.join(into, from)).toBe(true)
    model.merged(ADA, BOLA)
    s.online(other)
    await s.followed()
    expect(
      await s.hq.query('SELECT phone, email, card, birth FROM hq.customer WHERE merged_into IS NULL'),
    ).toEqual([{ phone: `+234${ADA.slice(1)}`, email: 'ada@example.com', card: 'ADA1', birth: '1990-05-04' }])
    await s.rest()
  } finally {
    await s.end()
  }
})

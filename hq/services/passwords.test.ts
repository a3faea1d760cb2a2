import { expect, test } from 'vitest'
import { osRandom } from '../../electron/platform/random.ts'
import { hashPassword, passwordFits } from './passwords.ts'

/** As earlier builds of head office kept it. */
const KEPT =
  '$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$Vqwo43I0MAEtaEDgMUlx3OcgANe2OuWJv8BhseEbZCo'

test('a password fits its own hash alone, also one that is here already', async () => {
  const made = await hashPassword(osRandom, 'seven plain words')
  expect(made).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  const fits = [
    ['seven plain words', made],
    ['seven plain word', made],
    ['', made],
    ['héllo wörld', KEPT],
    ['hello world', KEPT],
    ['', await hashPassword(osRandom, '')],
  ] as const
  const answers = await Promise.all(fits.map(([password, hash]) => passwordFits(password, hash)))
  expect(answers).toEqual([true, false, false, true, false, false])
})

test('others get their turn while passwords are checked', async () => {
  await passwordFits('first', KEPT)
  let [turns, done] = [0, false]
  const turn = (): void => {
    turns += 1
    if (!done) setImmediate(turn)
  }
  setImmediate(turn)
  for (let checks = 0; checks < 3; checks += 1) await passwordFits('again', KEPT)
  done = true
  expect(turns).toBeGreaterThan(0)
})

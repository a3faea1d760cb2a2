import { expect, test } from 'vitest'
import { turns } from './turns.ts'

test('two at once, three wait in order, one more is refused; a failure gives its place on', async () => {
  const inTurn = turns({ atOnceMax: 2, waitingMax: 3 })
  const begun: number[] = []
  const ends: (() => void)[] = []
  const work = (n: number) =>
    inTurn(async () => {
      begun.push(n)
      await new Promise<void>((resolve) => ends.push(resolve))
      if (n === 0) throw new Error('broken')
      return n
    })
  const asked = [0, 1, 2, 3, 4, 5].map((n) => work(n).catch(() => 'failed'))
  expect(await asked[5]).toEqual({ ok: false, refusal: 'full' })
  expect(begun).toEqual([0, 1])
  for (let n = 0; n < 5; n += 1) {
    await expect.poll(() => ends.length).toBeGreaterThan(n)
    ends[n]?.()
  }
  expect(await Promise.all(asked.slice(0, 5))).toEqual([
    'failed',
    ...[1, 2, 3, 4].map((value) => ({ ok: true, value })),
  ])
  expect(begun).toEqual([0, 1, 2, 3, 4])
  const last = work(6)
  ends.at(-1)?.()
  await expect.poll(() => ends.length).toBe(6)
  ends[5]?.()
  expect(await last).toEqual({ ok: true, value: 6 })
})

import { expect, test } from 'vitest'
import { memoryPair } from './ports.ts'

test('a pair in memory delivers copies later and in order, both ways', async () => {
  const [left, right] = memoryPair<{ n: number }, string>()
  const seen: number[] = []
  right.onMessage((message) => {
    seen.push(message.n)
    right.post(`got ${message.n}`)
  })
  const answers: string[] = []
  const done = new Promise<void>((resolve) => {
    left.onMessage((answer) => {
      answers.push(answer)
      if (answers.length === 2) resolve()
    })
  })
  const message = { n: 1 }
  left.post(message)
  message.n = 9
  left.post({ n: 2 })
  expect(seen).toEqual([])
  await done
  expect(seen).toEqual([1, 2])
  expect(answers).toEqual(['got 1', 'got 2'])
})

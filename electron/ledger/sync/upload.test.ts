import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ok } from '../../../shared/base/result.ts'
import { createUploads, linesOf, type Uploads } from './upload.ts'

let dir: string
let file: string
let uploads: Uploads
let idle: (() => void) | null
let seen: string[]
const after = (_ms: number, run: () => void): (() => void) => {
  idle = run
  return () => {
    idle = null
  }
}

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'kasuwa-upload-'))
  file = path.join(dir, 'ledger.kasuwa-upload')
  uploads = createUploads(file, after, false)
  seen = []
})
afterEach(() => rmSync(dir, { recursive: true }))

const take = (part: number, text: string, last = false, upload = 'a'.repeat(32)) =>
  uploads.take({ command_id: 'c'.repeat(32), upload, part, text, last }, async (lines) => {
    seen = [...lines()]
    return ok({ rows: 1, made_at: 2, receipts: [] })
  })

const refusedWith = (sentence: RegExp) => ({
  ok: false,
  refusal: { sentence: expect.stringMatching(sentence) as string },
})

it('keeps parts in a file, each once, and leaves none behind', async () => {
  expect(await take(0, 'one\ntw\u{1F600}'.slice(0, -1))).toEqual(ok({ done: null }))
  expect(await take(0, 'again')).toEqual(ok({ done: null }))
  expect(existsSync(file)).toBe(true)
  expect(await take(1, `${'\u{1F600}'.slice(1)}o\nthree`)).toEqual(ok({ done: null }))
  expect(await take(2, '\n', true)).toEqual(ok({ done: { rows: 1, made_at: 2 } }))
  expect(seen).toEqual(['one', 'tw\u{1F600}o', 'three'])
  expect(existsSync(file)).toBe(false)
})

it('ends with the first part that does not follow, with a new one, and with time', async () => {
  await take(0, 'one')
  expect(await take(2, 'three')).toMatchObject(refusedWith(/did not arrive; choose it again/))
  expect(existsSync(file)).toBe(false)
  await take(0, 'one')
  await take(0, 'two', false, 'b'.repeat(32))
  expect((await take(1, 'more')).ok).toBe(false)
  await take(0, 'one')
  idle?.()
  expect(existsSync(file)).toBe(false)
  writeFileSync(file, 'of a till that was cut off')
  uploads = createUploads(file, after, true)
  expect(existsSync(file)).toBe(true)
  uploads = createUploads(file, after, false)
  expect(existsSync(file)).toBe(false)
})

it('takes no line without an end', async () => {
  const text = 'x'.repeat(700_000)
  let part = 0
  let last = await take(part, text)
  while (last.ok) last = await take(++part, text)
  expect(part).toBe(11)
  expect(last).toMatchObject(refusedWith(/no package of head office; choose another/))
  expect(existsSync(file)).toBe(false)
  function* endless(): Generator<string> {
    for (;;) yield text
  }
  expect([...linesOf(endless())]).toHaveLength(1)
})

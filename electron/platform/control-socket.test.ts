import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ControlServer, callControl, controlAddress, serveControl } from './control-socket.ts'

let dir = ''
let server: ControlServer | null = null
const asked: unknown[] = []

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'kasuwa-control-'))
  asked.length = 0
  server = await serveControl(dir, async (op, input) => {
    asked.push({ op, input })
    if (op === 'rebuild') throw new Error('no room')
    return { ok: true, output: { bytes: 7 } }
  })
})
afterEach(async () => {
  await server?.close()
  rmSync(dir, { recursive: true, force: true })
})

const open = async () => {
  const client = await callControl(dir)
  if (!client) throw new Error('nobody answers')
  return client
}

/** What a stranger who writes this line hears. */
function say(line: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = ''
    const socket = createConnection(controlAddress(dir), () => socket.write(line))
    socket.on('data', (chunk) => {
      heard += chunk.toString()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(heard))
  })
}

test('carries an operation and its answer, several at once', async () => {
  const client = await open()
  const answers = await Promise.all([
    client.call('backup', { file: 'a\nb' }),
    client.call('rebuild', {}),
    client.call('backup', { file: 'c' }),
  ])
  expect(answers).toEqual([
    { ok: true, output: { bytes: 7 } },
    { ok: false, refusal: null, message: 'no room' },
    { ok: true, output: { bytes: 7 } },
  ])
  expect(asked[0]).toEqual({ op: 'backup', input: { file: 'a\nb' } })
  client.close()
})

test('the same directory by another path is the same till', async () => {
  const link = `${dir}-link`
  symlinkSync(dir, link)
  try {
    expect(controlAddress(link)).toBe(controlAddress(dir))
  } finally {
    rmSync(link)
  }
})

test.skipIf(process.platform === 'win32')('socket, its folder and the token are for the owner alone', () => {
  const address = controlAddress(dir)
  expect(statSync(address).mode & 0o777).toBe(0o600)
  expect(statSync(path.dirname(address)).mode & 0o777).toBe(0o700)
  expect(statSync(path.join(dir, 'writer.json')).mode & 0o777).toBe(0o600)
})

test.each([
  '{"token":"guess","id":1,"op":"backup","input":{"file":"x"}}\n',
  '{"id":1,"op":"backup","input":{}}\n',
  'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
  'null\n',
])('without the token (%j) nothing is done and the line is cut', async (line) => {
  expect(await say(line)).toContain('not understood')
  expect(asked).toEqual([])
})

test('an operation that does not exist is refused even with the token', async () => {
  const { token } = JSON.parse(readFileSync(path.join(dir, 'writer.json'), 'utf8')) as { token: string }
  for (const op of ['drop', '__proto__', 'toString']) {
    expect(await say(`${JSON.stringify({ token, id: 1, op, input: {} })}\n`)).toContain('not understood')
  }
  expect(asked).toEqual([])
})

test('a line without end is cut off', async () => {
  expect(await say('x'.repeat(9 * 1024 * 1024))).toBe('')
  expect(asked).toEqual([])
})

test('nobody there, a struck-down writer and a damaged note are all: no till runs', async () => {
  await server?.close()
  server = null
  expect(await callControl(dir)).toBeNull()
  writeFileSync(
    path.join(dir, 'writer.json'),
    JSON.stringify({ pid: 1, address: controlAddress(dir), token: 'left behind' }),
  )
  expect(await callControl(dir)).toBeNull()
  writeFileSync(path.join(dir, 'writer.json'), '{"pi')
  expect(await callControl(dir)).toBeNull()
})

test('a till that goes away in the middle rejects: the answer is not known', async () => {
  await server?.close()
  server = await serveControl(dir, () => new Promise(() => undefined))
  const client = await open()
  const [answer] = await Promise.allSettled([client.call('rebuild', {}), server.close()])
  server = null
  expect(answer).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('closed') } })
})

test('a place that another person could have taken is not spoken to', async () => {
  if (process.platform === 'win32') return
  const note = path.join(dir, 'writer.json')
  const { address, token } = JSON.parse(readFileSync(note, 'utf8')) as { address: string; token: string }
  const open = mkdtempSync(path.join(tmpdir(), 'kasuwa-open-'))
  try {
    chmodSync(open, 0o777)
    let heard = ''
    const squatter = createServer((socket) => {
      socket.on('data', (chunk) => {
        heard += chunk.toString()
      })
    })
    const place = path.join(open, path.basename(address))
    await new Promise<void>((resolve) => squatter.listen(place, resolve))
    writeFileSync(note, JSON.stringify({ pid: 1, address: place, token }))
    expect(await callControl(dir)).toBeNull()
    chmodSync(open, 0o700)
    const trusted = await callControl(dir)
    expect(trusted).not.toBeNull()
    trusted?.close()
    expect(heard).toBe('')
    await new Promise((resolve) => squatter.close(resolve))
  } finally {
    rmSync(open, { recursive: true, force: true })
  }
})

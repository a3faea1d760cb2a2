import { expect, test } from 'vitest'
import { nodeDigest } from './node-digest.ts'

test('SHA-256 of parts is that of the whole (FIPS 180-4 example)', () => {
  const { hex, sha256, utf8 } = nodeDigest
  expect(hex(sha256(utf8('a'), utf8('bc')))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  )
})

test('HMAC-SHA-256 (RFC 4231, case 2)', () => {
  const { hex, hmac, utf8 } = nodeDigest
  expect(hex(hmac(utf8('Jefe'), utf8('what do ya want for nothing?')))).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})

test('text goes to bytes and back unchanged, a leading byte order mark too', () => {
  for (const text of ['', 'Adaéze Ọbí', '\ufeffx', '😀'])
    expect(nodeDigest.fromUtf8(nodeDigest.utf8(text))).toBe(text)
})

test('bytes that are not UTF-8 and text that is not hex throw', () => {
  expect(() => nodeDigest.fromUtf8(new Uint8Array([0xc3, 0x28]))).toThrow()
  for (const bad of ['abc', 'zz', '0x12']) expect(() => nodeDigest.fromHex(bad)).toThrow('not a hex string')
})

test('hex reads a view into a larger buffer', () => {
  expect(nodeDigest.hex(new Uint8Array([1, 2, 3, 4]).subarray(1, 3))).toBe('0203')
})

import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { firstForgery, generateSigningKey, signerFromPkcs8, verifySignature } from './node-signer.ts'

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

test('signs as RFC 8032, test 1, says', () => {
  const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
  const signer = signerFromPkcs8(
    Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex').toString('base64'),
  )
  expect(Buffer.from(signer.publicKey).toString('hex')).toBe(
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  )
  const signature = signer.sign(new Uint8Array())
  expect(Buffer.from(signature).toString('hex')).toBe(
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  )
  expect(verifySignature(signer.publicKey, new Uint8Array(), signature)).toBe(true)
})

test('another message, another key, a cut signature and a key off the curve do not verify', () => {
  const signer = signerFromPkcs8(generateSigningKey())
  const other = signerFromPkcs8(generateSigningKey())
  const message = hex('0102')
  const signature = signer.sign(message)
  expect(verifySignature(signer.publicKey, message, signature)).toBe(true)
  expect(verifySignature(signer.publicKey, hex('0103'), signature)).toBe(false)
  expect(verifySignature(other.publicKey, message, signature)).toBe(false)
  expect(verifySignature(signer.publicKey, message, signature.subarray(1))).toBe(false)
  expect(verifySignature(new Uint8Array(32).fill(255), message, signature)).toBe(false)
  expect(verifySignature(new Uint8Array(31), message, signature)).toBe(false)
})

test('the first forgery of many is found, and only that', async () => {
  const signer = signerFromPkcs8(generateSigningKey())
  const all = Array.from({ length: 20 }, (_, i) => {
    const message = Uint8Array.of(i)
    return { message, signature: signer.sign(message) }
  })
  const forged = (...at: readonly number[]) =>
    all.map((one, i) => (at.includes(i) ? { ...one, message: Uint8Array.of(200) } : one))
  expect(await firstForgery(signer.publicKey, all)).toBe(-1)
  expect(await firstForgery(signer.publicKey, [])).toBe(-1)
  expect(await firstForgery(signer.publicKey, forged(17, 5))).toBe(5)
  const cut = all.map((one, i) => (i === 3 ? { ...one, signature: one.signature.subarray(1) } : one))
  expect(await firstForgery(signer.publicKey, cut)).toBe(3)
  expect(await firstForgery(new Uint8Array(32).fill(255), all)).toBe(0)
  expect(await firstForgery(new Uint8Array(31), all)).toBe(0)
})

test('a key of another kind is not taken', () => {
  const { privateKey } = generateKeyPairSync('x25519')
  const der = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
  expect(() => signerFromPkcs8(der)).toThrow('not an Ed25519 key')
})

import { expect, test } from 'vitest'
import { isThisComputer } from './loopback.ts'

test.each([
  ['http://localhost:8080', true],
  ['http://127.0.0.1', true],
  ['http://127.8.9.10:1', true],
  ['http://[::1]:8080', true],
  ['http://127.0.0.1.example.com', false],
  ['http://localhost.example.com', false],
  ['http://10.0.0.1', false],
  ['http://[::2]', false],
])('%s is this computer: %s', (address, here) => {
  expect(isThisComputer(new URL(address).hostname)).toBe(here)
})

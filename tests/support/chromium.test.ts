import { expect, test } from 'vitest'
import { chromiumPath } from './chromium.ts'

test('a wrong PW_CHROMIUM is said, not worked around', async () => {
  await expect(chromiumPath({ PW_CHROMIUM: '/nowhere/chromium' })).rejects.toThrow(
    'PW_CHROMIUM names /nowhere/chromium, which is not a program.',
  )
})

test('PW_CHROMIUM goes before what the machine has', async () => {
  expect(await chromiumPath({ PW_CHROMIUM: process.execPath })).toBe(process.execPath)
})

import { expect, test } from 'vitest'
import { electronBinary, noWindowBecause } from './electron-binary.ts'

test('why no window can be shown: automated runs, no screen, root', () => {
  expect(noWindowBecause({ CI: '1', DISPLAY: ':0' }, 'linux', 1000)).toContain('automated')
  expect(noWindowBecause({}, 'linux', 1000)).toContain('no screen')
  expect(noWindowBecause({ DISPLAY: ':0' }, 'linux', 0)).toContain('root')
  expect(noWindowBecause({ DISPLAY: ':0' }, 'linux', 1000)).toBeNull()
  expect(noWindowBecause({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', 1000)).toBeNull()
  expect(noWindowBecause({}, 'darwin', 501)).toBeNull()
  expect(noWindowBecause({}, 'win32', undefined)).toBeNull()
})

test('a program that was named is used only when it is there', () => {
  expect(electronBinary({ ELECTRON_BIN: process.execPath })).toBe(process.execPath)
  expect(electronBinary({ ELECTRON_BIN: '/nowhere/electron' })).toBeNull()
})

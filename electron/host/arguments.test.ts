import path from 'node:path'
import { expect, test } from 'vitest'
import { hostArguments } from './arguments.ts'

test('without flags: the data folder here, any free port, a browser is opened', () => {
  expect(hostArguments([])).toEqual({ dir: path.resolve('.kasuwa'), port: 0, open: true, demoNote: '' })
  expect(hostArguments(['--data', 'x', '--port', '4000', '--no-open'])).toMatchObject({
    dir: path.resolve('x'),
    port: 4000,
    open: false,
  })
})

test.each([
  '',
  '-1',
  '65536',
  '80a',
  '1.5',
  ' 80',
  '0x50',
  'NaN',
  '99999999999999999999',
])('port %j is refused with what is possible', (port) => {
  expect(() => hostArguments([`--port=${port}`])).toThrow('--port takes a whole number from 0 to 65535')
})

test('a data folder that is a file, or nothing, is refused; so is a flag that does not exist', () => {
  expect(() => hostArguments(['--data', import.meta.filename])).toThrow('--data takes a folder')
  expect(() => hostArguments(['--data='])).toThrow('--data takes a folder')
  expect(() => hostArguments(['--colour'])).toThrow('--colour')
})

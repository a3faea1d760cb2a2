import { expect, test } from 'vitest'
import { emptyAccount } from '../domain/post.ts'
import { SHAPE_ROWS } from './rows.ts'

const row = {
  tenant_id: 't',
  hq_epoch: '1',
  version: '7',
  scope: '*',
  customer: 'a'.repeat(32),
  program: 'points',
  fn: '1',
  state: JSON.stringify(emptyAccount()),
  lines: '[]',
  applied: '{"d/1":4}',
  held: '[]',
}

test('an account is read from the text of its row', () => {
  expect(SHAPE_ROWS.account.parse(row)).toMatchObject({
    version: 7,
    state: emptyAccount(),
    applied: { 'd/1': 4 },
  })
})

test.each([
  ['state', '{"lots":'],
  ['state', '{}'],
  ['state', 'null'],
  ['state', JSON.stringify({ ...emptyAccount(), lots: [null] })],
  ['state', JSON.stringify({ ...emptyAccount(), lifetime: '5' })],
  ['lines', '{}'],
  ['applied', '[]'],
  ['applied', '{"d/1":"4"}'],
  ['held', 'null'],
])('a row whose %s is %s is refused before anybody sells by it', (column, said) => {
  expect(SHAPE_ROWS.account.safeParse({ ...row, [column]: said }).success).toBe(false)
})

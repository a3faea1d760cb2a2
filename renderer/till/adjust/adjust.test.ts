import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CustomerLine } from '../flow/find.ts'
import { type Card, choose, FLOW_START } from '../flow/flow.ts'

type Modules = typeof import('./adjust.ts') & typeof import('../flow/store.ts')
let on: Modules

beforeAll(async () => {
  vi.stubGlobal('window', { kasuwa: { host: 'electron', call: vi.fn(), onNotice: vi.fn() } })
  on = { ...(await import('./adjust.ts')), ...(await import('../flow/store.ts')) }
})

const idOf = (n: number): string => String(n).padStart(32, '0')
const cardOf = (n: number): Card => ({ id: idOf(n) }) as Card
const isChosen = (n: number): void =>
  on.useFlow.setState({ flow: choose(FLOW_START, { id: idOf(n), name: 'Ada' } as CustomerLine) })

beforeEach(() => {
  isChosen(1)
  on.openAdjust(cardOf(1))
  on.changeAdjust({ way: 'take', points: '250', reason: 'Given by mistake' })
})

describe('the form to adjust points', () => {
  it('keeps what was typed for a customer after Esc', () => {
    on.stepBack()
    expect(on.useFlow.getState().flow.middle).toBe('card')
    on.openAdjust(cardOf(1))
    expect(on.useAdjust.getState()).toMatchObject({ way: 'take', points: '250', reason: 'Given by mistake' })
  })

  it('starts empty for another customer', () => {
    isChosen(2)
    on.openAdjust(cardOf(2))
    expect(on.useAdjust.getState()).toMatchObject({ way: 'give', points: '', reason: '' })
  })

  it('forgets it when the customer goes, so that it is not given by mistake when they come again', () => {
    on.stepBack()
    on.stepBack()
    isChosen(1)
    on.openAdjust(cardOf(1))
    expect(on.useAdjust.getState()).toMatchObject({ way: 'give', points: '', reason: '' })
  })
})

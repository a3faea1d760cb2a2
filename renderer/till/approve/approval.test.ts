import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { refusal } from '../../../shared/base/refusal.ts'
import type { Answer } from '../../bridge/client.ts'
import { startTranslations } from '../../i18n/index.ts'
import { TILL_WORDS } from '../../i18n/till.ts'
import type { Approver } from './approval.ts'
import { useApproval, withApproval } from './approval.ts'

type Adjusted = Answer<'points.adjust'>
const NEEDED: Adjusted = {
  outcome: 'refused',
  refusal: refusal('approval_needed', { what: 'This', who: 'manager' }),
}
const WRONG: Adjusted = { outcome: 'refused', refusal: refusal('sign_in_failed', { left: 4 }) }
const DONE: Adjusted = {
  outcome: 'done',
  value: { customer_id: '1'.repeat(32), points: 5, balance: 5, approved_by: 'Ngozi' },
}
const NGOZI: Approver = { staff_id: '2'.repeat(32), pin: '731946' }

/** Runs answers in turn and remembers who approved each try. */
function scripted(answers: readonly Adjusted[]) {
  const tries: (Approver | null)[] = []
  const run = async (approver: Approver | null): Promise<Adjusted> => {
    tries.push(approver)
    return answers[tries.length - 1] ?? DONE
  }
  return { tries, answer: withApproval<'points.adjust'>(run) }
}
const asked = () => vi.waitUntil(() => useApproval.getState().asking)

beforeAll(() => startTranslations(TILL_WORDS))
afterEach(() => useApproval.setState({ asking: null }))

describe('a second person', () => {
  it('says why too, where their word lifts a limit', async () => {
    const over: Adjusted = {
      outcome: 'refused',
      refusal: refusal('offline_limit_customer', { name: 'Ada', max: 500, who: 'supervisor' }),
    }
    const unsaid: Adjusted = { outcome: 'refused', refusal: refusal('reason_missing') }
    const reasons: (string | undefined)[] = []
    const answers = [over, unsaid, DONE]
    const answer = withApproval<'points.adjust'>(async (_approver, reason) => {
      reasons.push(reason)
      return answers[reasons.length - 1] ?? DONE
    })
    const asking = await asked()
    expect(asking).toMatchObject({ least: 'supervisor', withReason: true })
    expect(await asking.give(NGOZI, ' ')).toMatchObject({ refusal: { code: 'reason_missing' } })
    expect(await asking.give(NGOZI, 'No connection')).toBeNull()
    expect(await answer).toBe(DONE)
    expect(reasons).toEqual([undefined, ' ', 'No connection'])
  })

  it('is not asked where their word is not enough', async () => {
    const over: Adjusted = {
      outcome: 'refused',
      refusal: refusal('offline_limit_customer', { name: 'Ada', max: 0 }),
    }
    expect(await scripted([over]).answer).toBe(over)
    expect(useApproval.getState().asking).toBeNull()
  })

  it('is not asked for what needs none', async () => {
    const { tries, answer } = scripted([DONE])
    expect(await answer).toBe(DONE)
    expect(tries).toEqual([null])
    expect(useApproval.getState().asking).toBeNull()
  })

  it('is asked by the role that the refusal names, and the command runs again with their PIN', async () => {
    const { tries, answer } = scripted([NEEDED, DONE])
    const asking = await asked()
    expect(asking.least).toBe('manager')
    expect(await asking.give(NGOZI)).toBeNull()
    expect(await answer).toBe(DONE)
    expect(tries).toEqual([null, NGOZI])
    expect(useApproval.getState().asking).toBeNull()
  })

  it('may try again after a wrong PIN', async () => {
    const { answer } = scripted([NEEDED, WRONG, DONE])
    const asking = await asked()
    expect(await asking.give(NGOZI)).toMatchObject({ refusal: { code: 'sign_in_failed' } })
    expect(useApproval.getState().asking).not.toBeNull()
    await asking.give(NGOZI)
    expect(await answer).toBe(DONE)
  })

  it('may be given up: then the first refusal stands', async () => {
    const { tries, answer } = scripted([NEEDED])
    await (await asked()).give(null)
    expect(await answer).toBe(NEEDED)
    expect(tries).toEqual([null])
  })

  it('does not hide another refusal of the second try', async () => {
    const over: Adjusted = { outcome: 'refused', refusal: refusal('balance_over_limit', { max: 1 }) }
    const { answer } = scripted([NEEDED, over])
    await (await asked()).give(NGOZI)
    expect(await answer).toBe(over)
  })
})

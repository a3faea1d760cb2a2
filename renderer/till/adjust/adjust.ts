import { create } from 'zustand'
import { refusal } from '../../../shared/base/refusal.ts'
import { till } from '../../bridge/till.ts'
import { withApproval } from '../approve/approval.ts'
import { pointsOf } from '../flow/amount-text.ts'
import { type Card, customerOf } from '../flow/flow.ts'
import { announce, focusOn, loadCard, sentenceOf, showMiddle, useFlow } from '../flow/store.ts'

interface Adjust {
  readonly about: string
  readonly way: 'give' | 'take'
  readonly points: string
  readonly reason: string
  readonly busy: boolean
  readonly problem: { readonly field: 'points' | 'reason'; readonly sentence: string } | null
}

const EMPTY: Omit<Adjust, 'about'> = { way: 'give', points: '', reason: '', busy: false, problem: null }

export const useAdjust = create<Adjust>(() => ({ about: '', ...EMPTY }))

/** Opens the form as it was left for this customer: Esc, the history or the lock lose nothing. */
export function openAdjust(card: Card): void {
  if (useAdjust.getState().about !== card.id) useAdjust.setState({ about: card.id, ...EMPTY })
  showMiddle('adjust')
}

// What was typed goes with the customer: it must not stand there, to be given by mistake, when they come again.
useFlow.subscribe(({ flow }) => {
  const { about } = useAdjust.getState()
  if (about !== '' && customerOf(flow)?.id !== about) useAdjust.setState({ about: '', ...EMPTY })
})

export function changeAdjust(part: Partial<Pick<Adjust, 'way' | 'points' | 'reason'>>): void {
  useAdjust.setState({ ...part, problem: null })
}

/** Gives or takes points with a reason; a second person is asked for where the ledger wants one. */
export async function adjust(card: Card): Promise<void> {
  const { way, points, reason, busy } = useAdjust.getState()
  if (busy) return
  const value = pointsOf(points)
  if (value === undefined || value < 0) {
    const code = points.trim() === '' ? 'points_zero' : 'points_invalid'
    return useAdjust.setState({ problem: { field: 'points', sentence: refusal(code).sentence } })
  }
  // Said before a second person is called for it.
  if (reason.trim() === '') {
    return useAdjust.setState({ problem: { field: 'reason', sentence: refusal('reason_missing').sentence } })
  }
  useAdjust.setState({ busy: true, problem: null })
  const answer = await withApproval((approver) =>
    till.call('points.adjust', {
      customer_id: card.id,
      points: way === 'give' ? value : -value,
      reason: reason.trim(),
      approver,
    }),
  )
  if (answer.outcome === 'done') {
    useAdjust.setState({ about: '', ...EMPTY })
    announce({
      kind: 'adjusted',
      name: card.name,
      points: answer.value.points,
      balance: answer.value.balance,
    })
    showMiddle('card')
    focusOn('amount')
    return loadCard()
  }
  const aboutReason = answer.outcome === 'refused' && answer.refusal.code.startsWith('reason_')
  useAdjust.setState({
    busy: false,
    problem: { field: aboutReason ? 'reason' : 'points', sentence: sentenceOf(answer) },
  })
}

import { create } from 'zustand'
import type { Output } from '../../../shared/ipc/contract.ts'
import { till } from '../../bridge/till.ts'
import { focusOn, sentenceOf } from '../flow/store.ts'
import { savePdf } from './receipt.ts'

interface MemberCard {
  readonly customerId: string | null
  readonly card: Output<'customer.card_qr'> | null
  readonly busy: boolean
  readonly problem: string
}

const CLOSED: MemberCard = { customerId: null, card: null, busy: false, problem: '' }

export const useMemberCard = create<MemberCard>(() => CLOSED)

export async function openMemberCard(customerId: string): Promise<void> {
  useMemberCard.setState({ ...CLOSED, customerId })
  const answer = await till.call('customer.card_qr', { customer_id: customerId })
  if (useMemberCard.getState().customerId !== customerId) return
  if (answer.outcome === 'done') useMemberCard.setState({ card: answer.value })
  else useMemberCard.setState({ problem: sentenceOf(answer) })
}

export function closeMemberCard(): void {
  useMemberCard.setState(CLOSED)
  focusOn('amount')
}

/** A sheet to print and cut out. */
export async function saveMemberCard(): Promise<void> {
  const { customerId, busy } = useMemberCard.getState()
  if (customerId === null || busy) return
  useMemberCard.setState({ busy: true, problem: '' })
  const answer = await till.call('customer.card_pdf', { customer_ids: [customerId] })
  if (answer.outcome === 'done') savePdf(answer.value)
  if (useMemberCard.getState().customerId !== customerId) return
  useMemberCard.setState({ busy: false, problem: answer.outcome === 'done' ? '' : sentenceOf(answer) })
}

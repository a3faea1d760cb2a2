import { create } from 'zustand'
import { ABOUT_APPROVER, NEEDS_APPROVER, type Refusal } from '../../../shared/base/refusal.ts'
import type { Role } from '../../../shared/base/roles.ts'
import { ROLES } from '../../../shared/base/roles.ts'
import type { MethodName } from '../../../shared/ipc/contract.ts'
import type { Answer } from '../../bridge/client.ts'
import { refusalText } from '../../i18n/index.ts'

export interface Approver {
  readonly staff_id: string
  readonly pin: string
}

/** What is wrong with the second person's PIN; null when it did. */
interface ApproverRefused {
  readonly sentence: string
  readonly refusal: Refusal
}

interface Asking {
  /** Why a second person is needed. */
  readonly sentence: string
  readonly least: Role
  /** Null gives up. Answers what to say to the second person, or null when the dialog is over. */
  readonly give: (approver: Approver | null) => Promise<ApproverRefused | null>
}

export const useApproval = create<{ readonly asking: Asking | null }>(() => ({ asking: null }))

const roleIn = (refusal: Refusal): Role =>
  ROLES.find((role) => role === refusal.params['who']) ?? 'supervisor'

/**
 * Runs a command; where it needs a second person, asks for their PIN and runs it again, until it is done,
 * refused for another reason, or given up (then the first refusal is the answer).
 */
export async function withApproval<M extends MethodName>(
  run: (approver: Approver | null) => Promise<Answer<M>>,
): Promise<Answer<M>> {
  const first = await run(null)
  if (first.outcome !== 'refused' || !NEEDS_APPROVER.has(first.refusal.code)) return first
  return new Promise((resolve) => {
    const finish = (answer: Answer<M>): null => {
      useApproval.setState({ asking: null })
      resolve(answer)
      return null
    }
    const give: Asking['give'] = async (approver) => {
      if (!approver) return finish(first)
      const answer = await run(approver)
      if (answer.outcome === 'refused' && ABOUT_APPROVER.has(answer.refusal.code)) {
        return { sentence: refusalText(answer.refusal), refusal: answer.refusal }
      }
      return finish(answer)
    }
    useApproval.setState({
      asking: { sentence: refusalText(first.refusal), least: roleIn(first.refusal), give },
    })
  })
}

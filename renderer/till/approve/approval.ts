import { create } from 'zustand'
import { ABOUT_APPROVER, NEEDS_APPROVER, needsReason, type Refusal } from '../../../shared/base/refusal.ts'
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

export interface Asking {
  /** Why a second person is needed. */
  readonly sentence: string
  readonly least: Role
  /** They also say why. */
  readonly withReason: boolean
  /** Null gives up. Answers what to say to the second person, or null when the dialog is over. */
  readonly give: (approver: Approver | null, reason?: string) => Promise<ApproverRefused | null>
}

export const useApproval = create<{ readonly asking: Asking | null }>(() => ({ asking: null }))

const roleIn = (refusal: Refusal): Role =>
  ROLES.find((role) => role === refusal.params['who']) ?? 'supervisor'

/** The second person can put it right where they are. */
const isTheirs = ({ code }: Refusal, withReason: boolean): boolean =>
  ABOUT_APPROVER.has(code) || (withReason && (code === 'reason_missing' || code === 'reason_too_long'))

/**
 * Runs a command; where it needs a second person, asks for their PIN and runs it again, until it is done,
 * refused for another reason, or given up (then the first refusal is the answer). What goes beyond a limit by their word needs
 * their reason too.
 */
export async function withApproval<M extends MethodName>(
  run: (approver: Approver | null, reason?: string) => Promise<Answer<M>>,
): Promise<Answer<M>> {
  const first = await run(null)
  if (first.outcome !== 'refused') return first
  const withReason = needsReason(first.refusal)
  if (!withReason && !NEEDS_APPROVER.has(first.refusal.code)) return first
  return new Promise((resolve) => {
    const finish = (answer: Answer<M>): null => {
      useApproval.setState({ asking: null })
      resolve(answer)
      return null
    }
    const give: Asking['give'] = async (approver, reason) => {
      if (!approver) return finish(first)
      const answer = await run(approver, reason)
      if (answer.outcome === 'refused' && isTheirs(answer.refusal, withReason)) {
        return { sentence: refusalText(answer.refusal), refusal: answer.refusal }
      }
      return finish(answer)
    }
    useApproval.setState({
      asking: { sentence: refusalText(first.refusal), least: roleIn(first.refusal), withReason, give },
    })
  })
}

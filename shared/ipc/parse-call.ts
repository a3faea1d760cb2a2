import { z } from 'zod'
import { type Refusal, refusal } from '../base/refusal.ts'
import { ok, type Result, refuse } from '../base/result.ts'
import { CONTRACT, type Input, type MethodName } from './contract.ts'
import type { Reply } from './message.ts'

/** What a screen asks for, as it comes through the door of a shell. */
interface Call<M extends MethodName = MethodName> {
  readonly method: M
  readonly session: string
  readonly input: Input<M>
}

const Envelope = z.object({
  method: z.string().max(100),
  session: z.string().max(200),
  input: z.unknown(),
})

const isMethod = (name: string): name is MethodName => Object.hasOwn(CONTRACT, name)

/** Checks an unknown value against the contract; `unknown_method` or `invalid` names what is wrong. */
export function parseCall(raw: unknown): Result<Call, Refusal> {
  const envelope = Envelope.safeParse(raw)
  if (!envelope.success) return refuse(invalid(envelope.error))
  const { method, session } = envelope.data
  if (!isMethod(method)) return refuse(refusal('unknown_method', { method }))
  const input = CONTRACT[method].input.safeParse(envelope.data.input)
  if (!input.success) return refuse(invalid(input.error))
  return ok({ method, session, input: input.data })
}

/** Holds an answer to the contract, so that a screen never draws what it does not understand. */
export function checkReply(method: MethodName, reply: Reply): Reply {
  if (reply.outcome !== 'done') return reply
  const value = CONTRACT[method].output.safeParse(reply.value)
  if (value.success) return { id: reply.id, outcome: 'done', value: value.data }
  const where = value.error.issues[0]?.path.join('.') ?? ''
  return {
    id: reply.id,
    outcome: 'failed',
    message: `the answer to ${method} is malformed: ${where}`,
    retry: false,
  }
}

/** The first thing wrong with a value, in words for a person. */
export function invalid(error: z.ZodError): Refusal {
  const issue = error.issues[0]
  const what = issue?.path.findLast((part) => typeof part === 'string') ?? 'request'
  return refusal('invalid', { what: `"${String(what).replaceAll('_', ' ')}"`, why: whyOf(issue) })
}

const UNEXPECTED = 'it does not have the expected form'

function whyOf(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'too_big':
      return issue.origin === 'string' ? `it is longer than ${issue.maximum} characters` : 'it is too large'
    case 'too_small':
      return 'it is too small'
    case 'invalid_type':
      return 'it is missing or of the wrong kind'
    case 'custom': {
      const why: unknown = issue.params?.['why']
      return typeof why === 'string' ? why : UNEXPECTED
    }
    default:
      return UNEXPECTED
  }
}

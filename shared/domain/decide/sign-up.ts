import type { EarnedDraft } from './earn-drafts.ts'
import { earnedDraft, earnedPayload } from './earn-drafts.ts'
import { type Newcomer, rateSignUp } from './rating.ts'
import type { SaleContext } from './sale-context.ts'

/** Behind what an enrolment writes in any case. */
const FIRST_N = 10

/** One event for each bonus that is given for signing up, at the counter. */
export function signUpDrafts(
  customer: string,
  person: Newcomer,
  context: SaleContext,
): readonly EarnedDraft[] {
  const { trusted, timeZone } = context
  const times = { effective: trusted, occurred: trusted, timeZone }
  return rateSignUp(person, 'pos', context)
    .flatMap(({ program, lines }) => lines.map((line) => ({ program, line })))
    .map(({ program, line }, at) =>
      earnedDraft(FIRST_N + at, customer, program, earnedPayload(null, line, program, 0, times)),
    )
}

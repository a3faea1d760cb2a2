import type { Program } from '../../shared/domain/program/program.ts'
import { commandId, type TestTill } from './till.ts'

/** The shop runs this program from here on, as if its manager had stored it. */
export function runProgram(till: TestTill, program: Program): void {
  const done = till.till.ledger.writer.run({
    id: commandId(),
    actor: { staff: till.people.admin.id },
    request: '',
    decide: () => ({
      ok: true,
      value: {
        drafts: [{ kind: 'settings.changed', n: 0, payload: { settings: { program } } }],
        answer: () => null,
      },
    }),
  })
  if (!done.ok) throw new Error(done.refusal.sentence)
}

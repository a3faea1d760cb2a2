import { randomBytes } from 'node:crypto'
import type { Till } from '../../electron/ledger/till.ts'
import type { Program } from '../../shared/domain/program/program.ts'
import type { TestTill } from './till.ts'

/** The shop runs this program from here on, as if its manager had stored it. */
export const runProgram = (till: TestTill, program: Program): void => storeProgram(till.till, program)

export function storeProgram({ ledger }: Till, program: Program): void {
  const done = ledger.writer.run({
    id: randomBytes(16).toString('hex'),
    actor: { staff: 'set_up' },
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

import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LIMITS } from '../../../shared/base/limits.ts'
import { pinDigitsMin } from '../../../shared/base/roles.ts'
import { refusalText } from '../../i18n/index.ts'
import { isolated } from '../../ui/isolated.ts'
import type { Staff } from '../frame/manager-context.ts'
import { useCommand } from '../frame/use-command.ts'
import { useWords } from '../frame/use-words.ts'
import { fieldOfRefusal, type StaffDraft, staffChange, staffProblems } from './staff-form.ts'

const NEW: StaffDraft = { name: '', role: 'cashier', active: true, pin: '', again: '' }

type Field = 'name' | 'pin' | 'again' | 'role'

export interface StaffFormState {
  readonly draft: StaffDraft
  readonly set: (change: Partial<StaffDraft>) => void
  /** The sentence under a field, once saving was tried. */
  readonly problem: (field: Field) => string | undefined
  /** A sentence about no field of its own; empty when there is none. */
  readonly other: string
  /** Saving was tried and nothing differs. */
  readonly nothing: boolean
  readonly busy: boolean
  readonly save: () => Promise<void>
}

/** A new person (`known` null) or one to change, from typing to the till's answer. `onDone` gets what to say. */
export function useStaffForm(known: Staff | null, onDone: (sentence: string) => void): StaffFormState {
  const { t } = useWords()
  const common = useTranslation('common').t
  const [draft, setDraft] = useState<StaffDraft>(known ? { ...NEW, ...known } : NEW)
  const [tried, setTried] = useState(false)
  const [nothing, setNothing] = useState(false)
  const add = useCommand('staff.add')
  const update = useCommand('staff.update')
  const { busy, refusal, unanswered, clear } = known ? update : add
  const problems = staffProblems(draft, known)
  const refusedField = refusal ? fieldOfRefusal(refusal.code) : undefined
  const role = common(`role.${draft.role}`).toLowerCase()

  const problem = (field: Field): string | undefined => {
    const seen = tried && field !== 'role' ? problems[field] : undefined
    if (seen) {
      const max = seen === 'name_long' ? LIMITS.nameCharsMax : LIMITS.pinDigitsMax
      return t(`staff.problem.${seen}`, { role, min: pinDigitsMin(draft.role), max })
    }
    return refusal && refusedField === field ? refusalText(refusal) : undefined
  }

  const save = async (): Promise<void> => {
    setTried(true)
    if (Object.keys(problems).length > 0) return
    const name = draft.name.trim()
    if (known === null) {
      const done = await add.run({ name, role: draft.role, pin: draft.pin })
      if (done) onDone(t('staff.added', { name: isolated(name), role }))
      return
    }
    const change = staffChange(draft, known)
    setNothing(change === null)
    if (change && (await update.run(change))) onDone(t('staff.changed', { name: isolated(name) }))
  }

  return {
    draft,
    set: (change) => {
      setNothing(false)
      clear()
      setDraft((before) => ({ ...before, ...change }))
    },
    problem,
    other: unanswered ? common('failed') : refusal && refusedField === undefined ? refusalText(refusal) : '',
    nothing,
    busy,
    save,
  }
}

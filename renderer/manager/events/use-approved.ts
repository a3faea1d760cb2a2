import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ABOUT_APPROVER, NEEDS_APPROVER, type Refusal } from '../../../shared/base/refusal.ts'
import type { Permission, Role } from '../../../shared/base/roles.ts'
import type { Output } from '../../../shared/ipc/contract.ts'
import type { Ask } from '../../bridge/client.ts'
import { refusalText } from '../../i18n/index.ts'
import { useCommand } from '../frame/use-command.ts'
import { useWords } from '../frame/use-words.ts'
import { approverRole, NOBODY_YET, type SecondPerson } from './second-person.tsx'

/** Refusals of the person chosen rather than of the PIN typed. */
const ABOUT_PERSON: ReadonlySet<string> = new Set(['approver_same', 'approver_not_allowed'])

type Approvable = 'sale.void' | 'points.adjust'
type Approver = Ask<Approvable>['approver']

interface Approved<M extends Approvable> {
  readonly busy: boolean
  readonly refusal: Refusal | null
  /** A sentence about neither a field nor the second person; empty when there is none. */
  readonly other: string
  readonly second: {
    readonly needed: boolean
    readonly why: string
    readonly least: Role
    readonly value: SecondPerson
    readonly onValue: (value: SecondPerson) => void
    readonly problem: { readonly field: 'who' | 'pin'; readonly sentence: string } | undefined
  }
  readonly run: (ask: (approver: Approver) => Ask<M>) => Promise<Output<M> | null>
}

/**
 * A command that the till may want a second person for: it is sent alone first, and once the till has asked for
 * one, with their name and PIN, until it is done or given up.
 */
export function useApproved<M extends Approvable>(method: M, permission: Permission): Approved<M> {
  const { t } = useWords()
  const common = useTranslation('common').t
  const command = useCommand(method)
  const [asked, setAsked] = useState<Refusal | null>(null)
  const [person, setPerson] = useState(NOBODY_YET)
  const [missing, setMissing] = useState<'choose_first' | 'pin_first' | null>(null)
  const { refusal } = command
  const aboutSecond = refusal !== null && ABOUT_APPROVER.has(refusal.code)
  const wanted = refusal !== null && NEEDS_APPROVER.has(refusal.code)
  const needed = asked ?? (wanted ? refusal : null)
  if (wanted && asked !== refusal) setAsked(refusal)

  const run = async (ask: (approver: Approver) => Ask<M>): Promise<Output<M> | null> => {
    if (needed) {
      const lack = person.staffId === '' ? 'choose_first' : person.pin === '' ? 'pin_first' : null
      setMissing(lack)
      if (lack) return null
    }
    const value = await command.run(ask(needed ? { staff_id: person.staffId, pin: person.pin } : null))
    // A PIN is typed anew for each try.
    setPerson((before) => ({ ...before, pin: '' }))
    return value
  }

  const problem = missing
    ? ({ field: missing === 'choose_first' ? 'who' : 'pin', sentence: t(`second.${missing}`) } as const)
    : aboutSecond && refusal
      ? ({ field: ABOUT_PERSON.has(refusal.code) ? 'who' : 'pin', sentence: refusalText(refusal) } as const)
      : undefined
  return {
    busy: command.busy,
    refusal,
    other: command.unanswered
      ? common('failed')
      : refusal && !aboutSecond && !wanted
        ? refusalText(refusal)
        : '',
    second: {
      needed: needed !== null,
      why: needed ? refusalText(needed) : '',
      least: approverRole(needed, permission),
      value: person,
      onValue: (value) => {
        setMissing(null)
        setPerson(value)
      },
      problem,
    },
    run,
  }
}

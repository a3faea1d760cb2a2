import { createContext, useContext } from 'react'
import type { Answered } from '../../../shared/hq/contract.ts'
import type { HqRole } from '../../../shared/hq/roles.ts'
import { hqRoleIsAtLeast } from '../../../shared/hq/roles.ts'
import type { ConsoleClient } from './client.ts'

export type Session = Answered<'session.sign_in'>
export type Pulse = Answered<'pulse'>

interface Console {
  readonly client: ConsoleClient
  readonly session: Session
  /** Null until head office has answered the first time. */
  readonly pulse: Pulse | null
  /** False while head office does not answer. */
  readonly reachable: boolean
  /** What time it is at head office, ms. */
  readonly now: number
  readonly leave: () => void
}

export const ConsoleContext = createContext<Console | null>(null)

export function useConsole(): Console {
  const found = useContext(ConsoleContext)
  if (!found) throw new Error('A screen of the console stands outside of it')
  return found
}

/** Whether the person signed in may do what takes this role. */
export function useMay(least: HqRole): boolean {
  return hqRoleIsAtLeast(useConsole().session.person.role, least)
}

import { createContext, useContext } from 'react'
import type { MethodName, Output } from '../../../shared/ipc/contract.ts'
import type { Answer, Ask, TillClient } from '../../bridge/client.ts'
import type { Place } from './location.ts'

export type Session = Output<'session.sign_in'>
export type Staff = Output<'staff.list'>['staff'][number]

/** What every room of the manager may rely on. */
export interface ManagerContext {
  /** Asks the till in the manager's name: the cashier's session beside it stays as it is. */
  readonly call: <M extends MethodName>(method: M, ask: Ask<M>) => Promise<Answer<M>>
  readonly onNotice: TillClient['onNotice']
  readonly session: Session
  readonly shop: NonNullable<Output<'system.status'>['store']>
  /** The shop's day, yyyy-mm-dd, by the till's own trusted time. */
  readonly today: string
  /** Those who may sign in: who can be a second person. */
  readonly staff: readonly Staff[]
  readonly go: (place: Place, how?: 'push' | 'replace') => void
}

export const Context = createContext<ManagerContext | null>(null)

export function useManager(): ManagerContext {
  const value = useContext(Context)
  if (!value) throw new Error('a room of the manager stands outside its frame')
  return value
}

import type { HqRole } from '../../../shared/hq/roles.ts'

/** Who asks. */
export interface Person {
  readonly tenant: string
  readonly id: string
  readonly login: string
  readonly name: string
  readonly role: HqRole
}

import { HQ_ROLES } from '../../../shared/hq/roles.ts'
import { createPerson, deactivatePerson, resetPassword, setRole } from '../../services/people.ts'
import { type Command, JSON_OPTION, TENANT } from '../command.ts'
import { findPerson, tell, WHO, withHq, withTenant } from '../with-hq.ts'

/** Who signs in to the console. */

export const createPersonCommand: Command = {
  name: 'create-person',
  operand: 'LOGIN',
  summary: 'somebody who signs in to the console; prints a first password once',
  options: {
    ...TENANT,
    name: { type: 'string', value: 'NAME', help: 'as it stands in the audit (the login when not given)' },
    role: {
      type: 'string',
      value: 'ROLE',
      help: `${HQ_ROLES.join(', ')} (viewer when not given)`,
      choices: HQ_ROLES,
    },
    ...JSON_OPTION,
  },
  run: (given, terminal) =>
    withTenant(given, terminal, async (hq, tenant) => {
      const role = HQ_ROLES.find((one) => one === given.text('role')) ?? 'viewer'
      const name = given.text('name') ?? given.operand
      const made = await createPerson(hq.parts, {
        tenant,
        login: given.operand,
        name,
        role,
        who: WHO,
      })
      if (!made.ok) return made
      return tell(given, terminal, { login: given.operand, role, password: made.value.password })
    }),
}

export const deactivatePersonCommand: Command = {
  name: 'deactivate-person',
  operand: 'LOGIN',
  summary: 'somebody left: signs them out everywhere, and they sign in no more',
  options: JSON_OPTION,
  run: (given, terminal) =>
    withHq(given, terminal, async (hq) => {
      const found = await findPerson(hq, given.operand)
      if (!found.ok) return found
      const { tenant, id: person, name } = found.value
      const done = await deactivatePerson(hq.parts, { tenant, person, who: WHO })
      return done.ok ? tell(given, terminal, { deactivated: name }) : done
    }),
}

export const setRoleCommand: Command = {
  name: 'set-role',
  operand: 'LOGIN',
  summary: 'what somebody may do in the console; they sign in again',
  options: {
    role: { type: 'string', value: 'ROLE', help: HQ_ROLES.join(', '), choices: HQ_ROLES, required: true },
    ...JSON_OPTION,
  },
  run: (given, terminal) =>
    withHq(given, terminal, async (hq) => {
      const found = await findPerson(hq, given.operand)
      if (!found.ok) return found
      const { tenant, id: person, name } = found.value
      const role = HQ_ROLES.find((one) => one === given.text('role')) ?? 'viewer'
      const done = await setRole(hq.parts, { tenant, person, role, who: WHO })
      return done.ok ? tell(given, terminal, { login: name, role }) : done
    }),
}

export const resetPasswordCommand: Command = {
  name: 'reset-password',
  operand: 'LOGIN',
  summary: 'a new first password instead of the present one; prints it once, signs them out everywhere',
  options: JSON_OPTION,
  run: (given, terminal) =>
    withHq(given, terminal, async (hq) => {
      const found = await findPerson(hq, given.operand)
      if (!found.ok) return found
      const { tenant, id: person, name } = found.value
      const done = await resetPassword(hq.parts, { tenant, person, who: WHO })
      return done.ok ? tell(given, terminal, { login: name, password: done.value.password }) : done
    }),
}

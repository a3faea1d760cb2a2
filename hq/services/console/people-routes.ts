import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import type { Answered } from '../../../shared/hq/contract.ts'
import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'
import type { Tx } from '../../db/database.ts'
import type { Parts } from '../parts.ts'
import { createPerson, deactivatePerson, resetPassword, setRole } from '../people.ts'
import type { ConsoleHandlers } from './handlers.ts'
import type { Person } from './person.ts'

type PeopleRoute = Extract<keyof ConsoleHandlers, `people.${string}`>
type Listed = Answered<'people.list'>['people'][number]

const done = { done: true } as const
const YOURSELF = consoleRefusal(
  'refused',
  'This is you. Nothing was changed. Your password is changed under your name; the rest another owner does.',
)

/** Every question about people with what answers it. Refuses `refused` with the sentence of the service. */
export function peopleHandlers(parts: Parts): Pick<ConsoleHandlers, PeopleRoute> {
  /** What is done to somebody else. */
  const other = async <T, A>(
    who: Person,
    id: string,
    work: (wanted: {
      readonly tenant: string
      readonly person: string
      readonly who: string
    }) => Promise<Result<T, string>>,
    answer: (value: T) => A | Promise<A>,
  ): Promise<Result<A, ConsoleRefusal>> => {
    if (id === who.id) return refuse(YOURSELF)
    const changed = await work({ tenant: who.tenant, person: id, who: who.name })
    return changed.ok ? ok(await answer(changed.value)) : refuse(consoleRefusal('refused', changed.refusal))
  }
  return {
    'people.list': async (who) =>
      ok({ people: await parts.db.tenant(who.tenant, (tx) => listPeople(tx, who.tenant)) }),
    'people.add': async (who, { login, name, role }) => {
      const made = await createPerson(parts, { tenant: who.tenant, login, name, role, who: who.name })
      if (!made.ok) return refuse(consoleRefusal('refused', made.refusal))
      return ok({ login: made.value.login, password: made.value.password })
    },
    'people.role': (who, { id, role }) =>
      other(
        who,
        id,
        (wanted) => setRole(parts, { ...wanted, role }),
        () => done,
      ),
    'people.deactivate': (who, { id }) =>
      other(
        who,
        id,
        (wanted) => deactivatePerson(parts, wanted),
        () => done,
      ),
    'people.password': (who, { id }) =>
      other(
        who,
        id,
        (wanted) => resetPassword(parts, wanted),
        ({ login, password }) => ({ login, password }),
      ),
  }
}

/** Everybody who ever signed in here, those who may first. The last sign-in stands in the audit. */
function listPeople(tx: Tx, tenant: string): Promise<Listed[]> {
  return tx.query<Listed>(
    `SELECT p.id, p.login, p.name, p.role, p.active, p.created_at,
       (SELECT max(a.at) FROM hq.audit a WHERE a.tenant_id = p.tenant_id AND a.what = 'sign_in' AND a.about = p.id)
         AS last_sign_in
     FROM hq.person p WHERE p.tenant_id = $1 ORDER BY p.active DESC, lower(p.name), p.id`,
    [tenant],
  )
}

import { ok, type Result, refuse } from '../../../shared/base/result.ts'
import type { Answered, Asked } from '../../../shared/hq/contract.ts'
import { type ConsoleRefusal, consoleRefusal } from '../../../shared/hq/problem.ts'
import type { RouteName } from '../../../shared/hq/routes.ts'
import type { Problem } from '../../../shared/sync/wire.ts'
import type { Tx } from '../../db/database.ts'
import { revokeDevice, writeOffDevice } from '../devices.ts'
import { nowOf, type Parts } from '../parts.ts'
import { createStore } from '../stores.ts'
import { listAudit } from './audit-list.ts'
import { codeFor } from './codes.ts'
import { findCustomer, findCustomers } from './customers.ts'
import { decide } from './decide.ts'
import { findEvent, listEvents } from './events.ts'
import { listExceptions } from './exceptions.ts'
import { overview, pulse } from './overview.ts'
import { peopleHandlers } from './people-routes.ts'
import type { Person } from './person.ts'
import { changePolicy } from './policy.ts'
import { programHandlers } from './program-routes.ts'
import { watchReading } from './reading.ts'
import { refusalOf } from './refusals.ts'
import { askForReport, signOffReport } from './report-changes.ts'
import { findReport, reportsOf } from './reports.ts'
import { risk } from './risk.ts'
import { changeTill, renameStore } from './store-changes.ts'
import { findTill, listStores, listTills } from './tills.ts'

/** What has to do with signing in is answered where the cookie is known. */
export type HandledRoute = Exclude<RouteName, `session.${string}`>

export type ConsoleHandlers = {
  readonly [R in HandledRoute]: (
    who: Person,
    asked: Asked<R>,
    /** Of a change: the same for every try of it. Empty for a question. */
    key: string,
  ) => Promise<Result<Answered<R>, ConsoleRefusal>>
}

const done = { done: true } as const
const ID_SIGNS = 32

/** Every question of the console with what answers it. Reads see one state of the database. */
export function consoleHandlers(parts: Parts): ConsoleHandlers {
  const now = (): number => nowOf(parts)
  const read = async <T>(who: Person, work: (tx: Tx) => Promise<T>): Promise<Result<T, ConsoleRefusal>> =>
    ok(await parts.db.tenant(who.tenant, work, { isolation: 'snapshot' }))
  const watch = watchReading(parts)
  /** Notes rows of people or their purchases, that somebody could copy. */
  const watched = async <T>(
    who: Person,
    found: Result<T, ConsoleRefusal>,
    rows: (found: T) => readonly string[],
  ): Promise<Result<T, ConsoleRefusal>> => {
    if (found.ok) await watch(who, rows(found.value))
    return found
  }
  const find = async <T>(
    who: Person,
    what: string,
    work: (tx: Tx) => Promise<T | undefined>,
  ): Promise<Result<T, ConsoleRefusal>> => {
    const found = await read(who, work)
    if (!found.ok) return found
    return found.value === undefined ? refuse(notHere(what)) : ok(found.value)
  }
  return {
    pulse: (who) => read(who, (tx) => pulse(tx, who.tenant, now())),
    overview: (who) => read(who, (tx) => overview(tx, who.tenant, now())),
    'stores.list': (who) => read(who, (tx) => listStores(tx, who.tenant)),
    'stores.create': async (who, { name }, key) => {
      const id = idFor(parts, who, key)
      await createStore(parts, { tenant: who.tenant, name, who: who.name, id })
      return ok({ id })
    },
    'stores.rename': (who, asked) => renameStore(parts, who, asked),
    'stores.policy': (who, asked) => changePolicy(parts, who, asked),
    risk: (who) => read(who, (tx) => risk(tx, who.tenant, now())),
    'tills.list': (who, asked) => read(who, (tx) => listTills(tx, who.tenant, now(), asked)),
    'tills.one': (who, { id }) => find(who, 'This till', (tx) => findTill(tx, who.tenant, now(), id)),
    'tills.new_code': (who, { store, name }) => codeFor(parts, who, { store, name }),
    'tills.code': (who, { id }) => codeFor(parts, who, { device: id }),
    'tills.change': (who, asked) => changeTill(parts, who, asked),
    'tills.revoke': async (who, { id, why }) =>
      answered(await revokeDevice(parts, { tenant: who.tenant, device: id, who: who.name, because: why })),
    'tills.write_off': async (who, { id, reason }) =>
      answered(await writeOffDevice(parts, { tenant: who.tenant, device: id, who: who.name, reason })),
    'tills.reconcile': (who, { id }) => askForReport(parts, who, id),
    'customers.find': async (who, asked) =>
      watched(who, await read(who, (tx) => findCustomers(tx, who.tenant, asked)), ({ rows }) =>
        rows.map(({ id }) => id),
      ),
    'customers.one': async (who, { id }) =>
      watched(
        who,
        await find(who, 'This customer', (tx) => findCustomer(tx, who.tenant, now(), id)),
        ({ customer }) => [customer.id],
      ),
    'events.list': async (who, asked) =>
      watched(who, await read(who, (tx) => listEvents(tx, who.tenant, asked)), ({ rows }) =>
        rows.map(placeOf),
      ),
    'events.one': async (who, asked) =>
      watched(who, await find(who, 'This entry', (tx) => findEvent(tx, who.tenant, asked)), () => [
        placeOf(asked),
      ]),
    'exceptions.list': (who, asked) => read(who, (tx) => listExceptions(tx, who.tenant, asked)),
    'exceptions.decide': (who, asked) => decide(parts, who, asked),
    'reconciliations.list': (who, asked) => read(who, (tx) => reportsOf(tx, who.tenant, asked)),
    'reconciliations.one': (who, { id }) => find(who, 'This report', (tx) => findReport(tx, who.tenant, id)),
    'reconciliations.sign_off': (who, { id }) => signOffReport(parts, who, id),
    ...programHandlers(parts),
    ...peopleHandlers(parts),
    'audit.list': (who, asked) => read(who, (tx) => listAudit(tx, who.tenant, asked)),
  }
}

/** The id of what a change makes: each try of it makes the same. */
const idFor = ({ digest }: Pick<Parts, 'digest'>, { tenant, id }: Person, key: string): string =>
  digest.hex(digest.sha256(digest.utf8(`${tenant} ${id} ${key}`))).slice(0, ID_SIGNS)

const placeOf = ({ device, epoch, seq }: Asked<'events.one'>): string => `${device}/${epoch}/${seq}`

const notHere = (what: string): ConsoleRefusal =>
  consoleRefusal(
    'not_found',
    `${what} is not here. It may be of another business, or out of date. Go back to the list and choose again.`,
  )

/** Who is signed in, where, and what time it is. */
export function sessionView(
  who: Person,
  tenant: Answered<'session.sign_in'>['tenant'],
  now: number,
): Answered<'session.sign_in'> {
  const { id, login, name, role } = who
  return { person: { id, login, name, role }, tenant, now }
}

const answered = (result: Result<unknown, Problem>): Result<{ done: true }, ConsoleRefusal> =>
  result.ok ? ok(done) : refuse(refusalOf(result.refusal))

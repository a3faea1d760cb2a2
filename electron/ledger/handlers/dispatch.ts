import { type Refusal, refusal } from '../../../shared/base/refusal.ts'
import { type Result, refuse } from '../../../shared/base/result.ts'
import { may, notAllowed } from '../../../shared/base/roles.ts'
import { CONTRACT, type MethodName, type Output, type Parsed } from '../../../shared/ipc/contract.ts'
import type { Request } from '../../../shared/ipc/message.ts'
import { invalid } from '../../../shared/ipc/parse-call.ts'
import type { Caller } from '../commands/command.ts'
import type { People } from '../people.ts'
import type { Handlers } from './handler.ts'

const NOBODY: Caller = { staff: { id: '', name: '', role: 'cashier', active: false }, token: '' }

const notOurs = refusal('invalid', { what: 'The place in the list', why: 'open the list anew' })
const cursorIs =
  (form: RegExp) =>
  (input: unknown): Refusal | null => {
    const { cursor } = input as { cursor: string | null }
    return cursor === null || form.test(cursor) ? null : notOurs
  }
const EXPORT_CURSORS: Readonly<Record<Parsed<'export.page'>['what'], RegExp>> = {
  customers: /^\d{1,15}$/,
  sales: /^\d{4}-\d\d-\d\d~[^~]*~[0-9a-f]{32}$/u,
  lines: /^[0-9a-f]{32}~[^~]+~\d{1,15}$/,
  events: /^\d{1,15}$/,
}

/** A cursor comes back from a caller: only one that this till can have given is taken. */
const CURSORS: Partial<Record<MethodName, (input: unknown) => Refusal | null>> = {
  'customer.lines': cursorIs(/^\d{1,15}$/),
  'sale.list': cursorIs(/^\d{1,16}~[0-9a-f]{32}$/),
  'manager.events': cursorIs(/^\d{1,16}~\d{1,15}$/),
  'export.page': (input) => cursorIs(EXPORT_CURSORS[(input as Parsed<'export.page'>).what])(input),
}

/** Session, permission and schema are checked here for every method; no handler can be reached around it. */
export async function dispatch(
  handlers: Handlers,
  people: People,
  request: Request,
): Promise<Result<Output<MethodName>, Refusal>> {
  if (!Object.hasOwn(CONTRACT, request.method))
    return refuse(refusal('unknown_method', { method: String(request.method).slice(0, 40) }))
  if (request.method === 'setup.begin') return refuse(refusal('already_set_up'))
  const { access, input: schema, kind } = CONTRACT[request.method]
  let caller = NOBODY
  if (access !== 'open') {
    const touch = kind === 'command' || request.method === 'sale.quote'
    const staff = people.session(request.session, touch)
    if (!staff.ok) return staff
    if (access !== 'signed_in' && !may(staff.value.role, access)) return refuse(notAllowed(access))
    caller = { staff: staff.value, token: request.session }
  }
  const parsed = schema.safeParse(request.input)
  if (!parsed.success) return refuse(invalid(parsed.error))
  const cursor = CURSORS[request.method]?.(parsed.data)
  if (cursor) return refuse(cursor)
  const handler = handlers[request.method] as (
    input: unknown,
    caller: Caller,
  ) => Promise<Result<Output<MethodName>, Refusal>>
  return handler(parsed.data, caller)
}

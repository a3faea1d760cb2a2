import type { HqRole } from './roles.ts'

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Under API_PATH. What begins with a colon is taken from the question by its name. */
  readonly path: string
  /** The least role that may ask; null: nobody need be signed in. */
  readonly least: HqRole | null
}

export const API_PATH = '/api/v1'

/** Everything the console can ask of head office, and the one table of who may. */
export const ROUTES = {
  'session.sign_in': { method: 'POST', path: '/session', least: null },
  'session.read': { method: 'GET', path: '/session', least: null },
  'session.sign_out': { method: 'DELETE', path: '/session', least: 'viewer' },
  'session.password': { method: 'POST', path: '/session/password', least: 'viewer' },
  pulse: { method: 'GET', path: '/pulse', least: 'viewer' },
  overview: { method: 'GET', path: '/overview', least: 'viewer' },
  'stores.list': { method: 'GET', path: '/stores', least: 'viewer' },
  'stores.create': { method: 'POST', path: '/stores', least: 'manager' },
  'stores.rename': { method: 'PATCH', path: '/stores/:id', least: 'manager' },
  'stores.policy': { method: 'PUT', path: '/stores/:id/policy', least: 'manager' },
  risk: { method: 'GET', path: '/risk', least: 'viewer' },
  'programs.list': { method: 'GET', path: '/programs', least: 'viewer' },
  'programs.one': { method: 'GET', path: '/programs/:id', least: 'viewer' },
  'programs.version': { method: 'GET', path: '/programs/:id/versions/:version', least: 'viewer' },
  'programs.report': { method: 'GET', path: '/programs/:id/report', least: 'viewer' },
  'programs.lapsing': { method: 'GET', path: '/programs/:id/lapsing', least: 'viewer' },
  'programs.create': { method: 'POST', path: '/programs', least: 'manager' },
  'programs.save': { method: 'PUT', path: '/programs/:id/draft', least: 'manager' },
  'programs.discard': { method: 'POST', path: '/programs/:id/discard', least: 'manager' },
  'programs.publish': { method: 'POST', path: '/programs/:id/publish', least: 'manager' },
  'tills.list': { method: 'GET', path: '/tills', least: 'viewer' },
  'tills.one': { method: 'GET', path: '/tills/:id', least: 'viewer' },
  'tills.new_code': { method: 'POST', path: '/tills/codes', least: 'manager' },
  'tills.code': { method: 'POST', path: '/tills/:id/code', least: 'manager' },
  'tills.change': { method: 'PATCH', path: '/tills/:id', least: 'manager' },
  'tills.revoke': { method: 'POST', path: '/tills/:id/revoke', least: 'manager' },
  'tills.write_off': { method: 'POST', path: '/tills/:id/write-off', least: 'owner' },
  'tills.reconcile': { method: 'POST', path: '/tills/:id/reconcile', least: 'manager' },
  'customers.find': { method: 'GET', path: '/customers', least: 'viewer' },
  'customers.one': { method: 'GET', path: '/customers/:id', least: 'viewer' },
  'events.list': { method: 'GET', path: '/events', least: 'viewer' },
  'events.one': { method: 'GET', path: '/events/:device/:epoch/:seq', least: 'viewer' },
  'exceptions.list': { method: 'GET', path: '/exceptions', least: 'viewer' },
  'exceptions.decide': { method: 'POST', path: '/exceptions/:id/decision', least: 'manager' },
  'reconciliations.list': { method: 'GET', path: '/reconciliations', least: 'viewer' },
  'reconciliations.one': { method: 'GET', path: '/reconciliations/:id', least: 'viewer' },
  'reconciliations.sign_off': { method: 'POST', path: '/reconciliations/:id/sign-off', least: 'manager' },
  'people.list': { method: 'GET', path: '/people', least: 'owner' },
  'people.add': { method: 'POST', path: '/people', least: 'owner' },
  'people.role': { method: 'PUT', path: '/people/:id/role', least: 'owner' },
  'people.deactivate': { method: 'POST', path: '/people/:id/deactivate', least: 'owner' },
  'people.password': { method: 'POST', path: '/people/:id/password', least: 'owner' },
  'audit.list': { method: 'GET', path: '/audit', least: 'viewer' },
} as const satisfies Record<string, Route>

export type RouteName = keyof typeof ROUTES
/** What changes something: such a question carries an id of its own and has one effect. */
export type ChangeName = {
  [R in RouteName]: (typeof ROUTES)[R]['method'] extends 'GET' ? never : R
}[RouteName]

/** What a program moved, and whose points lapse soon, as files: the questions of `programs.report` and `programs.lapsing`. */
export const REPORT_FILE_PATH = `${API_PATH}/programs/:id/report/file`
export const LAPSING_FILE_PATH = `${API_PATH}/programs/:id/lapsing/file`
/** All lines of a customer with the reason of each. */
export const STATEMENT_FILE_PATH = `${API_PATH}/customers/:id/statement`

/** Entries as a file: the filters of `events.list` and `format`. */
export const EVENTS_FILE_PATH = `${API_PATH}/events/file`

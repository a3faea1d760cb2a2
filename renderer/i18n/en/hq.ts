import { audit } from './hq/audit.ts'
import { customers } from './hq/customers.ts'
import { exceptions } from './hq/exceptions.ts'
import { ledgers } from './hq/ledgers.ts'
import { loyalty } from './hq/loyalty.ts'
import { overview } from './hq/overview.ts'
import { people } from './hq/people.ts'
import { reconciliation } from './hq/reconciliation.ts'
import { risk } from './hq/risk.ts'
import { password, signIn } from './hq/sign-in.ts'
import { stores } from './hq/stores.ts'
import { code, tills } from './hq/tills.ts'

/** The console of head office: its frame, and the words of each room. */
export const hq = {
  title: 'Head office',
  rooms: 'Rooms of head office',
  sign_out: 'Sign out {{name}}',
  failed: 'Head office did not answer. Nothing you typed is lost. Try again; it will not be done twice.',
  role: { viewer: 'Viewer', manager: 'Manager', owner: 'Owner' },
  room: {
    overview: 'Overview',
    stores: 'Stores and tills',
    customers: 'Customers',
    loyalty: 'Loyalty',
    ledgers: 'Ledgers',
    exceptions: 'Exceptions',
    reconciliation: 'Reconciliation',
    people: 'People',
    audit: 'Audit',
  },
  filters_on: 'What the list is narrowed to',
  filter_off: 'Take off: {{what}}',
  everything: 'Everything',
  newer: 'Show newer',
  never: 'never',
  times: 'Times are those of {{place}}, {{offset}}',
  unreachable: {
    title: 'Head office does not answer',
    body: 'Nothing is lost: the tills go on selling and send everything later. Check the connection and try again.',
    band: 'Head office does not answer. What you see may be old. It is tried again every second.',
  },
  trouble: {
    title: 'This cannot be shown now',
    no_answer: 'Head office did not answer. Nothing is lost. Try again in a moment.',
  },

  sign_in: signIn,
  password,
  overview,
  stores,
  risk,
  tills,
  code,
  customers,
  loyalty,
  ledgers,
  exceptions,
  reconciliation,
  people,
  audit,
} as const

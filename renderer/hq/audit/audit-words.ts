import { AUDITED, type Audited } from '../../../shared/hq/audit.ts'
import type { audit } from '../../i18n/en/hq/audit.ts'

/** Everything that the audit may say, each with the name of its words. */
export const AUDIT_WORDS = {
  sign_in: 'sign_in',
  'sign_in.locked': 'sign_in_locked',
  sign_out: 'sign_out',
  'password.changed': 'password_changed',
  'tenant.created': 'tenant_created',
  'person.created': 'person_created',
  'person.role': 'person_role',
  'person.password_reset': 'person_password_reset',
  'person.deactivated': 'person_deactivated',
  'store.created': 'store_created',
  'store.renamed': 'store_renamed',
  'store.policy': 'store_policy',
  'stores.policy': 'stores_policy',
  'code.made': 'code_made',
  'till.enrolled': 'till_enrolled',
  'till.enrolled_again': 'till_enrolled_again',
  'till.changed': 'till_changed',
  'till.revoked': 'till_revoked',
  'till.written_off': 'till_written_off',
  'till.key_changed': 'till_key_changed',
  'till.asked_much': 'till_asked_much',
  'receipts.ignored': 'receipts_ignored',
  account_scope: 'account_scope',
  'customer.merged': 'customer_merged',
  'events.released': 'events_released',
  'events.dismissed': 'events_dismissed',
  'reconciliation.asked': 'reconciliation_asked',
  'reconciliation.compared': 'reconciliation_compared',
  'reconciliation.signed_off': 'reconciliation_signed_off',
  'exception.decided': 'exception_decided',
  'ledgers.exported': 'ledgers_exported',
  'read.much': 'read_much',
  'program.created': 'program_created',
  'program.discarded': 'program_discarded',
  'program.published': 'program_published',
  'program.exported': 'program_exported',
  'customer.statement': 'customer_statement',
  'hq.restored': 'hq_restored',
} as const satisfies Record<Audited, keyof typeof audit.what>

/** Undefined: a newer head office has written it, and it is shown as it is called. */
export function auditWord(what: string): (typeof AUDIT_WORDS)[Audited] | undefined {
  const known = AUDITED.find((one) => one === what)
  return known && AUDIT_WORDS[known]
}

import type { MethodName } from './contract.ts'

const NAMES = [
  'system.status',
  'setup.begin',
  'session.sign_in',
  'session.sign_out',
  'session.touch',
  'customer.search',
  'customer.card',
  'customer.lines',
  'customer.enrol',
  'customer.update',
  'customer.consent',
  'sale.quote',
  'sale.record',
  'sale.explain',
  'sale.list',
  'sale.void',
  'sale.refund_quote',
  'sale.refund',
  'receipt.preview',
  'receipt.print',
  'receipt.pdf',
  'printer.settings',
  'printer.update',
  'printer.test',
  'customer.card_qr',
  'customer.card_pdf',
  'points.adjust',
  'manager.today',
  'manager.events',
  'staff.list',
  'staff.add',
  'staff.update',
  'settings.get',
  'settings.update',
  'clock.confirm',
  'health.get',
  'health.verify',
  'backup.create',
  'export.page',
  'hq.connection',
  'hq.enrol',
  'hq.metered',
  'hq.send_now',
  'hq.export_unsent',
  'hq.import_package',
  'customer.fetch',
] as const satisfies readonly MethodName[]

type Missing = Exclude<MethodName, (typeof NAMES)[number]>

/**
 * The names alone, for the preload, which must not carry the schemas. Does not compile when a method of the contract
 * is missing.
 */
export const METHOD_NAMES: [Missing] extends [never] ? readonly MethodName[] : never = NAMES

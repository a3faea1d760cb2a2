import type { Role } from '../../shared/base/roles.ts'

/** Who works in the demo shop. The PINs are printed at the start of the demo and are worth nothing elsewhere. */
export const DEMO_PEOPLE = [
  { name: 'Tunde', role: 'admin', pin: '480215' },
  { name: 'Ngozi', role: 'manager', pin: '731946' },
  { name: 'Amina', role: 'supervisor', pin: '5820' },
  { name: 'Chidi', role: 'cashier', pin: '2580' },
  { name: 'Bisi', role: 'cashier', pin: '4173' },
] as const satisfies readonly { readonly name: string; readonly role: Role; readonly pin: string }[]

export type DemoName = (typeof DEMO_PEOPLE)[number]['name']

export const DEMO_STORE = { store_name: 'Balogun Market', till_name: 'Till 2' } as const

/** "Demo PINs: Chidi (cashier) 2580, ...": one line for whoever starts the demo. */
export function demoPinsLine(): string {
  const people = [...DEMO_PEOPLE].reverse().map((one) => `${one.name} (${one.role}) ${one.pin}`)
  return `Demo PINs: ${people.join(', ')}`
}

import { randomBytes } from 'node:crypto'
import type { Role } from '../../shared/base/roles.ts'
import type { Input, MethodName, Output } from '../../shared/ipc/contract.ts'
import type { KasuwaBridge } from '../../shared/ipc/message.ts'
import { startHost } from './host-process.ts'
import { openPage } from './loopback-page.ts'

interface Person {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly pin: string
}
export type StaffName = 'Tunde' | 'Ngozi' | 'Amina' | 'Chidi' | 'Bisi'
export type Staffing = Readonly<Record<StaffName, Person>>

const PEOPLE: readonly (readonly [StaffName, Role, string])[] = [
  ['Tunde', 'admin', '480215'],
  ['Ngozi', 'manager', '731946'],
  ['Amina', 'supervisor', '5820'],
  ['Chidi', 'cashier', '2580'],
  ['Bisi', 'cashier', '4173'],
]

export type Unnamed<M extends MethodName> = Omit<Input<M>, 'command_id'>

/** Asks a running till as a screen would; throws with the sentence when it is refused. */
export async function ask<M extends MethodName>(
  bridge: KasuwaBridge,
  session: string,
  method: M,
  input: Unnamed<M>,
): Promise<Output<M>> {
  const named = { command_id: randomBytes(16).toString('hex'), ...input } as unknown as Input<M>
  const reply = await bridge.call(method, session, named)
  if (reply.outcome === 'done') return reply.value
  throw new Error(`${method}: ${reply.outcome === 'refused' ? reply.refusal.sentence : reply.message}`)
}

/** Sets up a shop with its staff in an empty directory, through the real host. */
export async function setUpShop(dir: string): Promise<Staffing> {
  const host = await startHost(dir)
  const page = await openPage(host.address)
  const { now } = await ask(page.bridge, '', 'system.status', {})
  const people: Partial<Record<StaffName, Person>> = {}
  let token = ''
  for (const [name, role, pin] of PEOPLE) {
    let id: string
    if (token === '') {
      const made = await ask(page.bridge, '', 'setup.begin', {
        store_name: 'Balogun Market',
        till_name: 'Till 2',
        admin_name: name,
        pin,
        date_confirmed: now.business_date,
      })
      token = made.session.token
      id = made.session.staff.id
    } else id = (await ask(page.bridge, token, 'staff.add', { name, role, pin })).staff_id
    people[name] = { id, name, role, pin }
  }
  page.close()
  const code = await host.stop()
  if (code !== 0) throw new Error(`the host did not close well (${code}): ${host.err()}`)
  return people as Staffing
}

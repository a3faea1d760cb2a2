import { refuse } from '../../../shared/base/result.ts'
import { changeAccountScope } from '../../services/account-scope.ts'
import { revokeDevice, writeOffDevice } from '../../services/devices.ts'
import { makeEnrolCode } from '../../services/enrol-code.ts'
import { createStore } from '../../services/stores.ts'
import { createTenant } from '../../services/tenants.ts'
import { type Command, JSON_OPTION, TENANT } from '../command.ts'
import { findStore, findTill, tell, WHO, withHq, withTenant } from '../with-hq.ts'

/** Businesses, stores and tills. */

export const createTenantCommand: Command = {
  name: 'create-tenant',
  operand: 'NAME',
  summary: 'a new business with its keys and the default program',
  options: JSON_OPTION,
  run: (given, terminal) =>
    withHq(given, terminal, async ({ parts }) =>
      tell(given, terminal, await createTenant(parts, { name: given.operand, who: WHO })),
    ),
}

export const createStoreCommand: Command = {
  name: 'create-store',
  operand: 'NAME',
  summary: 'a new store of a business',
  options: { ...TENANT, ...JSON_OPTION },
  run: (given, terminal) =>
    withTenant(given, terminal, async (hq, tenant) => {
      const made = await createStore(hq.parts, { tenant, name: given.operand, who: WHO })
      return tell(given, terminal, { ...made, tenant })
    }),
}

export const enrolCodeCommand: Command = {
  name: 'enrol-code',
  operand: '',
  summary: 'a code that enrols one till once, within ten minutes',
  options: {
    store: { type: 'string', value: 'S', help: 'for a new till: its store, by id or name' },
    till: { type: 'string', value: 'NAME', help: 'for a new till: what it is called' },
    device: { type: 'string', value: 'D', help: 'for a till that is enrolled again: its id or name' },
    ...JSON_OPTION,
  },
  run: (given, terminal) =>
    withHq(given, terminal, async (hq) => {
      const [store, name, device] = [given.text('store'), given.text('till'), given.text('device')]
      if ((store === null || name === null) === (device === null)) {
        return refuse('Give --store and --till for a new till, or --device for one that is known.')
      }
      const place = device === null ? await findStore(hq, store ?? '') : await findTill(hq, device)
      if (!place.ok) return place
      const { tenant, id } = place.value
      const wanted = device === null ? { store: id, name: name ?? '' } : { device: id }
      const made = await makeEnrolCode(hq.parts, { tenant, for: wanted, who: WHO })
      if (!made.ok) return refuse(made.refusal.detail)
      const { code, expires_at } = made.value
      return tell(given, terminal, { code, good_until: new Date(expires_at).toISOString() })
    }),
}

export const revokeDeviceCommand: Command = {
  name: 'revoke-device',
  operand: 'TILL',
  summary: 'a till is lost or stolen: it gets nothing more, and what it sends waits for a person',
  options: {
    because: {
      type: 'string',
      value: 'WHY',
      help: 'lost or stolen',
      choices: ['lost', 'stolen'],
      required: true,
    },
    ...JSON_OPTION,
  },
  run: (given, terminal) =>
    withHq(given, terminal, async (hq) => {
      const till = await findTill(hq, given.operand)
      if (!till.ok) return till
      const { tenant, id: device } = till.value
      const because = given.text('because') === 'stolen' ? 'stolen' : 'lost'
      const done = await revokeDevice(hq.parts, { tenant, device, because, who: WHO })
      return done.ok ? tell(given, terminal, { revoked: device, because }) : refuse(done.refusal.detail)
    }),
}

export const writeOffCommand: Command = {
  name: 'write-off',
  operand: 'TILL',
  summary: 'a till will never come back: what it holds ends with it',
  options: {
    because: { type: 'string', value: 'TEXT', help: 'why, in a few words', required: true },
    ...JSON_OPTION,
  },
  run: (given, terminal) =>
    withHq(given, terminal, async (hq) => {
      const till = await findTill(hq, given.operand)
      if (!till.ok) return till
      const { tenant, id: device } = till.value
      const reason = given.text('because') ?? ''
      const done = await writeOffDevice(hq.parts, { tenant, device, reason, who: WHO })
      return done.ok ? tell(given, terminal, { written_off: device }) : refuse(done.refusal.detail)
    }),
}

export const accountScopeCommand: Command = {
  name: 'account-scope',
  operand: 'SCOPE',
  summary: 'which tills get an account: tenant (all), or store (where the customer was seen in a year)',
  options: { ...TENANT, ...JSON_OPTION },
  run: (given, terminal) =>
    withTenant(given, terminal, async (hq, tenant) => {
      const scope = (['tenant', 'store'] as const).find((one) => one === given.operand)
      if (!scope) return refuse(`The scope is tenant or store, not "${given.operand}". Nothing was changed.`)
      const done = await changeAccountScope(hq.parts, { tenant, scope, who: WHO })
      return tell(given, terminal, { account_scope: scope, transactions: done.transactions })
    }),
}

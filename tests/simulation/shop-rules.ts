import { changeAccountScope } from '../../hq/services/account-scope.ts'
import { changePolicy } from '../../hq/services/console/policy.ts'
import { readPolicies } from '../../hq/services/till-policy.ts'
import { TillPolicy } from '../../shared/sync/rows.ts'
import type { Dice } from './dice.ts'
import type { HeadOffice } from './head-office.ts'
import type { SimulatedTill } from './simulated-till.ts'

/** How this business is run: its stores, which of them are told of a customer, and what a till may do on its own. */
export interface ShopRules {
  /** Where a till is enrolled. */
  storeOf(till: SimulatedTill): string
}

const WHO = { id: 'simulation', login: 'simulation', name: 'simulation', role: 'owner' } as const

/** What the tills of every store may do on their own; the rest is as it is by default. */
export async function setPolicy(
  { parts, stores, tenant }: Pick<HeadOffice, 'parts' | 'stores' | 'tenant'>,
  policy: Partial<TillPolicy>,
): Promise<void> {
  const told = await parts.db.tenant(tenant, (tx) => readPolicies(tx, tenant))
  for (const id of stores) {
    const ask = { ...TillPolicy.parse(policy), id, mark: told.of(id).mark }
    const changed = await changePolicy(parts, { ...WHO, tenant }, ask)
    if (!changed.ok) throw new Error(changed.refusal.detail)
  }
}

/** Small ones: what is set aside is soon used up, and a second person asked. */
export function leaseNumbers(dice: Dice): Partial<TillPolicy> {
  return {
    lease_points: dice.pick([0, 150, 300, 800]),
    lease_share_bp: dice.pick([2_500, 5_000, 10_000]),
    lease_customers_max: dice.pick([1, 3, 500]),
    lease_unused_days: dice.whole(1, 10),
    override_till_points: dice.pick([0, 300, 600]),
  }
}

/** As chance makes them, before the first till is enrolled. */
export async function drawRules(hq: HeadOffice, dice: Dice): Promise<ShopRules> {
  const { parts, stores, tenant } = hq
  const [one = '', other = ''] = stores
  const both = dice.chance(0.5)
  if (dice.chance(0.4)) await changeAccountScope(parts, { tenant, scope: 'store', who: WHO.name })
  if (dice.chance(0.5)) {
    await setPolicy(hq, {
      floor_customer_points: dice.whole(100, 500),
      floor_till_points: dice.whole(300, 900),
      ...leaseNumbers(dice.of('leases')),
    })
  }
  const placed = new Map<string, string>()
  return {
    storeOf(till) {
      const store = placed.get(till.name) ?? (both && placed.size % 2 === 1 ? other : one)
      placed.set(till.name, store)
      return store
    },
  }
}

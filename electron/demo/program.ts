/** In naira, as a person would write the rule down. */
const naira = (amount: number): number => amount * 100

/** What the demo shop gives beside the usual rates: a few rules that the sales of its last day follow, and rewards. */
const BESIDE = {
  rules: [
    { id: 'welcome', name: 'Welcome', kind: 'bonus', gives: { on: 'sign_up', points: 50 } },
    { id: 'birthday', name: 'Happy birthday', kind: 'bonus', gives: { on: 'birthday', points: 200 } },
    {
      id: 'large-bill',
      name: 'Large bill',
      kind: 'bonus',
      gives: { on: 'threshold', points: 25, min_kobo: naira(15_000) },
      caps: { day: 50 },
    },
    {
      id: 'golden-mornings',
      name: 'Golden mornings',
      kind: 'bonus',
      gives: { on: 'sale', multiplier_bp: 15_000 },
      when: [
        { field: 'hours', from: '08:00', to: '11:00' },
        { field: 'tier', in: ['gold', 'platinum'] },
      ],
    },
    { id: 'recommended', name: 'Recommended', kind: 'bonus', gives: { on: 'referral_new', points: 100 } },
    { id: 'thank-you', name: 'Thank you', kind: 'bonus', gives: { on: 'referral_by', points: 150 } },
  ],
  rewards: [
    {
      id: 'tote',
      name: 'Tote bag',
      points: 400,
      gives: { kind: 'item', item: 'tote', worth_kobo: naira(500) },
      stock: 40,
    },
    { id: 'off-1000', name: '₦1,000 off', points: 900, gives: { kind: 'amount', kobo: naira(1_000) } },
  ],
} as const

/** What of the usual program is looked at here; the rest stays as it is. */
interface Usual {
  readonly version: number
  readonly tiers: readonly { readonly id: string }[]
}

/** The program that the demo shop has on the day it is shown: the usual one with more in it, as it is stored. */
export function demoProgram(usual: Usual): Readonly<Record<string, unknown>> {
  const tiers = usual.tiers.map((tier) => ({
    ...tier,
    benefits: tier.id === 'gold' || tier.id === 'platinum' ? ['Free delivery in Lagos'] : [],
  }))
  return { ...usual, ...BESIDE, tiers, version: usual.version + 1 }
}

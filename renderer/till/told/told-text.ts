import type { Told } from '../flow/flow.ts'
import type { Words } from '../words.ts'

interface ToldText {
  /** What to tell the customer. */
  readonly main: string
  /** Beside it, shorter: what is to be paid, a new tier. */
  readonly beside: readonly string[]
}

/** The words of the band. */
export function toldText(what: Told, words: Words): ToldText {
  const { t, points, naira, called } = words
  const name = called(what.name)
  if (what.kind === 'adjusted') {
    const moved = { name, points: points(Math.abs(what.points)) }
    const way = what.points < 0 ? 'told.adjusted_down' : 'told.adjusted_up'
    return {
      main:
        what.balance === null ? t(`${way}_only`, moved) : t(way, { ...moved, balance: points(what.balance) }),
      beside: [],
    }
  }
  if (what.kind === 'undone') {
    const amount = naira(what.line.gross_kobo)
    const { balance } = what.undo
    if (!what.undo.customer_id || balance === null)
      return { main: t('told.undone', { naira: amount }), beside: [] }
    return {
      main:
        what.undo.debt > 0
          ? t('told.undone_debt', { naira: amount, name, debt: points(what.undo.debt) })
          : t('told.undone_for', { naira: amount, name, balance: points(balance) }),
      beside: [],
    }
  }
  if (what.kind === 'given_back') return givenBackText(what, name, words)
  const { sale } = what
  if (!sale.customer_id) return { main: t('told.without', { naira: naira(sale.gross_kobo) }), beside: [] }
  // What they have in all is said only where it is known.
  const only = sale.balance === null ? '_only' : ''
  const said = {
    name,
    balance: points(sale.balance ?? 0),
    worth: naira(sale.balance_worth_kobo ?? 0),
  }
  const beside = sale.tier_changed ? [t('told.new_tier', { tier: sale.tier })] : []
  if (sale.redeemed > 0) {
    return {
      main: t(`told.redeemed${only}`, {
        ...said,
        used: points(sale.redeemed),
        pays: naira(sale.pays_kobo),
        points: points(sale.earned),
      }),
      beside: [t('told.to_pay', { naira: naira(sale.net_kobo) }), ...beside],
    }
  }
  return {
    main:
      sale.earned > 0
        ? t(`told.earned${only}`, { ...said, points: points(sale.earned) })
        : t(`told.no_points${only}`, said),
    beside,
  }
}

function givenBackText(
  { refund }: Extract<Told, { readonly kind: 'given_back' }>,
  name: string,
  { t, points, naira }: Words,
): ToldText {
  const amount = naira(refund.kobo)
  const beside = refund.whole ? [] : [t('told.left', { naira: naira(refund.left_kobo) })]
  if (refund.waiting) return { main: t('told.given_back_waiting', { naira: amount, name }), beside }
  if (!refund.customer_id || refund.balance === null)
    return { main: t('told.given_back', { naira: amount }), beside }
  return {
    main:
      refund.debt > 0
        ? t('told.given_back_debt', { naira: amount, name, debt: points(refund.debt) })
        : t('told.given_back_for', { naira: amount, name, balance: points(refund.balance) }),
    beside,
  }
}

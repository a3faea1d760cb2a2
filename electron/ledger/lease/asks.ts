import { type LeaseAsk, type LeaseReply, SYNC_LIMITS } from '../../../shared/sync/wire.ts'
import type { Ledger } from '../ledger.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** A head office that does not know the question, or has no time for it, is asked again this much later. */
const UNKNOWN_HOLD_MS = 15 * MINUTE_MS
/** After an answer that did not come. */
const SILENT_HOLD_MS = MINUTE_MS
/** It sets nothing aside for this till at all now. */
const FULL_HOLD_MS = HOUR_MS
/** Of one customer, who had nothing to set aside. */
const CUSTOMER_HOLD_MS = 6 * HOUR_MS
const CUSTOMERS_HELD_MAX = 5_000

type Ask = Omit<LeaseAsk, 'grant'>

/**
 * What head office is to be asked to set aside. In memory alone: what it granted comes with the list too, so an answer
 * that is lost with the process costs nothing. An ask keeps its id until it is answered.
 */
export interface Asks {
  /** A customer waits: answered by true when head office has said something. */
  forSale(ask: Ask): { readonly answered: Promise<boolean>; readonly cancel: () => void }
  byDefault(ask: Ask): void
  /** This customer is asked for already, or was refused lately. */
  isAsked(root: string): boolean
  /** How many wait for an answer. */
  waiting(): number
  /** What to ask now, those first for whom somebody waits. */
  next(): readonly LeaseAsk[]
  answered(asked: readonly string[], reply: LeaseReply | null, isKnown: boolean): void
}

interface Waiting {
  readonly ask: LeaseAsk
  readonly tell: ((isAnswered: boolean) => void) | null
}

/** Refusals that are about this till, not about the customer. */
const ABOUT_TILL: ReadonlySet<LeaseReply['refused'][number]['code']> = new Set(['limit', 'recovering'])

export function createAsks({ platform }: Ledger): Asks {
  const { clock, digest, random } = platform
  const waiting = new Map<string, Waiting>()
  /** By customer: not before this moment, monotonic ms. */
  const held = new Map<string, number>()
  let heldUntil = Number.NEGATIVE_INFINITY
  let knownFrom = Number.NEGATIVE_INFINITY

  const now = (): number => clock.read().monotonicMs
  const add = (ask: Ask, tell: Waiting['tell']): string => {
    const grant = digest.hex(random.bytes(16))
    waiting.set(grant, { ask: { grant, ...ask }, tell })
    return grant
  }
  const done = (grant: string, isAnswered: boolean): void => {
    waiting.get(grant)?.tell?.(isAnswered)
    waiting.delete(grant)
  }
  const hold = (customer: string): void => {
    // The longest held first: it is the next to be asked for anyway.
    if (held.size >= CUSTOMERS_HELD_MAX) for (const first of held.keys()) return void held.delete(first)
    held.delete(customer)
    held.set(customer, now() + CUSTOMER_HOLD_MS)
  }

  return {
    forSale(ask) {
      if (now() < knownFrom) return { answered: Promise.resolve(false), cancel: () => undefined }
      let tell: (isAnswered: boolean) => void = () => undefined
      const answered = new Promise<boolean>((resolve) => {
        tell = resolve
      })
      const grant = add(ask, tell)
      return { answered, cancel: () => done(grant, false) }
    },
    byDefault: (ask) => void add(ask, null),
    isAsked(root) {
      if ((held.get(root) ?? Number.NEGATIVE_INFINITY) > now()) return true
      return [...waiting.values()].some(({ ask }) => ask.customer === root && ask.why === 'default')
    },
    waiting: () => waiting.size,
    next() {
      const mayAsk = now() >= heldUntil
      const all = [...waiting.values()].filter(({ tell }) => tell !== null || mayAsk)
      const sorted = [...all.filter(({ tell }) => tell), ...all.filter(({ tell }) => !tell)]
      return sorted.slice(0, SYNC_LIMITS.leaseAsksMax).map(({ ask }) => ask)
    },
    answered(asked, reply, isKnown) {
      if (reply === null) {
        heldUntil = now() + (isKnown ? SILENT_HOLD_MS : UNKNOWN_HOLD_MS)
        if (!isKnown) knownFrom = heldUntil
        // Nobody waits at the till for a second try; what nobody waits for keeps its id.
        for (const grant of asked) if (waiting.get(grant)?.tell) done(grant, false)
        return
      }
      for (const { grant, code } of reply.refused) {
        const one = waiting.get(grant)
        if (one?.ask.why !== 'default') continue
        if (ABOUT_TILL.has(code)) heldUntil = now() + FULL_HOLD_MS
        else hold(one.ask.customer)
      }
      for (const grant of asked) done(grant, true)
    },
  }
}

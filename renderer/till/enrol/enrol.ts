import i18next from 'i18next'
import { create } from 'zustand'
import { till } from '../../bridge/till.ts'
import { refusalText } from '../../i18n/index.ts'
import type { Find } from '../flow/find.ts'
import type { Card } from '../flow/flow.ts'
import { focusOn, loadCard, openCustomer, sentenceOf, showMiddle } from '../flow/store.ts'
import { birthAsTyped, readBirth } from './birth-text.ts'

export type Marketing = 'yes' | 'no' | 'not_asked'

export interface Draft {
  readonly name: string
  readonly birth: string
  readonly marketing: Marketing
  readonly email: string
  readonly card: string
  readonly note: string
  /** Phone number of who recommended a new customer. */
  readonly recommendedBy: string
}

const DRAFT_EMPTY: Draft = {
  name: '',
  birth: '',
  marketing: 'not_asked',
  email: '',
  card: '',
  note: '',
  recommendedBy: '',
}

interface EnrolStore {
  /** Whom the draft is about: what was searched for, or a customer's id. Another one starts empty. */
  readonly about: string
  readonly draft: Draft
  readonly busy: boolean
  readonly problem: { readonly field: keyof Draft | 'all'; readonly sentence: string } | null
}

/** In a store, not in the form: the lock must not lose what was typed. */
export const useEnrol = create<EnrolStore>(() => ({
  about: '',
  draft: DRAFT_EMPTY,
  busy: false,
  problem: null,
}))

export function startEnrol(about: string): void {
  if (useEnrol.getState().about !== about) {
    useEnrol.setState({ about, draft: DRAFT_EMPTY, busy: false, problem: null })
  }
}

/** Opens the form with what is known now. */
export function openEdit(card: Card): void {
  const { name, email, note } = card
  const draft: Draft = {
    name,
    email,
    note,
    card: card.card,
    birth: birthAsTyped(card.birth),
    marketing: card.consent.marketing,
    recommendedBy: '',
  }
  useEnrol.setState({ about: card.id, draft, busy: false, problem: null })
  showMiddle('edit')
}

export function change(part: Partial<Draft>): void {
  useEnrol.setState((store) => ({ draft: { ...store.draft, ...part }, problem: null }))
}

interface Identity {
  readonly kind: 'phone' | 'email' | 'card'
  /** As the ledger takes it: what was typed. */
  readonly typed: string
  /** For reading back: in groups. */
  readonly shown: string
  readonly warning: 'none' | 'unknown_prefix' | 'unusual_length'
}

/** What the failed search was for; null when it is nothing a customer can be known by. */
export function identityOf(find: Find): Identity | null {
  const answer = find.shown?.answer
  const typed = find.shown?.text.trim() ?? ''
  if (!answer?.can_enrol || typed === '') return null
  if (answer.phone) {
    return { kind: 'phone', typed, shown: answer.phone.display, warning: answer.phone.warning }
  }
  return { kind: typed.includes('@') ? 'email' : 'card', typed, shown: typed, warning: 'none' }
}

const FIELD_OF_REFUSAL: Readonly<Record<string, keyof Draft>> = {
  name_too_long: 'name',
  birth_date_invalid: 'birth',
  email_invalid: 'email',
  card_invalid: 'card',
  referrer_unknown: 'recommendedBy',
}

function refuse(code: string, sentence: string): void {
  useEnrol.setState({ busy: false, problem: { field: FIELD_OF_REFUSAL[code] ?? 'all', sentence } })
}

function readDraft(): (Draft & { readonly day: string }) | null {
  const { draft } = useEnrol.getState()
  const day = readBirth(draft.birth)
  if (day === undefined) {
    useEnrol.setState({ problem: { field: 'birth', sentence: i18next.t('till:enrol.birth_problem') } })
    return null
  }
  return { ...draft, name: draft.name.trim(), day }
}

export async function enrol(identity: Identity, wording: string): Promise<void> {
  const draft = readDraft()
  if (!draft || useEnrol.getState().busy) return
  useEnrol.setState({ busy: true, problem: null })
  const answer = await till.call('customer.enrol', {
    phone: identity.kind === 'phone' ? identity.typed : '',
    email: identity.kind === 'email' ? identity.typed : '',
    card: identity.kind === 'card' ? identity.typed : '',
    name: draft.name,
    birth: draft.day,
    consent: { marketing: draft.marketing, wording: draft.marketing === 'not_asked' ? '' : wording },
    recommended_by: draft.recommendedBy.trim(),
  })
  if (answer.outcome === 'done') {
    useEnrol.setState({ about: '', draft: DRAFT_EMPTY, busy: false, problem: null })
    return openCustomer(answer.value.customer_id)
  }
  refuse(answer.outcome === 'refused' ? answer.refusal.code : '', sentenceOf(answer))
}

/** Sends only what changed. A field that was emptied is named to be cleared: an empty text overwrites nothing. */
export async function saveEdit(card: Card, wording: string): Promise<void> {
  const draft = readDraft()
  if (!draft || useEnrol.getState().busy) return
  const next = {
    name: draft.name,
    birth: draft.day,
    email: draft.email.trim(),
    card: draft.card.trim(),
    note: draft.note.trim(),
  }
  const fields = ['name', 'birth', 'email', 'card', 'note'] as const
  const changed = fields.filter((field) => next[field] !== card[field])
  const set = Object.fromEntries(changed.filter((f) => next[f] !== '').map((f) => [f, next[f]]))
  const clear = changed.filter((field) => next[field] === '')
  useEnrol.setState({ busy: true, problem: null })
  if (changed.length > 0) {
    const answer = await till.call('customer.update', { customer_id: card.id, ...set, clear })
    if (answer.outcome !== 'done') {
      return refuse(answer.outcome === 'refused' ? answer.refusal.code : '', sentenceOf(answer))
    }
  }
  if (draft.marketing !== 'not_asked' && draft.marketing !== card.consent.marketing) {
    const answer = await till.call('customer.consent', {
      customer_id: card.id,
      marketing: draft.marketing,
      wording,
    })
    if (answer.outcome === 'refused') return refuse('', refusalText(answer.refusal))
    if (answer.outcome === 'failed') return refuse('', sentenceOf(answer))
  }
  useEnrol.setState({ about: '', draft: DRAFT_EMPTY, busy: false, problem: null })
  showMiddle('card')
  focusOn('amount')
  await loadCard()
}

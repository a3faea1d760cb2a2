import i18next from 'i18next'
import { create } from 'zustand'
import type { Refusal } from '../../../shared/base/refusal.ts'
import { randomBelow } from '../../bridge/browser-clock.ts'
import { till } from '../../bridge/till.ts'
import { sentenceOf } from '../flow/store.ts'
import type { Session } from '../shell/shell.ts'
import { refreshStatus, signedIn } from '../shell/shell.ts'
import { readDay } from './day-text.ts'
import type { Answers } from './setup-answers.ts'
import { problemsOf, twoOf } from './setup-answers.ts'

type Problems = { readonly [Field in keyof Answers | 'all']?: string | undefined }

interface SetUp {
  readonly answers: Answers
  readonly problems: Problems
  readonly busy: boolean
  /** The phrase is on the screen: shown once, kept here only until it was checked. */
  readonly shown: {
    readonly words: readonly string[]
    readonly session: Session
    /** The two words to type back, counted from 0. */
    readonly ask: readonly [number, number]
  } | null
}

export const useSetUp = create<SetUp>(() => ({
  answers: { store: '', till: '', admin: '', pin: '', pinAgain: '', date: '' },
  problems: {},
  busy: false,
  shown: null,
}))

export function answer(part: Partial<Answers>): void {
  const cleared = Object.fromEntries(Object.keys(part).map((key) => [key, undefined]))
  useSetUp.setState((setup) => ({
    answers: { ...setup.answers, ...part },
    problems: { ...setup.problems, ...cleared, all: undefined },
  }))
}

const FIELD_OF_REFUSAL: Readonly<Record<string, keyof Answers>> = {
  pin_weak: 'pin',
  name_too_long: 'admin',
  date_before_last: 'date',
}
/** What the ledger calls the answers it does not take. */
const FIELD_OF_SETTING: Readonly<Record<string, keyof Answers>> = {
  'Store name': 'store',
  'Till name': 'till',
  'Your name': 'admin',
}
const fieldOf = ({ code, params }: Refusal): keyof Answers | undefined =>
  code === 'setting_invalid' ? FIELD_OF_SETTING[String(params['field'])] : FIELD_OF_REFUSAL[code]

/** Makes the store, the first admin and the phrase. */
export async function begin(): Promise<void> {
  const { answers, busy } = useSetUp.getState()
  if (busy) return
  const found = problemsOf(answers)
  if (Object.keys(found).length > 0) {
    const problems = Object.fromEntries(
      Object.entries(found).map(([key, word]) => [key, i18next.t(`till:${word}`)]),
    )
    return useSetUp.setState({ problems })
  }
  useSetUp.setState({ busy: true, problems: {} })
  const made = await till.call('setup.begin', {
    store_name: answers.store.trim(),
    till_name: answers.till.trim(),
    admin_name: answers.admin.trim(),
    pin: answers.pin,
    date_confirmed: readDay(answers.date) ?? '',
  })
  if (made.outcome !== 'done') {
    const field = made.outcome === 'refused' ? fieldOf(made.refusal) : undefined
    return useSetUp.setState({ busy: false, problems: { [field ?? 'all']: sentenceOf(made) } })
  }
  const words = made.value.recovery_phrase.trim().split(/\s+/)
  useSetUp.setState({
    busy: false,
    answers: { ...answers, pin: '', pinAgain: '' },
    shown: { words, session: made.value.session, ask: twoOf(words.length, randomBelow) },
  })
  await refreshStatus()
}

/** The paper was checked: the phrase leaves the screen and the memory, and the till opens. */
export function finish(): void {
  const { shown } = useSetUp.getState()
  if (!shown) return
  signedIn(shown.session)
  useSetUp.setState({ shown: null })
}

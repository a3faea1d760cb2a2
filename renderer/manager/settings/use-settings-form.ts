import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { refusalText } from '../../i18n/index.ts'
import { useCommand } from '../frame/use-command.ts'
import type { SaveOutcome } from './save-bar.tsx'
import { useSettingsDraft } from './settings-draft.ts'
import {
  draftOfSettings,
  readSettings,
  type SettingsDraft,
  type SettingsProblems,
  type SettingsReading,
  type SettingsView,
  sameSettings,
  unfinishedLeftOut,
} from './settings-form.ts'

export interface SettingsFormState {
  readonly draft: SettingsDraft
  /** What the draft is measured against: what was loaded when the typing began. */
  readonly base: SettingsView
  readonly reading: SettingsReading
  /** What to mark: before the first try to save, a new row that is still empty is not yet wrong. */
  readonly problems: SettingsProblems
  readonly changed: boolean
  /** Somebody else saved something since the typing began. */
  readonly overtaken: boolean
  readonly busy: boolean
  readonly outcome: SaveOutcome
  readonly set: (change: Partial<SettingsDraft>) => void
  readonly save: () => Promise<void>
  /** Saves the draft over what somebody else saved meanwhile, program and all. */
  readonly saveOver: () => Promise<void>
  readonly discard: () => void
}

/** The draft of the settings, what is wrong with it, and what became of saving it. */
export function useSettingsForm(
  saved: SettingsView,
  onSaved: (view: SettingsView) => void,
  onRefused: () => void,
): SettingsFormState {
  const common = useTranslation('common').t
  const { kept, changed, keep, discard } = useSettingsDraft()
  const update = useCommand('settings.update')
  const [tried, setTried] = useState(false)
  const [done, setDone] = useState(false)
  const base = kept?.base ?? saved
  const draft = kept?.draft ?? draftOfSettings(saved)
  const reading = readSettings(draft, base)
  const overtaken = changed && !sameSettings(base, saved)
  const start = (): void => {
    update.clear()
    setTried(false)
    discard()
  }
  const saveAgainst = async (over: SettingsView): Promise<void> => {
    const { problems, change } = readSettings(draft, over)
    setTried(true)
    if (Object.keys(problems).length > 0) return focusFirstProblem()
    // A number only written another way: nothing to save.
    if (change === null) return start()
    const view = await update.run(change)
    if (!view) return onRefused()
    onSaved(view)
    start()
    setDone(true)
  }
  const outcome = (): SaveOutcome => {
    if (update.unanswered) return { tone: 'refused', sentence: common('failed') }
    if (update.refusal && !overtaken) return { tone: 'refused', sentence: refusalText(update.refusal) }
    return done ? { tone: 'saved' } : null
  }
  return {
    draft,
    base,
    reading,
    problems: tried ? reading.problems : unfinishedLeftOut(reading.problems, draft),
    changed,
    overtaken,
    busy: update.busy,
    outcome: outcome(),
    set: (change) => {
      setDone(false)
      update.clear()
      keep({ ...draft, ...change }, base)
    },
    save: () => saveAgainst(base),
    saveOver: () => {
      keep(draft, saved)
      return saveAgainst(saved)
    },
    discard: start,
  }
}

/** The first marked field is brought into sight and into focus, one frame after it was marked. */
function focusFirstProblem(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus())
}

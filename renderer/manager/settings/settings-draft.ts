import { create } from 'zustand'
import { isChanged, type SettingsDraft, type SettingsView } from './settings-form.ts'

interface Kept {
  readonly draft: SettingsDraft
  /** What was loaded when the typing began. */
  readonly base: SettingsView
}

/** Outlives the room, so that a look at another room, or a lock of the screen, loses nothing that was typed. */
const useKept = create<{ readonly kept: Kept | null }>(() => ({ kept: null }))

interface KeptDraft {
  readonly kept: Kept | null
  readonly changed: boolean
  readonly keep: (draft: SettingsDraft, base: SettingsView) => void
  readonly discard: () => void
}

const keep = (draft: SettingsDraft, base: SettingsView): void => useKept.setState({ kept: { draft, base } })
const discard = (): void => useKept.setState({ kept: null })

export function useSettingsDraft(): KeptDraft {
  const { kept } = useKept()
  return { kept, changed: kept !== null && isChanged(kept.draft, kept.base), keep, discard }
}

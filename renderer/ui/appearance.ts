/** Light, dark, or as the system says. Kept for this computer; the choice is nobody's secret. */
type Appearance = 'system' | 'light' | 'dark'

const KEPT_AS = 'kasuwa.appearance'

export function keptAppearance(): Appearance {
  const kept = localStorage.getItem(KEPT_AS)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

/** Puts the choice on the page and keeps it. */
export function applyAppearance(appearance: Appearance): void {
  if (appearance === 'system') {
    delete document.documentElement.dataset['theme']
    localStorage.removeItem(KEPT_AS)
  } else {
    document.documentElement.dataset['theme'] = appearance
    localStorage.setItem(KEPT_AS, appearance)
  }
}

/** What is on the screen now. */
export function isDark(): boolean {
  const chosen = document.documentElement.dataset['theme']
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
}

import { Keys } from '../../ui/keys.tsx'
import { focusOn, goWithoutCustomer, stepBack } from '../flow/store.ts'
import { openLastReceipt } from '../receipt/receipt.ts'
import { openUndo } from '../undo/undo.ts'
import { useWords } from '../words.ts'
import { openManager } from './shell.ts'

const SHORTCUTS = [
  { key: 'F2', word: 'find', act: () => focusOn('search') },
  { key: 'F4', word: 'amount', act: () => focusOn('amount') },
  { key: 'F6', word: 'redeem', act: () => focusOn('redeem') },
  { key: 'F7', word: 'receipt', act: openLastReceipt },
  { key: 'F8', word: 'undo', act: () => openUndo() },
  { key: 'F9', word: 'without', act: goWithoutCustomer },
  { key: 'F10', word: 'manager', act: openManager },
  { key: 'Esc', word: 'back', act: stepBack },
] as const

/** The keys, in sight and pressable. */
export function ShortcutBar() {
  const { t } = useWords()
  return (
    <nav
      aria-label={t('keys.label')}
      className="flex h-12 items-stretch justify-between border-t border-line bg-surface px-2"
    >
      {SHORTCUTS.map(({ key, word, act }) => (
        <button
          key={key}
          type="button"
          onClick={act}
          aria-keyshortcuts={key === 'Esc' ? 'Escape' : key}
          className="inline-flex min-w-12 items-center gap-2 rounded-card px-3 text-13 text-ink-soft outline-offset-[-2px] hover:bg-hover hover:text-ink"
        >
          <Keys of={key} />
          {t(`keys.${word}`)}
        </button>
      ))}
    </nav>
  )
}

/** Function keys by name, for the keyboard. */
export const FUNCTION_KEYS: ReadonlyMap<string, () => void> = new Map(
  SHORTCUTS.filter(({ key }) => key.startsWith('F')).map(({ key, act }) => [key, act]),
)

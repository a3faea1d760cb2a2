import { Mark } from '../../ui/mark.tsx'
import { useWords } from '../words.ts'

/** Until the ledger answers. Appears only when that takes longer than a blink. */
export function Starting() {
  const { t } = useWords()
  return (
    <main className="flex h-full flex-col items-center justify-center gap-4 bg-paper">
      <div role="status" className="flex animate-show-late flex-col items-center gap-4 text-15 text-ink-soft">
        <Mark size={48} />
        {t('starting')}
      </div>
    </main>
  )
}

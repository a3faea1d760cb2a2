import { classNames } from '../../ui/class-names.ts'
import { useFlow } from '../flow/store.ts'
import { useWords } from '../words.ts'
import { toldText } from './told-text.ts'

/** What the band said last, for whoever looked away during its four seconds. */
export function LastSale({ className }: { className?: string }) {
  const words = useWords()
  const last = useFlow(({ flow }) => flow.last)
  if (!last) return null
  const text = toldText(last, words)
  return (
    <div className={classNames('border-t border-line px-5 py-3', className)}>
      <p className="text-13 font-medium text-ink-soft">{words.t('card.last')}</p>
      <p className="line-clamp-2 text-15">{[text.main, ...text.beside].join('. ')}</p>
    </div>
  )
}

import { Choice } from '../../ui/field.tsx'
import { useWords } from '../words.ts'
import type { Marketing } from './enrol.ts'

/** The words to read out and the answer. What was read out is recorded with it. */
export function ConsentQuestion({
  wording,
  value,
  onValue,
  mayStayOpen,
}: {
  wording: string
  value: Marketing
  onValue: (value: Marketing) => void
  /** "Not asked" is an answer only as long as nobody asked. */
  mayStayOpen: boolean
}) {
  const { t } = useWords()
  const answers: readonly { value: Marketing; label: string }[] = [
    { value: 'yes', label: t('enrol.yes') },
    { value: 'no', label: t('enrol.no') },
    ...(mayStayOpen ? [{ value: 'not_asked' as const, label: t('enrol.not_asked') }] : []),
  ]
  return (
    <div>
      <Choice label={t('enrol.consent')} value={value} onValue={onValue} options={answers} />
      <p className="mt-1 text-13 text-ink-soft">{t('enrol.say', { wording })}</p>
    </div>
  )
}

import { CircleAlert, CircleCheck } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Icon } from '../../ui/icon.tsx'
import { useWords } from '../frame/use-words.ts'

/** What became of the last try to save, or null before one. */
export type SaveOutcome =
  | { readonly tone: 'saved' }
  | { readonly tone: 'refused'; readonly sentence: string }
  | null

/**
 * Stands at the foot of the room, in sight wherever one has scrolled to: what is not saved yet, why it was
 * refused, and that it was saved.
 */
export function SaveBar({
  changed,
  wrong,
  outcome,
  busy,
  onDiscard,
}: {
  changed: boolean
  wrong: number
  outcome: SaveOutcome
  busy: boolean
  onDiscard: () => void
}) {
  const { t } = useWords()
  const bad = wrong > 0 || outcome?.tone === 'refused'
  const saved = !changed && outcome?.tone === 'saved'
  const sentence = saved
    ? t('settings.saved')
    : wrong > 0
      ? t('settings.dirty_bad', { count: wrong })
      : outcome?.tone === 'refused'
        ? outcome.sentence
        : t('settings.dirty')
  return (
    <div className="sticky bottom-0 z-2 -mx-4 mt-auto -mb-4 flex min-h-18 items-center gap-3 border-t border-line bg-surface px-4 py-3 wide:-mx-6 wide:-mb-6 wide:px-6">
      <p
        role={bad ? 'alert' : 'status'}
        className={classNames(
          'flex min-w-0 flex-1 items-center gap-2 text-15 font-medium',
          bad && 'text-red-ink',
          saved && 'text-brand-ink',
        )}
      >
        {(bad || saved) && <Icon of={saved ? CircleCheck : CircleAlert} className="shrink-0" />}
        <span>{sentence}</span>
      </p>
      {changed && (
        <>
          <Button onClick={onDiscard}>{t('settings.discard')}</Button>
          <Button look="primary" type="submit" busy={busy}>
            {t('settings.save')}
          </Button>
        </>
      )}
    </div>
  )
}

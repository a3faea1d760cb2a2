import { formatNaira } from '../../../shared/base/money.ts'
import { type ProgramChange, programChanges } from '../../../shared/domain/program/changes.ts'
import type { Program } from '../../../shared/domain/program/program.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { isolated } from '../../ui/isolated.ts'
import { useChange } from '../api/use-change.ts'
import { useWords } from '../frame/use-words.ts'
import { numberText } from './numbers.ts'

/** What tills will follow from now on, with each difference to what they follow now. */
export function PublishDialog({
  program,
  published,
  mark,
  onClose,
}: {
  program: Program
  published: Program | null
  mark: number
  onClose: (done?: string) => void
}) {
  const { t } = useWords()
  const words = useChangeWords()
  const { busy, problem, run } = useChange('programs.publish')
  const publish = async (): Promise<void> => {
    const done = await run({ id: program.id, mark })
    if (done) onClose(t('loyalty.published', { version: done.version }))
  }
  const changes = programChanges(published, program)
  return (
    <FormDialog
      title={t('loyalty.publish_title', { name: isolated(program.name) })}
      lead={t(published ? 'loyalty.publish_lead' : 'loyalty.publish_first')}
      doLabel={t('loyalty.publish')}
      busy={busy}
      problem={problem}
      onClose={() => onClose()}
      onSubmit={() => void publish()}
    >
      {published && (
        <ul className="flex list-disc flex-col gap-1 pl-5">
          {changes.map((change) => {
            const text = words(change)
            return <li key={text}>{text}</li>
          })}
        </ul>
      )}
    </FormDialog>
  )
}

/** A difference in one sentence. */
function useChangeWords(): (change: ProgramChange) => string {
  const { t } = useWords()
  return (change) => {
    if (change.what === 'order') return t(`loyalty.change.order_${change.of}`)
    if (change.what === 'setting') {
      const setting = t(`loyalty.change.setting.${change.setting}`)
      const [before, after] = [
        valueText(change.setting, change.before),
        valueText(change.setting, change.after),
      ]
      return before === '' || after === ''
        ? t('loyalty.change.other', { setting })
        : t('loyalty.change.from_to', { setting, before, after })
    }
    const name = isolated(change.name)
    return t(`loyalty.change.${change.what}_${change.how}`, { name })
  }
}

type Setting = Extract<ProgramChange, { what: 'setting' }>['setting']
const NAIRA: readonly Setting[] = ['kobo_per_point', 'point_worth_kobo', 'earn_min_kobo']

/** A value as a person reads it; empty for lists and for what has parts of its own. */
function valueText(setting: Setting, value: unknown): string {
  if (typeof value === 'string') return isolated(value)
  if (typeof value !== 'number') return ''
  if (setting === 'redeem_max_share_bp') return `${numberText(value, 'percent')}%`
  return NAIRA.includes(setting) ? formatNaira(value) : numberText(value, 'whole')
}

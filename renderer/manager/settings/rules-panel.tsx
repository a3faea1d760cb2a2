import { Band } from '../../ui/band.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../frame/use-words.ts'

/** What stands beside the base of the program: read here, changed at head office. Nothing where there is none. */
export function RulesPanel({
  rules,
  rewards,
  unreadable,
}: {
  rules: readonly string[]
  rewards: readonly string[]
  /** Why this app does not follow a program of head office. */
  unreadable: readonly string[]
}) {
  const { t } = useWords()
  if (rules.length + rewards.length + unreadable.length === 0) return null
  return (
    <Panel title={t('settings.rules')}>
      {unreadable.map((sentence) => (
        <Band key={sentence} tone="amber" announce={false} className="mb-4">
          {sentence}
        </Band>
      ))}
      {rules.length + rewards.length > 0 && (
        <>
          <p className="mb-2 text-13 text-ink-soft">{t('settings.rules_from')}</p>
          <ul className="flex flex-col gap-1 text-15">
            {[...rules, ...rewards].map((words) => (
              <li key={words}>
                <bdi>{words}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  )
}

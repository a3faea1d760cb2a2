import { Chip } from '../../ui/badge.tsx'
import { useWords } from './use-words.ts'

/** What a list is narrowed to, each to be taken off. */
export function FilterChips({
  of,
}: {
  of: readonly { readonly name: string; readonly label: string; readonly onRemove: () => void }[]
}) {
  const { t } = useWords()
  if (of.length === 0) return null
  return (
    <ul aria-label={t('filters_on')} className="flex flex-wrap gap-2">
      {of.map(({ name, label, onRemove }) => (
        <li key={name} className="min-w-0">
          <Chip pressed onPress={onRemove} onRemove={onRemove} removeLabel={t('filter_off', { what: label })}>
            {label}
          </Chip>
        </li>
      ))}
    </ul>
  )
}

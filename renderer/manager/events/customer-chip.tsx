import { Chip } from '../../ui/badge.tsx'
import { isolated } from '../../ui/isolated.ts'
import { useQuery } from '../frame/use-query.ts'
import { useWords } from '../frame/use-words.ts'

/** The customer that the list is narrowed to, by name once the name is known. */
export function CustomerChip({ id, onClear }: { id: string; onClear: () => void }) {
  const { t } = useWords()
  const card = useQuery('customer.card', { customer_id: id })
  const name = card.value?.name || card.value?.phone
  return (
    <Chip pressed onPress={onClear} onRemove={onClear} removeLabel={t('events.customer_clear')}>
      {name ? t('events.customer_only', { name: isolated(name) }) : t('events.customer_one')}
    </Chip>
  )
}

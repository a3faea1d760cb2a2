import { Scale, Undo2, Users } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { useWords } from '../frame/use-words.ts'
import { AdjustPoints } from './adjust-points.tsx'
import type { EventRow } from './use-event-pages.ts'
import { VoidSale } from './void-sale.tsx'

/** What can be done from an entry: undo its sale, adjust its customer's points, see all of theirs. */
export function EntryActions({
  row,
  name,
  onCustomer,
  onDone,
}: {
  row: EventRow
  name: string
  onCustomer: (customerId: string) => void
  onDone: (sentence: string) => void
}) {
  const { t } = useWords()
  const [asking, setAsking] = useState<'void' | 'adjust' | null>(null)
  const { customer_id: customerId, sale_id: saleId } = row
  const voidable = saleId !== null && !row.sale_void && row.kind !== 'points.reversed'
  if (!voidable && customerId === null) return null
  const close = (): void => setAsking(null)
  const finish = (sentence: string): void => {
    close()
    onDone(sentence)
  }
  return (
    <footer className="flex flex-col gap-2 border-t border-line p-4">
      {voidable && (
        <Button icon={Undo2} onClick={() => setAsking('void')}>
          {t('entry.void')}
        </Button>
      )}
      {customerId !== null && (
        <div className="grid grid-cols-2 gap-2">
          <Button icon={Scale} onClick={() => setAsking('adjust')}>
            {t('entry.adjust')}
          </Button>
          <Button
            icon={Users}
            aria-label={t('entry.of_customer_named', { name })}
            onClick={() => onCustomer(customerId)}
          >
            {t('entry.of_customer')}
          </Button>
        </div>
      )}
      {asking === 'void' && saleId !== null && (
        <VoidSale saleId={saleId} name={name} onClose={close} onDone={finish} />
      )}
      {asking === 'adjust' && customerId !== null && (
        <AdjustPoints customerId={customerId} name={name} onClose={close} onDone={finish} />
      )}
    </footer>
  )
}

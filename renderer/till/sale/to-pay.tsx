import { Naira } from '../../ui/figures.tsx'
import { useFlow } from '../flow/store.ts'
import { useWords } from '../words.ts'

/** What is left to pay once points have paid their part. Its place stays free otherwise. */
export function ToPay() {
  const { t } = useWords()
  const quote = useFlow(({ flow }) => flow.bill.quote)
  if (!quote || quote.redeem.points === 0) return null
  return (
    <p className="flex items-baseline justify-between gap-3">
      <span className="text-15 text-ink-soft">{t('sale.to_pay')}</span>
      <span className="text-24 font-semibold">
        <Naira kobo={quote.net_kobo} />
      </span>
    </p>
  )
}

import { TextField } from '../../ui/field.tsx'
import { koboOf, nextAmountText } from '../flow/amount-text.ts'
import { useWords, type Words } from '../words.ts'
import { giveAmount, type RefundQuote, useUndo } from './undo.ts'

/** How much of the sale is given back; left empty, all of it. Says what that does to the points. */
export function PartField() {
  const words = useWords()
  const { t } = words
  const { amount, quote } = useUndo()
  const isEmpty = amount.trim() === ''
  const isAmount = isEmpty || koboOf(amount) !== undefined
  return (
    <TextField
      label={t('undo.part')}
      inputMode="decimal"
      maxLength={40}
      placeholder={t('undo.part_all')}
      value={amount}
      onText={(text) => giveAmount(nextAmountText(amount, text))}
      hint={quote ? <Does words={words} quote={quote} /> : isEmpty && t('undo.part_hint')}
      problem={isAmount ? quote?.refusal?.sentence : t('undo.part_not')}
      steady
    />
  )
}

function Does({ words: { t, points, naira }, quote }: { words: Words; quote: RefundQuote }) {
  const left = quote.left_kobo - quote.kobo
  return (
    <span className="flex flex-wrap gap-x-2">
      {quote.taken_back > 0 && <span>{t('undo.part_earned', { points: points(quote.taken_back) })}</span>}
      {quote.given_back > 0 && <span>{t('undo.part_used', { points: points(quote.given_back) })}</span>}
      <span>{left > 0 ? t('undo.part_left', { naira: naira(left) }) : t('undo.part_whole')}</span>
    </span>
  )
}

import { ReceiptText } from 'lucide-react'
import { useRef } from 'react'
import { Badge, Chip } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { timeText } from '../../ui/dates.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { TextField } from '../../ui/field.tsx'
import { Naira, pointsText } from '../../ui/figures.tsx'
import { Name } from '../../ui/name.tsx'
import { Problem } from '../../ui/problem.tsx'
import { SkeletonLines } from '../../ui/skeleton.tsx'
import { useFocusWhen } from '../../ui/use-focus-when.ts'
import { koboOf } from '../flow/amount-text.ts'
import type { SaleLine } from '../flow/flow.ts'
import { type Status, timeZoneOf } from '../shell/shell.ts'
import { useWords } from '../words.ts'
import { PartField } from './part-field.tsx'
import { chooseSale, closeUndo, giveReason, type RefundQuote, undoSale, useUndo } from './undo.ts'

const REASONS = ['slip', 'wrong_amount', 'wrong_customer', 'returned'] as const

/** My sales of today; the chosen one is undone with a reason. Arrows choose, Enter undoes. */
export function UndoDialog({ status }: { status: Status }) {
  const { t, naira } = useWords()
  const { open, sales, saleId, code, reason, amount, quote, busy, problem } = useUndo()
  const undo = useRef<HTMLButtonElement>(null)
  if (!open) return null
  const empty = code === null && sales !== null && sales.length === 0
  const canUndo =
    code === null
      ? (sales?.some((sale) => sale.sale_id === saleId && sale.state === 'booked') ?? false)
      : quote?.state === 'booked'
  const kobo = amount.trim() === '' ? null : koboOf(amount)
  return (
    <Dialog
      wide
      title={t('undo.title')}
      closeLabel={t('common:close')}
      onClose={closeUndo}
      actions={
        <>
          <Button onClick={closeUndo} shortcut="Esc">
            {t('common:cancel')}
          </Button>
          <Button
            ref={undo}
            type="submit"
            form="undo"
            look="danger"
            shortcut="Enter"
            busy={busy}
            disabled={!canUndo}
          >
            {kobo ? t('undo.part_do', { naira: naira(kobo) }) : t('undo.do')}
          </Button>
        </>
      }
    >
      <form
        id="undo"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void undoSale()
        }}
      >
        {sales === null && <SkeletonLines lines={4} />}
        {empty && !problem && (
          <EmptyState icon={ReceiptText} title={t('undo.none')}>
            {t('undo.none_hint')}
          </EmptyState>
        )}
        {code !== null && quote && <Elsewhere quote={quote} />}
        {code === null && sales !== null && !empty && (
          <fieldset>
            <legend className="mb-1 text-13 font-medium text-ink-soft">{t('undo.mine')}</legend>
            <div className="scroll-quiet max-h-66 overflow-y-auto rounded-card border border-line short:max-h-42">
              {sales.map((sale) => (
                <SaleOption key={sale.sale_id} sale={sale} chosen={sale.sale_id === saleId} status={status} />
              ))}
            </div>
          </fieldset>
        )}
        {!empty && (
          <div className="flex flex-col gap-2">
            <TextField
              label={t('undo.reason')}
              value={reason}
              maxLength={1000}
              placeholder={t('undo.reasons.slip')}
              onText={giveReason}
            />
            <div className="flex flex-wrap gap-2">
              {REASONS.map((one) => (
                <Chip
                  key={one}
                  pressed={reason === t(`undo.reasons.${one}`)}
                  onPress={() => {
                    giveReason(t(`undo.reasons.${one}`))
                    // The next Enter undoes.
                    undo.current?.focus()
                  }}
                >
                  {t(`undo.reasons.${one}`)}
                </Chip>
              ))}
            </div>
            <PartField />
          </div>
        )}
        <div className="min-h-5">
          {/* What stands under the part is not said twice. */}
          {problem && problem !== quote?.refusal?.sentence && <Problem>{problem}</Problem>}
        </div>
      </form>
    </Dialog>
  )
}

/** A sale that stands in no list here: what its receipt says. */
function Elsewhere({ quote }: { quote: RefundQuote }) {
  const { t, naira } = useWords()
  return (
    <section className="flex items-baseline gap-3 rounded-card border border-line px-4 py-3 text-15">
      <span className="flex min-w-0 flex-1 items-baseline gap-2">
        <Name
          of={quote.customer_id ? quote.customer_name || t('find.no_name') : t('undo.without')}
          className="font-medium"
        />
        {!quote.ours && <span className="shrink-0 text-13 text-ink-soft">{t('undo.elsewhere')}</span>}
      </span>
      {quote.state === 'void' ? (
        <Badge tone="red">{t('undo.undone')}</Badge>
      ) : (
        <span className="shrink-0 text-13 text-ink-soft">
          {t('undo.elsewhere_left', { naira: naira(quote.left_kobo) })}
        </span>
      )}
      <span className="shrink-0 font-semibold">
        {t('undo.elsewhere_paid', { naira: naira(quote.net_kobo) })}
      </span>
    </section>
  )
}

function SaleOption({ sale, chosen, status }: { sale: SaleLine; chosen: boolean; status: Status }) {
  const { t, language, naira } = useWords()
  const isVoid = sale.state === 'void'
  const first = useFocusWhen<HTMLInputElement>(chosen)
  return (
    <label
      className={classNames(
        'flex min-h-12 items-center gap-3 border-b border-line px-4 text-15 last:border-b-0',
        'has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-focus',
        chosen ? 'bg-brand-soft' : !isVoid && 'hover:bg-hover',
      )}
    >
      <input
        type="radio"
        name="sale"
        checked={chosen}
        disabled={isVoid}
        ref={first}
        onChange={() => chooseSale(sale.sale_id)}
        className="size-5 shrink-0 outline-none"
      />
      <span className="w-12 shrink-0 text-ink-soft">{timeText(sale.at, language, timeZoneOf(status))}</span>
      <span className="flex min-w-0 flex-1 items-baseline gap-2">
        <Name
          of={sale.customer_id ? sale.customer_name || t('find.no_name') : t('undo.without')}
          className={classNames('font-medium', isVoid && 'text-ink-faint')}
        />
        {sale.receipt && <span className="one-line shrink-[9] text-13 text-ink-faint">{sale.receipt}</span>}
      </span>
      {isVoid ? (
        <Badge tone="red">{t('undo.undone')}</Badge>
      ) : (
        <span className="shrink-0 text-13 text-ink-soft">
          {sale.refunded_kobo > 0 && (
            <span className="mr-2">{t('undo.given', { naira: naira(sale.refunded_kobo) })}</span>
          )}
          {sale.redeemed > 0 && (
            <span className="mr-2">{t('undo.used', { shown: pointsText(sale.redeemed) })}</span>
          )}
          {sale.earned > 0 && t('undo.earned', { shown: pointsText(sale.earned) })}
        </span>
      )}
      <span
        className={classNames(
          'w-28 shrink-0 text-right font-semibold',
          isVoid && 'text-ink-faint line-through',
        )}
      >
        <Naira kobo={sale.gross_kobo} />
      </span>
    </label>
  )
}

import { FileDown, Printer } from 'lucide-react'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SkeletonLines } from '../../ui/skeleton.tsx'
import { useFocusWhen } from '../../ui/use-focus-when.ts'
import { useWords } from '../words.ts'
import { closeReceipt, printReceipt, saveReceipt, useReceipt } from './receipt.ts'
import { ReceiptPaper } from './receipt-paper.tsx'

/** What the paper will say. Enter prints, Esc goes back to the sale. */
export function ReceiptDialog() {
  const { t } = useWords()
  const { saleId, receipt, busy, isPrinted, problem } = useReceipt()
  // Not the cross in the corner: Enter prints.
  const print = useFocusWhen<HTMLButtonElement>(receipt !== null)
  if (saleId === null) return null
  return (
    <Dialog
      title={t('receipt.title')}
      closeLabel={t('common:close')}
      onClose={closeReceipt}
      actions={
        <>
          <Button
            icon={FileDown}
            busy={busy === 'save'}
            disabled={!receipt}
            onClick={() => void saveReceipt()}
          >
            {t('receipt.save')}
          </Button>
          <Button
            ref={print}
            type="submit"
            form="print-receipt"
            look="primary"
            icon={Printer}
            shortcut="Enter"
            busy={busy === 'print'}
            disabled={!receipt}
          >
            {t('receipt.print')}
          </Button>
        </>
      }
    >
      <form
        id="print-receipt"
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          void printReceipt()
        }}
      >
        {problem !== '' && <Band tone="red">{problem}</Band>}
        {isPrinted && <Band tone="brand">{t('receipt.printed')}</Band>}
        {receipt ? <ReceiptPaper receipt={receipt} /> : problem === '' && <SkeletonLines lines={8} />}
      </form>
    </Dialog>
  )
}

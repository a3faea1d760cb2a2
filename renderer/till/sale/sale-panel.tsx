import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Problem } from '../../ui/problem.tsx'
import { recordSale, useFlow } from '../flow/store.ts'
import { useWords } from '../words.ts'
import { AmountField } from './amount-field.tsx'
import { NumberPad } from './number-pad.tsx'
import { Preview } from './preview.tsx'
import { ReceiptField } from './receipt-field.tsx'
import { RedeemField } from './redeem-field.tsx'
import { ToPay } from './to-pay.tsx'

/** The bill: amount, receipt, what it earns, what is redeemed, and the one button. Enter anywhere in it awards. */
export function SalePanel() {
  const { t } = useWords()
  const who = useFlow(({ flow }) => flow.for.who)
  const recording = useFlow(({ flow }) => flow.recording)
  const redeems = useFlow(({ flow }) => flow.bill.redeem.trim() !== '' && flow.bill.redeem.trim() !== '0')
  const problem = useFlow(({ flow }) =>
    flow.bill.problem?.field === 'sale' ? flow.bill.problem.sentence : '',
  )
  const [pad, setPad] = useState<'amount' | 'redeem' | null>(null)
  const label = who === 'without' ? t('sale.record') : redeems ? t('sale.award_redeem') : t('sale.award')
  return (
    <form
      aria-label={t('sale.label')}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setPad(null)
        void recordSale()
      }}
      className="relative col-start-2 row-span-2 row-start-1 flex min-h-0 flex-col gap-3 rounded-card border border-line bg-surface p-4 wide:col-start-3 short:gap-2 short:p-3"
    >
      <AmountField onTouch={() => setPad('amount')} onLeave={() => setPad(null)} touched={pad === 'amount'} />
      <Preview />
      <ReceiptField />
      <RedeemField onTouch={() => setPad('redeem')} onLeave={() => setPad(null)} touched={pad === 'redeem'} />
      <div className="mt-auto flex min-h-8 flex-col justify-end short:min-h-0">
        {problem ? <Problem>{problem}</Problem> : <ToPay />}
      </div>
      <Button type="submit" look="primary" size="large" shortcut="Enter" wide busy={recording}>
        {label}
      </Button>
      {pad && <NumberPad into={pad} onDone={() => setPad(null)} />}
    </form>
  )
}

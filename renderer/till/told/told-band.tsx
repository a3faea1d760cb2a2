import { CircleCheck, ReceiptText, Undo2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { bandOver } from '../flow/flow.ts'
import { useFlow } from '../flow/store.ts'
import { openReceipt } from '../receipt/receipt.ts'
import { openUndo } from '../undo/undo.ts'
import { useWords, type Words } from '../words.ts'
import { toldText } from './told-text.ts'

const BAND_MS = 4_000

/**
 * What was done and what to tell the customer, over the strip for four seconds, longer while it is pointed at.
 * The focus is elsewhere already: the next number can be typed.
 */
export function ToldBand() {
  const words = useWords()
  const told = useFlow((store) => store.flow.told)
  const [held, setHeld] = useState(false)
  const n = told?.n
  useEffect(() => {
    if (n === undefined || held) return
    const timer = setTimeout(() => useFlow.setState((store) => ({ flow: bandOver(store.flow, n) })), BAND_MS)
    return () => clearTimeout(timer)
  }, [n, held])
  const text = told && toldText(told.what, words)
  return (
    <>
      {/* Stands there before it says anything: only then is it read out. */}
      <div role="status" className="sr-only">
        {text && [text.main, ...text.beside].join('. ')}
      </div>
      {told && text && (
        <section
          key={told.n}
          aria-label={words.t('told.label')}
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          className="absolute inset-x-0 top-0 z-10 flex h-13 animate-arrive items-center gap-3 bg-brand pr-1 pl-4 text-on-brand"
        >
          <Icon of={CircleCheck} size={24} className="shrink-0" />
          <p
            className="line-clamp-2 min-w-0 text-15 leading-5 font-semibold wide:text-18 wide:leading-6"
            title={text.main}
          >
            {text.main}
          </p>
          <span className="flex-1" />
          {text.beside.map((one) => (
            <span
              key={one}
              className="shrink-0 rounded-inner border border-current/40 px-2 text-15 font-medium"
            >
              {one}
            </span>
          ))}
          {told.what.kind === 'sold' && <SoldButtons saleId={told.what.sale.sale_id} words={words} />}
        </section>
      )}
    </>
  )
}

function SoldButtons({ saleId, words: { t } }: { saleId: string; words: Words }) {
  return (
    <>
      <Button look="band" icon={ReceiptText} shortcut="F7" onClick={() => void openReceipt(saleId)}>
        {t('told.receipt')}
      </Button>
      <Button look="band" icon={Undo2} shortcut="F8" onClick={() => openUndo(saleId)}>
        {t('told.undo')}
      </Button>
    </>
  )
}

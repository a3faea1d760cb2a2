import { Delete } from 'lucide-react'
import { Icon } from '../../ui/icon.tsx'
import { nextAmountText } from '../flow/amount-text.ts'
import { edit, useFlow } from '../flow/store.ts'
import { useWords } from '../words.ts'

const KEYS = ['7', '8', '9', '4', '5', '6', '1', '2', '3', '.', '0', '00'] as const

/** For fingers. Lies beside the bill, over the card: the field being filled stays in sight. */
export function NumberPad({ into, onDone }: { into: 'amount' | 'redeem'; onDone: () => void }) {
  const { t } = useWords()
  const press = (change: (text: string) => string): void => {
    const text = useFlow.getState().flow.bill[into]
    edit({ [into]: change(text) })
  }
  const key = 'h-16 rounded-card border border-line bg-surface text-24 font-medium hover:bg-hover short:h-14'
  return (
    <fieldset
      aria-label={t('sale.pad')}
      // The field keeps the focus while fingers are on the pad.
      onPointerDown={(event) => event.preventDefault()}
      className="absolute right-full bottom-0 z-10 mr-3 grid w-72 animate-arrive grid-cols-3 gap-2 rounded-card border border-line bg-paper p-3 shadow-overlay"
    >
      {KEYS.map((one) => (
        <button
          key={one}
          type="button"
          tabIndex={-1}
          className={key}
          onClick={() =>
            press((text) => [...one].reduce((now, digit) => nextAmountText(now, now + digit), text))
          }
        >
          {one}
        </button>
      ))}
      <button
        type="button"
        tabIndex={-1}
        aria-label={t('sale.pad_delete')}
        className={`${key} inline-flex items-center justify-center`}
        onClick={() => press((text) => nextAmountText(text, text.slice(0, -1)))}
      >
        <Icon of={Delete} size={24} />
      </button>
      <button type="button" tabIndex={-1} className={`${key} col-span-2 text-18`} onClick={onDone}>
        {t('sale.pad_done')}
      </button>
    </fieldset>
  )
}

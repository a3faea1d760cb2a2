import type { Output } from '../../../shared/ipc/contract.ts'
import { classNames } from '../../ui/class-names.ts'
import { useWords } from '../words.ts'
import { QrCode } from './qr-code.tsx'

/** A receipt as it will be printed: black on white paper, whatever the screen looks like. */
export function ReceiptPaper({ receipt }: { receipt: Output<'receipt.preview'> }) {
  const { t } = useWords()
  return (
    <article
      aria-label={t('receipt.paper')}
      className="mx-auto flex w-80 max-w-full flex-col gap-2 rounded-card border border-line bg-white p-5 text-13 text-black"
    >
      <header className="text-center">
        <p className="text-18 font-semibold">{receipt.store}</p>
        <p>{receipt.till}</p>
        <p>{receipt.at}</p>
      </header>
      {receipt.groups.map((rows) => (
        <dl
          key={rows.map(({ label }) => label).join()}
          className="border-t border-dashed border-black/40 pt-2"
        >
          {rows.map(({ label, value, look }) => (
            <div
              key={label}
              className={classNames(
                'flex justify-between gap-3',
                look === 'strong' && 'text-15 font-semibold',
              )}
            >
              <dt className={look === 'note' ? 'text-black/75' : ''}>{label}</dt>
              <dd className="shrink-0 text-right">{value}</dd>
            </div>
          ))}
        </dl>
      ))}
      <footer className="flex flex-col items-center gap-1 border-t border-dashed border-black/40 pt-2 text-center">
        {receipt.code !== null && <p className="text-18 font-semibold">{receipt.code}</p>}
        <QrCode text={receipt.qr} label={t('receipt.qr')} className="size-40" />
        <p className="text-black/75">{receipt.qr_hint}</p>
      </footer>
    </article>
  )
}

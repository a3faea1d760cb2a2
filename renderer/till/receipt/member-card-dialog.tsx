import { FileDown } from 'lucide-react'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Name } from '../../ui/name.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { useWords } from '../words.ts'
import { closeMemberCard, saveMemberCard, useMemberCard } from './member-card.ts'
import { QrCode } from './qr-code.tsx'

/** The code on a customer's card: to be photographed from the screen, or printed and cut out. */
export function MemberCardDialog() {
  const { t } = useWords()
  const { customerId, card, busy, problem } = useMemberCard()
  if (customerId === null) return null
  return (
    <Dialog
      title={t('member.title')}
      closeLabel={t('common:close')}
      onClose={closeMemberCard}
      actions={
        <Button
          look="primary"
          icon={FileDown}
          busy={busy}
          disabled={!card}
          onClick={() => void saveMemberCard()}
        >
          {t('member.save')}
        </Button>
      }
    >
      <div className="flex flex-col items-center gap-3 text-center">
        {problem !== '' && <Band tone="red">{problem}</Band>}
        {card ? (
          <>
            <QrCode text={card.qr} label={t('member.qr')} className="size-56" />
            <p className="text-18 font-semibold">
              <Name of={card.name || t('find.no_name')} />
            </p>
            {card.number !== '' && <p className="text-15 text-ink-soft">{card.number}</p>}
            <p className="text-13 text-ink-soft">
              {t(card.number === '' ? 'member.by_code' : 'member.by_number')}
            </p>
          </>
        ) : (
          problem === '' && <Skeleton className="size-56" />
        )}
      </div>
    </Dialog>
  )
}

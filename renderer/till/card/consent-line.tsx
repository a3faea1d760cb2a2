import { BellOff, BellRing, CircleHelp } from 'lucide-react'
import { businessDate } from '../../../shared/base/business-date.ts'
import { dayText } from '../../ui/dates.ts'
import { Icon } from '../../ui/icon.tsx'
import { openEdit } from '../enrol/enrol.ts'
import type { Card } from '../flow/flow.ts'
import { type Status, timeZoneOf } from '../shell/shell.ts'
import { useWords } from '../words.ts'

const ICONS = { yes: BellRing, no: BellOff, not_asked: CircleHelp } as const

/** May we send offers: what was answered and when. Not asked yet: a button to ask now. */
export function ConsentLine({ card, status }: { card: Card; status: Status }) {
  const { t, language } = useWords()
  const { marketing, at } = card.consent
  const day = at === null ? '' : dayText(businessDate(at, timeZoneOf(status)), language, 'year')
  return (
    <p className="flex min-h-6 items-center gap-2 text-13 text-ink-soft" title={card.consent.wording}>
      <Icon of={ICONS[marketing]} size={16} className="shrink-0" />
      {marketing === 'not_asked' ? t('card.consent_not_asked') : t(`card.consent_${marketing}`, { day })}
      {marketing === 'not_asked' && (
        <button
          type="button"
          onClick={() => openEdit(card)}
          className="relative rounded-inner px-1 font-medium text-brand-ink underline underline-offset-2 before:absolute before:-inset-x-2 before:-inset-y-3.5"
        >
          {t('card.consent_change')}
        </button>
      )}
    </p>
  )
}

import { Ban } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '../../ui/class-names.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { AdjustForm } from '../adjust/adjust-form.tsx'
import { EditForm } from '../enrol/edit-form.tsx'
import { EnrolForm } from '../enrol/enrol-form.tsx'
import { useFlow } from '../flow/store.ts'
import type { Status } from '../shell/shell.ts'
import { useWords } from '../words.ts'
import { AtRest } from './at-rest.tsx'
import { CustomerCard } from './customer-card.tsx'
import { PointsHistory } from './points-history.tsx'

/** The place of the customer: the card, or a form about them. `behind`: on a small screen the list lies here. */
export function MiddlePanel({ behind, status }: { behind: boolean; status: Status }) {
  const { t } = useWords()
  return (
    <section
      aria-label={t('card.label')}
      className={classNames(
        'col-start-1 row-start-2 flex min-h-0 flex-col overflow-hidden rounded-card border border-line bg-surface wide:col-start-2 wide:row-span-2 wide:row-start-1',
        behind && 'max-wide:hidden',
      )}
    >
      <Middle status={status} />
    </section>
  )
}

function Middle({ status }: { status: Status }): ReactNode {
  const { t } = useWords()
  const middle = useFlow(({ flow }) => flow.middle)
  const chosen = useFlow(({ flow }) => flow.for)
  if (middle === 'enrol') return <EnrolForm status={status} />
  if (chosen.who === 'without') {
    return (
      <EmptyState icon={Ban} title={t('card.without')}>
        {t('card.without_hint')}
      </EmptyState>
    )
  }
  if (chosen.who === 'nobody_yet') {
    return <AtRest />
  }
  if (chosen.card) {
    if (middle === 'edit') return <EditForm card={chosen.card} status={status} />
    if (middle === 'adjust') return <AdjustForm card={chosen.card} />
    if (middle === 'history') return <PointsHistory card={chosen.card} status={status} />
  }
  return <CustomerCard line={chosen.line} card={chosen.card} status={status} />
}

import { isAtLeast } from '../../../shared/base/roles.ts'
import { Band } from '../../ui/band.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import type { Session, Status } from '../shell/shell.ts'
import { PersonPin } from '../sign-in/person-pin.tsx'
import { useWords } from '../words.ts'
import { useApproval } from './approval.ts'

/** What the ledger wants a second person for, and that person's PIN. Closing it leaves the sale as it is. */
export function ApprovalDialog({ status, session }: { status: Status; session: Session }) {
  const { t } = useWords()
  const asking = useApproval((approval) => approval.asking)
  if (!asking) return null
  const people = status.staff.filter(
    (one) => one.active && one.id !== session.staff.id && isAtLeast(one.role, asking.least),
  )
  const why = <Band tone="amber">{asking.sentence}</Band>
  return (
    <Dialog wide title={t('approve.title')} closeLabel={t('common:close')} onClose={() => asking.give(null)}>
      {people.length === 0 ? (
        <div className="flex flex-col gap-4">
          {why}
          <p className="text-15">{t('approve.nobody')}</p>
        </div>
      ) : (
        <PersonPin
          people={people}
          firstId={people[0]?.id ?? null}
          action={t('approve.do')}
          note={why}
          onEnter={(person, pin) => asking.give({ staff_id: person.id, pin })}
        />
      )}
    </Dialog>
  )
}

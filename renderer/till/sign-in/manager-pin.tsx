import { till } from '../../bridge/till.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { sentenceOf } from '../flow/store.ts'
import type { Status } from '../shell/shell.ts'
import { managerSignedIn, staffWhoMay, useShell } from '../shell/shell.ts'
import { useWords } from '../words.ts'
import { PersonPin } from './person-pin.tsx'

/** Between the cashier's screen and the manager's room. The cashier stays signed in behind it. */
export function ManagerPin({ status }: { status: Status }) {
  const { t } = useWords()
  const asking = useShell((shell) => shell.askingManager)
  if (!asking) return null
  const managers = staffWhoMay(status.staff, 'reports.read')
  return (
    <Dialog
      wide
      title={t('manager_pin.title')}
      closeLabel={t('common:close')}
      onClose={() => useShell.setState({ askingManager: false })}
    >
      {managers.length === 0 ? (
        <p className="text-15">{t('manager_pin.nobody')}</p>
      ) : (
        <PersonPin
          people={managers}
          firstId={managers[0]?.id ?? null}
          action={t('manager_pin.open')}
          note={<p className="text-15 text-ink-soft">{t('manager_pin.hint')}</p>}
          onEnter={async (person, pin) => {
            const answer = await till.call('session.sign_in', { staff_id: person.id, pin })
            if (answer.outcome === 'done') {
              managerSignedIn(answer.value)
              return null
            }
            return {
              sentence: sentenceOf(answer),
              refusal: answer.outcome === 'refused' ? answer.refusal : null,
            }
          }}
        />
      )}
    </Dialog>
  )
}

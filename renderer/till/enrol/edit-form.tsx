import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Problem } from '../../ui/problem.tsx'
import { MiddleFrame } from '../card/middle-frame.tsx'
import type { Card } from '../flow/flow.ts'
import { stepBack } from '../flow/store.ts'
import type { Status } from '../shell/shell.ts'
import { useWords } from '../words.ts'
import { ConsentQuestion } from './consent-question.tsx'
import type { Draft } from './enrol.ts'
import { change, saveEdit, useEnrol } from './enrol.ts'

/** What is known of a customer, to be put right. The phone is who they are and cannot be edited here. */
export function EditForm({ card, status }: { card: Card; status: Status }) {
  const { t, named } = useWords()
  const { draft, busy, problem } = useEnrol()
  const wording = status.store?.consent_wording ?? ''
  const field = (key: keyof Draft & ('name' | 'birth' | 'email' | 'card' | 'note')) => ({
    value: draft[key],
    maxLength: 400,
    onText: (text: string) => change({ [key]: text }),
    problem: problem?.field === key ? problem.sentence : undefined,
  })
  return (
    <form
      noValidate
      className="flex min-h-0 flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault()
        void saveEdit(card, wording)
      }}
    >
      <MiddleFrame
        title={t('edit.title', { name: named(card.name || card.phone) })}
        actions={
          <>
            <Button onClick={stepBack} shortcut="Esc">
              {t('common:cancel')}
            </Button>
            <Button type="submit" look="primary" shortcut="Enter" busy={busy}>
              {t('common:save')}
            </Button>
          </>
        }
      >
        <div className="grid grid-cols-6 gap-3 short:gap-2">
          <TextField
            autoFocus
            className="col-span-3 short:col-span-4"
            label={t('edit.name')}
            {...field('name')}
          />
          <TextField
            className="col-span-3 short:col-span-2"
            label={t('edit.birth')}
            placeholder={t('enrol.birth_example')}
            {...field('birth')}
          />
          <TextField
            className="col-span-3 short:col-span-2"
            label={t('edit.email')}
            inputMode="email"
            {...field('email')}
          />
          <TextField
            className="col-span-3 short:col-span-2"
            label={t('edit.card')}
            data-takes="scan"
            {...field('card')}
          />
          <TextField className="col-span-6 short:col-span-2" label={t('edit.note')} {...field('note')} />
        </div>
        <ConsentQuestion
          wording={wording}
          value={draft.marketing}
          onValue={(marketing) => change({ marketing })}
          mayStayOpen={card.consent.marketing === 'not_asked'}
        />
        {problem?.field === 'all' && <Problem>{problem.sentence}</Problem>}
      </MiddleFrame>
    </form>
  )
}

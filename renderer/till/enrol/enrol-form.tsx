import { TriangleAlert } from 'lucide-react'
import { useEffect } from 'react'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Problem } from '../../ui/problem.tsx'
import { MiddleFrame } from '../card/middle-frame.tsx'
import { useFlow } from '../flow/store.ts'
import type { Status } from '../shell/shell.ts'
import { useWords } from '../words.ts'
import { ConsentQuestion } from './consent-question.tsx'
import { change, enrol, identityOf, startEnrol, useEnrol } from './enrol.ts'

/** What is wrong with these is said under them. */
const BESIDE_FIELD: ReadonlySet<string> = new Set(['name', 'birth', 'recommendedBy'])

/** A new customer: the number is read back, everything else may stay empty. Enter adds. */
export function EnrolForm({ status }: { status: Status }) {
  const { t } = useWords()
  const find = useFlow(({ flow }) => flow.find)
  const { draft, busy, problem, about } = useEnrol()
  const identity = identityOf(find)
  const wording = status.store?.consent_wording ?? ''
  const typed = identity?.typed ?? ''
  useEffect(() => startEnrol(typed), [typed])
  if (!identity) {
    return (
      <MiddleFrame title={t('enrol.title')}>
        <p className="text-15 text-ink-soft">{t('enrol.nobody')}</p>
      </MiddleFrame>
    )
  }
  // The draft of somebody else is gone after the effect above.
  if (about !== typed) return null
  const readBack = {
    phone: 'enrol.read_back',
    email: 'enrol.read_back_email',
    card: 'enrol.read_back_card',
  } as const
  return (
    <form
      noValidate
      className="flex min-h-0 flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault()
        void enrol(identity, wording)
      }}
    >
      <MiddleFrame
        title={t('enrol.title')}
        actions={
          <Button type="submit" look="primary" shortcut="Enter" busy={busy} wide>
            {t('enrol.add')}
          </Button>
        }
      >
        <div>
          <p className="text-13 font-medium text-ink-soft">{t(readBack[identity.kind])}</p>
          <p className="one-line text-32 font-semibold tracking-wide" title={identity.shown}>
            <bdi>{identity.shown}</bdi>
          </p>
          {identity.warning !== 'none' && (
            <p role="status" className="flex items-start gap-1.5 text-13 font-medium text-amber-ink">
              <Icon of={TriangleAlert} size={16} className="mt-0.5 shrink-0" />
              {t(`enrol.warning.${identity.warning}`)}
            </p>
          )}
        </div>
        <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,12rem)] gap-3">
          <TextField
            autoFocus
            label={t('enrol.name')}
            placeholder={t('enrol.optional')}
            maxLength={400}
            value={draft.name}
            onText={(name) => change({ name })}
            problem={problem?.field === 'name' ? problem.sentence : undefined}
          />
          <TextField
            label={t('enrol.birth')}
            placeholder={t('enrol.birth_example')}
            maxLength={40}
            value={draft.birth}
            onText={(birth) => change({ birth })}
            problem={problem?.field === 'birth' ? problem.sentence : undefined}
          />
        </div>
        <TextField
          label={t('enrol.recommended_by')}
          placeholder={t('enrol.recommended_hint')}
          inputMode="tel"
          maxLength={80}
          value={draft.recommendedBy}
          onText={(recommendedBy) => change({ recommendedBy })}
          problem={problem?.field === 'recommendedBy' ? problem.sentence : undefined}
        />
        <ConsentQuestion
          wording={wording}
          value={draft.marketing}
          onValue={(marketing) => change({ marketing })}
          mayStayOpen
        />
        {problem && !BESIDE_FIELD.has(problem.field) && <Problem>{problem.sentence}</Problem>}
      </MiddleFrame>
    </form>
  )
}

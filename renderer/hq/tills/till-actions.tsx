import { type ReactNode, useState } from 'react'
import type { Answered } from '../../../shared/hq/contract.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { useMay } from '../api/console-context.ts'
import { useChange } from '../api/use-change.ts'
import { LinkButton } from '../frame/link-button.tsx'
import { writePlace } from '../frame/location.ts'
import { useWords } from '../frame/use-words.ts'
import { CodeDialog } from './code-dialog.tsx'
import { ChangeDialog, RevokeDialog, WriteOffDialog } from './till-dialogs.tsx'

type Open = 'change' | 'revoke' | 'write_off' | null

/** What can be done with a till, each with what it means. */
export function TillActions({
  page,
  onDone,
}: {
  page: Answered<'tills.one'>
  onDone: (sentence: string) => void
}) {
  const { t } = useWords()
  const isManager = useMay('manager')
  const isOwner = useMay('owner')
  const { till, report, stopped } = page
  const [open, setOpen] = useState<Open>(null)
  const [code, setCode] = useState<Answered<'tills.code'> | null>(null)
  const makeCode = useChange('tills.code')
  const reconcile = useChange('tills.reconcile')
  const active = till.state === 'active'
  const gone = till.state === 'written_off'
  const close = (sentence = ''): void => {
    setOpen(null)
    if (sentence !== '') onDone(sentence)
  }
  const ask = async (): Promise<void> => {
    if (await reconcile.run({ id: till.id })) onDone(t('tills.reconcile_asked'))
  }
  const newCode = async (): Promise<void> => {
    const made = await makeCode.run({ id: till.id })
    if (made) setCode(made)
  }
  const waiting = report?.state === 'asked' || report?.state === 'running'
  const stop = <Button onClick={() => setOpen('revoke')}>{t('tills.revoke')}</Button>
  return (
    <Panel title={t('tills.do')}>
      {gone && <p className="text-ink-soft">{t('tills.not_active')}</p>}
      {!isManager && !gone && <p className="text-ink-soft">{t('tills.only_manager')}</p>}
      {isManager && gone && !stopped && (
        <ul>
          <Action hint={t('tills.revoke_gone_hint')}>{stop}</Action>
        </ul>
      )}
      {isManager && !gone && (
        <ul className="flex flex-col gap-3">
          {active && (
            <Action
              hint={waiting ? t('tills.reconcile_asked') : t('tills.reconcile_hint')}
              problem={reconcile.problem}
            >
              <Button busy={reconcile.busy} disabled={waiting} onClick={() => void ask()}>
                {t('tills.reconcile')}
              </Button>
              {report && (
                <LinkButton look="plain" href={writePlace({ room: 'reconciliation', of: report.id })}>
                  {t('tills.report_open')}
                </LinkButton>
              )}
            </Action>
          )}
          <Action hint={t('tills.code_hint')} problem={makeCode.problem}>
            <Button busy={makeCode.busy} onClick={() => void newCode()}>
              {t('tills.code')}
            </Button>
          </Action>
          <Action hint={t('tills.change_hint')}>
            <Button onClick={() => setOpen('change')}>{t('tills.change')}</Button>
          </Action>
          {active && <Action hint={t('tills.revoke_hint')}>{stop}</Action>}
          <Action hint={isOwner ? t('tills.write_off_hint') : t('tills.only_owner')}>
            <Button disabled={!isOwner} onClick={() => setOpen('write_off')}>
              {t('tills.write_off')}
            </Button>
          </Action>
        </ul>
      )}
      {open === 'change' && <ChangeDialog till={till} onClose={close} />}
      {open === 'revoke' && <RevokeDialog till={till} onClose={close} />}
      {open === 'write_off' && <WriteOffDialog till={till} onClose={close} />}
      {code && <CodeDialog code={code} onClose={() => setCode(null)} onAgain={() => void newCode()} />}
    </Panel>
  )
}

function Action({ hint, problem = '', children }: { hint: string; problem?: string; children: ReactNode }) {
  return (
    <li className="flex flex-col gap-1">
      <span className="flex flex-wrap gap-2">{children}</span>
      {problem === '' ? <span className="text-13 text-ink-soft">{hint}</span> : <Problem>{problem}</Problem>}
    </li>
  )
}

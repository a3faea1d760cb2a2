import { CloudOff, Lock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import type { Query } from './use-query.ts'
import { useWords } from './use-words.ts'

/** What stands in a room when the till did not say what should stand there. */
export function TroubleState({ query }: { query: Pick<Query<unknown>, 'trouble' | 'reload' | 'loading'> }) {
  const { t } = useWords()
  const common = useTranslation('common').t
  if (!query.trouble) return null
  return (
    <div role="alert" className="flex flex-1 flex-col">
      <EmptyState
        icon={query.trouble.final ? Lock : CloudOff}
        title={t('trouble.title')}
        action={
          !query.trouble.final && (
            <Button look="primary" busy={query.loading} onClick={query.reload}>
              {common('try_again')}
            </Button>
          )
        }
      >
        {query.trouble.sentence ?? t('trouble.no_answer')}
      </EmptyState>
    </div>
  )
}

/** The same above figures that are still shown but could not be renewed. */
export function TroubleBand({ query }: { query: Pick<Query<unknown>, 'trouble' | 'reload' | 'loading'> }) {
  const { t } = useWords()
  const common = useTranslation('common').t
  if (!query.trouble) return null
  return (
    <Band
      tone="amber"
      action={
        !query.trouble.final && (
          <Button busy={query.loading} onClick={query.reload}>
            {common('try_again')}
          </Button>
        )
      }
    >
      {query.trouble.sentence ?? t('trouble.no_answer')}
    </Band>
  )
}

/** Before the shop is known there is no time zone and no frame: the sentence and the button alone. */
export function PlainTrouble({ reload }: { reload: () => void }) {
  const { t } = useTranslation('manager')
  const common = useTranslation('common').t
  return (
    <div role="alert" className="flex flex-1 flex-col">
      <EmptyState
        icon={CloudOff}
        title={t('trouble.title')}
        action={
          <Button look="primary" onClick={reload}>
            {common('try_again')}
          </Button>
        }
      >
        {t('trouble.no_answer')}
      </EmptyState>
    </div>
  )
}

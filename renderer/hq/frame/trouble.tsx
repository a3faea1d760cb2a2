import { CloudOff, Lock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SkeletonLines } from '../../ui/skeleton.tsx'
import type { Query } from '../api/use-query.ts'

/** What stands in a room while its answer is not here, or why it will not come. */
export function NotYet({ query }: { query: Pick<Query<unknown>, 'trouble' | 'reload'> }) {
  const { t } = useTranslation('hq')
  const common = useTranslation('common').t
  const { trouble, reload } = query
  if (!trouble) {
    return (
      <Panel>
        <SkeletonLines lines={6} />
      </Panel>
    )
  }
  return (
    <div role="alert" className="flex flex-1 flex-col">
      <EmptyState
        icon={trouble.final ? Lock : CloudOff}
        title={t('trouble.title')}
        action={
          !trouble.final && (
            <Button look="primary" onClick={reload}>
              {common('try_again')}
            </Button>
          )
        }
      >
        {trouble.sentence ?? t('trouble.no_answer')}
      </EmptyState>
    </div>
  )
}

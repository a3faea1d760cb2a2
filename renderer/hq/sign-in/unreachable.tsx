import { CloudOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'

/** Head office does not answer, and nothing was shown yet. */
export function Unreachable({ onAgain }: { onAgain: () => void }) {
  const { t } = useTranslation('hq')
  const common = useTranslation('common').t
  return (
    <main role="alert" className="flex h-full flex-col bg-paper">
      <h1 className="sr-only">{t('title')}</h1>
      <EmptyState
        icon={CloudOff}
        title={t('unreachable.title')}
        action={
          <Button look="primary" onClick={onAgain}>
            {common('try_again')}
          </Button>
        }
      >
        {t('unreachable.body')}
      </EmptyState>
    </main>
  )
}

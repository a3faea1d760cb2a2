import { PlugZap } from 'lucide-react'
import { useWords } from '../words.ts'
import { AskAgain } from './ask-again.tsx'
import { FullPage } from './full-page.tsx'

/** Not even the status came: the program behind the page is gone. */
export function Unreachable({ sentence }: { sentence: string }) {
  const { t } = useWords()
  return (
    <FullPage icon={PlugZap} title={t('unreachable.title')}>
      <p className="text-18 text-ink">{t('unreachable.what')}</p>
      <p className="text-15 text-ink-soft">{sentence}</p>
      <p className="text-15 text-ink-soft">{t('unreachable.address')}</p>
      <AskAgain label={t('common:try_again')} stillSo={t('blocked.same')} />
    </FullPage>
  )
}

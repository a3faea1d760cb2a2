import { History } from 'lucide-react'
import { useWords } from '../words.ts'
import { FullPage } from './full-page.tsx'

/** A page of an earlier start: nothing it asks is answered any more, so it offers nothing to press. */
export function Outlived() {
  const { t } = useWords()
  return (
    <FullPage icon={History} title={t('outlived.title')}>
      <p role="alert" className="text-18 text-ink">
        {t('outlived.what')}
      </p>
      <p className="text-15 text-ink-soft">{t('outlived.safe')}</p>
    </FullPage>
  )
}

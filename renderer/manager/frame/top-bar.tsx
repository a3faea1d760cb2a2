import { useTranslation } from 'react-i18next'
import { AppearanceButton } from '../../ui/appearance-button.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Mark } from '../../ui/mark.tsx'
import { useManager } from './manager-context.ts'
import { OfficeFlag } from './office-flag.tsx'
import { useWords } from './use-words.ts'

/** Which shop this is, which side of it, and who is looking. */
export function TopBar() {
  const { t } = useWords()
  const common = useTranslation('common').t
  const { shop, session } = useManager()
  return (
    <header className="flex h-13 shrink-0 items-center gap-3 border-b border-line bg-surface pr-1 pl-4">
      <Mark />
      <p className="one-line text-15 text-ink-soft">
        <bdi className="font-semibold text-ink">{shop.store_name}</bdi>
        {', '}
        <bdi>{shop.till_name}</bdi>
      </p>
      <Badge tone="brand">{t('title')}</Badge>
      <span className="flex-1" />
      <OfficeFlag />
      <p className="flex max-w-72 items-center gap-2 text-15 text-ink-soft">
        <bdi className="one-line font-medium text-ink">{session.staff.name}</bdi>
        {common(`role.${session.staff.role}`)}
      </p>
      <AppearanceButton />
    </header>
  )
}

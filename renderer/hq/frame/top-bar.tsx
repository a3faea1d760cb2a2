import { KeyRound, LogOut } from 'lucide-react'
import { AppearanceButton } from '../../ui/appearance-button.tsx'
import { Badge } from '../../ui/badge.tsx'
import { IconButton } from '../../ui/button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { useConsole } from '../api/console-context.ts'
import { useWords } from './use-words.ts'

/** Whose head office this is, and who is looking. */
export function TopBar({ onPassword }: { onPassword: () => void }) {
  const { t } = useWords()
  const { session, leave } = useConsole()
  return (
    <header className="flex h-13 shrink-0 items-center gap-3 border-b border-line bg-surface pr-1 pl-4">
      <Mark />
      <p className="one-line text-15">
        <bdi className="font-semibold text-ink">{session.tenant.name}</bdi>
      </p>
      <span className="max-[760px]:hidden">
        <Badge tone="brand">{t('title')}</Badge>
      </span>
      <span className="flex-1" />
      <p className="flex max-w-72 min-w-0 items-center gap-2 text-15 text-ink-soft max-[760px]:hidden">
        <bdi className="one-line font-medium text-ink">{session.person.name}</bdi>
        {t(`role.${session.person.role}`)}
      </p>
      <div className="flex shrink-0">
        <IconButton icon={KeyRound} label={t('password.title')} onClick={onPassword} />
        <AppearanceButton />
        <IconButton icon={LogOut} label={t('sign_out', { name: session.person.name })} onClick={leave} />
      </div>
    </header>
  )
}

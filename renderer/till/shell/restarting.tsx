import { LoaderCircle } from 'lucide-react'
import { Icon } from '../../ui/icon.tsx'
import { useWords } from '../words.ts'
import { useShell } from './shell.ts'

/** Said while the ledger process is being started again. Lies over the strip at the top: nothing moves. */
export function Restarting() {
  const { t } = useWords()
  const restarting = useShell((shell) => shell.ledger === 'restarting')
  const unreachable = useShell((shell) => shell.unreachable !== '' && shell.status !== null)
  if (!restarting) return null
  return (
    <div
      role="status"
      className="fixed inset-x-0 top-0 z-20 flex h-13 items-center gap-3 border-b border-amber-line bg-amber-soft px-4 text-15 font-medium text-amber-ink"
    >
      <Icon of={LoaderCircle} className="shrink-0 animate-[spin_900ms_linear_infinite]" />
      {unreachable ? t('restarting_long') : t('restarting')}
    </div>
  )
}

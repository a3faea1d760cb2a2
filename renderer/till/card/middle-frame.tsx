import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { useFocusWhen } from '../../ui/use-focus-when.ts'
import { stepBack } from '../flow/store.ts'
import { useWords } from '../words.ts'

/** A form or list in the place of the card: title, way back, content that scrolls by itself, buttons at the foot. */
export function MiddleFrame({
  title,
  flush = false,
  actions,
  children,
}: {
  title: string
  flush?: boolean
  actions?: ReactNode
  children: ReactNode
}) {
  const { t } = useWords()
  const list = useFocusWhen<HTMLElement>(flush)
  return (
    <>
      <header className="flex shrink-0 items-center justify-between gap-2 border-b border-line py-0.5 pr-1 pl-5 short:pl-4">
        <h2 className="one-line text-18 font-semibold" title={title}>
          {title}
        </h2>
        <IconButton icon={X} label={t('common:back')} onClick={stepBack} />
      </header>
      {/* A list has no field of its own: it takes the focus itself, so that the keyboard can scroll it. */}
      <section
        ref={list}
        tabIndex={flush ? 0 : undefined}
        aria-label={flush ? title : undefined}
        className={classNames(
          'scroll-quiet flex min-h-0 flex-1 flex-col overflow-y-auto',
          !flush && 'gap-4 p-5 short:gap-2 short:px-4 short:py-2',
        )}
      >
        {children}
      </section>
      {actions && (
        <footer className="flex shrink-0 justify-end gap-3 border-t border-line p-3 short:px-3 short:py-1.5">
          {actions}
        </footer>
      )}
    </>
  )
}

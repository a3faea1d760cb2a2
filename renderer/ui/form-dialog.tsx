import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Band } from './band.tsx'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

/** A question in front of the page: fields, what was said against them, and one button that does it. */
export function FormDialog({
  title,
  lead,
  doLabel,
  danger = false,
  busy,
  problem = '',
  onClose,
  onSubmit,
  children,
}: {
  title: string
  lead?: string
  doLabel: string
  danger?: boolean
  busy: boolean
  problem?: string
  onClose: () => void
  onSubmit: () => void
  children: ReactNode
}) {
  const common = useTranslation('common').t
  const id = useId()
  return (
    <Dialog
      title={title}
      closeLabel={common('close')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button look={danger ? 'danger' : 'primary'} type="submit" form={id} busy={busy}>
            {doLabel}
          </Button>
        </>
      }
    >
      <form
        id={id}
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit()
        }}
      >
        {lead && <p className="text-ink-soft">{lead}</p>}
        {children}
        {problem !== '' && <Band tone="red">{problem}</Band>}
      </form>
    </Dialog>
  )
}

import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useWords } from './use-words.ts'

/** Asked once, when leaving would forget what was typed. Enter stays. */
export function UnsavedDialog({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  const { t } = useWords()
  const common = useTranslation('common').t
  const stay = useRef<HTMLButtonElement>(null)
  useEffect(() => stay.current?.focus(), [])
  return (
    <Dialog
      title={t('unsaved.title')}
      closeLabel={common('close')}
      onClose={onStay}
      actions={
        <>
          <Button onClick={onLeave}>{t('unsaved.leave')}</Button>
          <Button ref={stay} look="primary" onClick={onStay}>
            {t('unsaved.stay')}
          </Button>
        </>
      }
    >
      {t('unsaved.body')}
    </Dialog>
  )
}

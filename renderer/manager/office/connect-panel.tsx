import { Link } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { refusalText } from '../../i18n/index.ts'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useCommand } from '../frame/use-command.ts'
import { useWords } from '../frame/use-words.ts'

/** The address and the code that head office read out. What was typed stays when it is refused. */
export function ConnectPanel({ url, again, onDone }: { url: string; again: boolean; onDone: () => void }) {
  const { t } = useWords()
  const common = useTranslation('common').t
  const enrol = useCommand('hq.enrol')
  const [address, setAddress] = useState(url)
  const [code, setCode] = useState('')
  const [tried, setTried] = useState(false)
  const missing = (text: string): string | undefined =>
    tried && text.trim() === '' ? t('office.missing') : undefined
  const send = async (): Promise<void> => {
    setTried(true)
    if (address.trim() === '' || code.trim() === '') return
    const done = await enrol.run({ url: address.trim(), code: code.trim() })
    // A code is good once: a refused one is typed anew, an accepted one is of no more use.
    if (done) setCode('')
    onDone()
  }
  return (
    <Panel title={t(again ? 'office.connect_again' : 'office.connect')}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <p className="text-15 text-ink-soft">
          {t(again ? 'office.connect_again_text' : 'office.connect_text')}
        </p>
        <TextField
          label={t('office.address')}
          hint={t('office.address_hint')}
          inputMode="url"
          value={address}
          onText={setAddress}
          problem={missing(address)}
        />
        <TextField
          label={t('office.code')}
          hint={t('office.code_hint')}
          autoCapitalize="characters"
          value={code}
          onText={setCode}
          problem={missing(code)}
          boxClassName="text-18 tracking-wider tabular-nums"
        />
        {enrol.refusal && <Band tone="red">{refusalText(enrol.refusal)}</Band>}
        {enrol.unanswered && <Band tone="red">{common('failed')}</Band>}
        <Button type="submit" look="primary" icon={Link} busy={enrol.busy}>
          {t('office.connect_do')}
        </Button>
      </form>
    </Panel>
  )
}

import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import type { Status } from '../shell/shell.ts'
import { useWords } from '../words.ts'
import { WAYS_OUT } from './ways-out.ts'

/** What happened in exact words, and the way out: quieter than what the cashier must read. */
export function ForTheManager({ blocked }: { blocked: NonNullable<Status['blocked']> }) {
  const { t } = useWords()
  const ways = WAYS_OUT[blocked.why]
  return (
    <Panel title={t('blocked.manager')} className="w-full text-15 text-ink-soft">
      <p className="select-text">
        <span className="font-medium text-ink">{t(`blocked.title.${blocked.why}`)}.</span> {blocked.sentence}
      </p>
      <ol className="mt-2 flex flex-col gap-2">
        {ways.map(({ word, command }) => (
          <li key={word}>
            {t(`blocked.way.${word}`)}
            {command !== null && <Command text={command} />}
          </li>
        ))}
      </ol>
      {ways.some(({ command }) => command !== null) && (
        <p className="mt-2 text-13 text-ink-faint">
          {t('blocked.folder')}
          {ways.some(({ command }) => command?.includes('BACKUP')) && ` ${t('blocked.backup')}`}
        </p>
      )}
      {blocked.detail && (
        <details className="text-13">
          <summary className="min-h-12 content-center font-medium">{t('blocked.detail')}</summary>
          <p className="rounded-card bg-sunken p-3 break-words whitespace-pre-wrap select-text">
            {blocked.detail}
          </p>
        </details>
      )}
    </Panel>
  )
}

function Command({ text }: { text: string }) {
  const { t } = useWords()
  const [copied, setCopied] = useState(false)
  // Where the clipboard is shut the text itself can be selected.
  const copy = (): void =>
    void navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  return (
    <span className="mt-1 flex items-center gap-1 rounded-card bg-sunken pl-3">
      <code className="min-w-0 flex-1 py-1 font-mono text-13 break-words text-ink select-all">{text}</code>
      <span role="status" className="text-13">
        {copied && t('blocked.copied')}
      </span>
      <IconButton icon={copied ? Check : Copy} label={t('blocked.copy', { command: text })} onClick={copy} />
    </span>
  )
}

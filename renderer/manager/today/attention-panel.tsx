import { CircleCheck } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useManager } from '../frame/manager-context.ts'
import { useWords } from '../frame/use-words.ts'
import { type AttentionItem, remedyOf } from './attention.ts'

/** What is out of the ordinary, each with one thing to do. */
export function Attention({ items }: { items: readonly AttentionItem[] }) {
  const { t } = useWords()
  return (
    <Panel
      title={t('today.attention')}
      aside={
        items.length > 0 && (
          <span className="inline-flex h-6 min-w-6 items-center justify-center rounded-full bg-amber-soft px-2 text-13 font-semibold text-amber-ink">
            {items.length}
          </span>
        )
      }
      flush
    >
      {items.length === 0 ? (
        <div className="flex items-start gap-3 px-4 pt-1 pb-4">
          <Icon of={CircleCheck} className="mt-0.5 shrink-0 text-brand-ink" />
          <div>
            <p className="text-15 font-medium">{t('today.attention_none')}</p>
            <p className="text-13 text-ink-soft">{t('today.attention_none_body')}</p>
          </div>
        </div>
      ) : (
        <ul>
          {items.map((item) => (
            <AttentionRow key={`${item.kind} ${item.event_id ?? ''} ${item.at}`} item={item} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function AttentionRow({ item }: { item: AttentionItem }) {
  const { t, moment } = useWords()
  const { go } = useManager()
  const remedy = remedyOf(item)
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-3 first:border-t-0">
      <div className="min-w-0 flex-1 basis-56">
        <p className="text-15">{item.text}</p>
        <p className="text-13 text-ink-faint">{moment(item.at)}</p>
      </div>
      <Button onClick={() => go(remedy.place)}>{t(`attention.${remedy.word}`)}</Button>
    </li>
  )
}

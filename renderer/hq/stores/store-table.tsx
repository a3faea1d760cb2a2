import type { Answered } from '../../../shared/hq/contract.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useMay } from '../api/console-context.ts'
import { writePlace } from '../frame/location.ts'
import { useWords } from '../frame/use-words.ts'

export type StoreRow = Answered<'stores.list'>['stores'][number]

/** Stores with what can be changed of each. */
export function StoreTable({
  stores,
  onRename,
  onPolicy,
}: {
  stores: readonly StoreRow[]
  onRename: (store: StoreRow) => void
  onPolicy: (store: StoreRow) => void
}) {
  const { t } = useWords()
  const mayChange = useMay('manager')
  return (
    <Panel title={t('stores.all')} flush>
      <ul className="pb-2">
        {stores.map((store) => (
          <li
            key={store.id}
            className="flex flex-wrap items-center justify-between gap-x-4 border-t border-line px-4 py-1 first:border-t-0"
          >
            <a
              href={writePlace({ room: 'stores', query: { store: store.id } })}
              className="flex min-h-12 min-w-0 flex-col justify-center"
            >
              <bdi className="one-line font-medium">{store.name}</bdi>
              <span className="text-13 text-ink-soft">{t('stores.tills_of', { count: store.tills })}</span>
            </a>
            {mayChange && (
              <span className="flex flex-wrap">
                <Button
                  look="quiet"
                  aria-label={`${t('stores.policy')}: ${store.name}`}
                  onClick={() => onPolicy(store)}
                >
                  {t('stores.policy')}
                </Button>
                <Button
                  look="quiet"
                  aria-label={`${t('stores.rename')}: ${store.name}`}
                  onClick={() => onRename(store)}
                >
                  {t('stores.rename')}
                </Button>
              </span>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

import { Plus, Store } from 'lucide-react'
import { useState } from 'react'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useMay } from '../api/console-context.ts'
import { useQuery } from '../api/use-query.ts'
import { FilterChips } from '../frame/filter-chips.tsx'
import { LinkButton } from '../frame/link-button.tsx'
import { writePlace } from '../frame/location.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { NotYet } from '../frame/trouble.tsx'
import { useNarrow } from '../frame/use-place.ts'
import { useWords } from '../frame/use-words.ts'
import { RISK } from '../risk/risk-page.tsx'
import { NewCodeDialog } from '../tills/code-dialog.tsx'
import { TILL_STATES } from '../tills/till-states.ts'
import { TillTable } from '../tills/till-table.tsx'
import { NameDialog } from './name-dialog.tsx'
import { PolicyDialog } from './policy-dialog.tsx'
import { type StoreRow, StoreTable } from './store-table.tsx'

type Open = 'store' | 'till' | { readonly rename: StoreRow } | { readonly policy: StoreRow } | null

/** Every till with how far it is, and every store with what its tills may do. */
export function StoresRoom({ query }: { query: Readonly<Record<string, string>> }) {
  const { t } = useWords()
  const mayChange = useMay('manager')
  const narrow = useNarrow()
  const state = TILL_STATES.find((one) => one === query['state'])
  const store = query['store']
  const tills = useQuery('tills.list', { ...(state ? { state } : {}), ...(store ? { store } : {}) }, [
    'tills',
    'inbox',
    'audit',
  ])
  const stores = useQuery('stores.list', {}, ['audit', 'tills'])
  const [open, setOpen] = useState<Open>(null)
  const [said, setSaid] = useState('')
  const storeName = stores.value?.stores.find(({ id }) => id === store)?.name ?? store ?? ''
  const close = (sentence = ''): void => {
    setOpen(null)
    if (sentence !== '') {
      setSaid(sentence)
      stores.reload()
      tills.reload()
    }
  }
  const none = stores.value?.stores.length === 0
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <RoomHead title={t('room.stores')} subtitle={t('stores.subtitle')}>
        <LinkButton look="plain" href={writePlace({ room: 'stores', of: RISK })}>
          {t('risk.title')}
        </LinkButton>
        {mayChange && (
          <>
            <Button icon={Plus} onClick={() => setOpen('store')}>
              {t('stores.add')}
            </Button>
            {!none && (
              <Button look="primary" icon={Plus} onClick={() => setOpen('till')}>
                {t('stores.add_till')}
              </Button>
            )}
          </>
        )}
      </RoomHead>
      {said !== '' && <Band tone="brand">{said}</Band>}
      {!stores.value || !tills.value ? (
        <NotYet query={stores.trouble ? stores : tills} />
      ) : none ? (
        <Panel>
          <EmptyState
            icon={Store}
            title={t('stores.none')}
            action={
              mayChange && (
                <Button look="primary" icon={Plus} onClick={() => setOpen('store')}>
                  {t('stores.add')}
                </Button>
              )
            }
          >
            {t('stores.none_body')}
          </EmptyState>
        </Panel>
      ) : (
        <>
          <search className="grid max-w-120 grid-cols-2 gap-3">
            <SelectField
              label={t('stores.store')}
              value={store ?? ''}
              onValue={(next) => narrow({ store: next })}
              options={[
                { value: '', label: t('stores.all') },
                ...stores.value.stores.map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
            <SelectField
              label={t('tills.col_state')}
              value={state ?? ''}
              onValue={(next) => narrow({ state: next })}
              options={[
                { value: '', label: t('everything') },
                ...TILL_STATES.map((one) => ({ value: one, label: t(`tills.state.${one}`) })),
              ]}
            />
          </search>
          <FilterChips
            of={[
              ...(store
                ? [
                    {
                      name: 'store',
                      label: t('stores.only', { name: storeName }),
                      onRemove: () => narrow({ store: undefined }),
                    },
                  ]
                : []),
              ...(state
                ? [
                    {
                      name: 'state',
                      label: t('stores.state_only', { state: t(`tills.state.${state}`) }),
                      onRemove: () => narrow({ state: undefined }),
                    },
                  ]
                : []),
            ]}
          />
          <TillTable tills={tills.value.tills} />
          <StoreTable
            stores={stores.value.stores}
            onRename={(row) => setOpen({ rename: row })}
            onPolicy={(row) => setOpen({ policy: row })}
          />
        </>
      )}
      {open === 'store' && <NameDialog store={null} onClose={close} />}
      {open === 'till' && stores.value && (
        <NewCodeDialog stores={stores.value.stores} store={store ?? ''} onClose={() => close()} />
      )}
      {open !== null && typeof open === 'object' && 'rename' in open && (
        <NameDialog store={open.rename} onClose={close} />
      )}
      {open !== null && typeof open === 'object' && 'policy' in open && (
        <PolicyDialog
          id={open.policy.id}
          name={open.policy.name}
          told={{ policy: open.policy.policy, mark: open.policy.policy_mark }}
          onClose={close}
        />
      )}
    </div>
  )
}

import { SearchX, Users } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../ui/empty-state.tsx'
import { TextField } from '../../ui/field.tsx'
import { nairaText, pointsText } from '../../ui/figures.tsx'
import { type RowOf, usePages } from '../api/use-pages.ts'
import { writePlace } from '../frame/location.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { NotYet } from '../frame/trouble.tsx'
import { useNarrow } from '../frame/use-place.ts'
import { useWords } from '../frame/use-words.ts'
import { VirtualTable } from '../frame/virtual-table.tsx'

/** Long enough that a word is one question, short enough to feel at once. */
const TYPING_PAUSE_MS = 250

/** Finds a customer by phone, name, card or e-mail. */
export function CustomersRoom({ query }: { query: Readonly<Record<string, string>> }) {
  const { t, recent } = useWords()
  const common = useTranslation('common').t
  const text = (query['text'] ?? '').slice(0, 80)
  const pages = usePages('customers.find', { text })
  return (
    <div className="flex min-h-150 flex-1 flex-col gap-3 p-4 wide:p-6">
      <RoomHead title={t('room.customers')} subtitle={t('customers.subtitle')} />
      <FindField text={text} />
      {pages.trouble && pages.rows.length === 0 ? (
        <NotYet query={pages} />
      ) : (
        <VirtualTable<RowOf<'customers.find'>>
          caption={t('customers.list')}
          pages={pages}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'name',
              head: t('customers.col_name'),
              cell: (row) => (
                <a
                  href={writePlace({ room: 'customers', of: row.id })}
                  className="flex min-h-12 min-w-0 flex-col justify-center outline-offset-[-2px]"
                >
                  {row.name === '' ? (
                    <span className="one-line text-ink-soft">{common('no_name')}</span>
                  ) : (
                    <bdi className="one-line font-medium">{row.name}</bdi>
                  )}
                  <span className="one-line text-13 text-ink-soft min-[761px]:hidden">
                    {row.phone || row.card || row.email}
                  </span>
                </a>
              ),
            },
            {
              key: 'phone',
              head: t('customers.col_phone'),
              className: 'w-[24%] max-[760px]:hidden',
              cell: (row) => row.phone || row.card || row.email,
            },
            {
              key: 'sales',
              head: t('customers.col_sales'),
              className: 'w-20 text-right',
              cell: (row) => pointsText(row.sale_count),
            },
            {
              key: 'spend',
              head: t('customers.col_spend'),
              className: 'w-32 text-right max-[760px]:w-28',
              cell: (row) => nairaText(row.spend_kobo),
            },
            {
              key: 'last',
              head: t('customers.col_last'),
              className: 'w-32 text-right max-[760px]:hidden',
              cell: (row) => (row.last_sale === null ? t('never') : recent(row.last_sale)),
            },
          ]}
          empty={
            <EmptyState
              icon={text === '' ? Users : SearchX}
              title={text === '' ? t('customers.none_at_all') : t('customers.none')}
            >
              {text === '' ? t('customers.none_at_all_body') : t('customers.none_body')}
            </EmptyState>
          }
        />
      )}
    </div>
  )
}

/** Typed text reaches the address a moment after the last letter; an address followed meanwhile wins. */
function FindField({ text }: { text: string }) {
  const { t } = useWords()
  const narrow = useNarrow()
  const [typed, setTyped] = useState(text)
  const sent = useRef(text)
  useEffect(() => {
    if (text !== sent.current) setTyped(text)
    sent.current = text
  }, [text])
  useEffect(() => {
    if (typed === sent.current) return
    const timer = setTimeout(() => {
      sent.current = typed
      narrow({ text: typed })
    }, TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed, narrow])
  return (
    <search className="max-w-120">
      <TextField label={t('customers.find')} type="search" maxLength={80} value={typed} onText={setTyped} />
    </search>
  )
}

import { History, RefreshCw, SearchX } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useKindText } from '../../ui/kinds.ts'
import { useConsole, useMay } from '../api/console-context.ts'
import { type RowOf, usePages } from '../api/use-pages.ts'
import { FilterChips } from '../frame/filter-chips.tsx'
import { LinkButton } from '../frame/link-button.tsx'
import { writePlace } from '../frame/location.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { NotYet } from '../frame/trouble.tsx'
import { useNarrow } from '../frame/use-place.ts'
import { useWords } from '../frame/use-words.ts'
import { VirtualTable } from '../frame/virtual-table.tsx'
import { auditWord } from './audit-words.ts'
import { detailText } from './detail-text.ts'

type Line = RowOf<'audit.list'>

/** Who did what, with a filter by person and by what was done. */
export function AuditRoom({ query }: { query: Readonly<Record<string, string>> }) {
  const { t, moment, day } = useWords()
  const kind = useKindText()
  const { session } = useConsole()
  const isOwner = useMay('owner')
  const narrow = useNarrow()
  const { who, what } = query
  const pages = usePages('audit.list', { ...(who ? { who } : {}), ...(what ? { what } : {}) }, ['audit'])
  const word = (name: string): string => {
    const known = auditWord(name)
    return known ? t(`audit.what.${known}`) : name
  }
  const aboutText = (line: Line): string =>
    line.about_name || (line.about === session.tenant.id ? session.tenant.name : line.about.slice(0, 12))
  const press = 'min-h-12 max-w-full text-left one-line outline-offset-[-2px] hover:underline'
  return (
    <div className="flex min-h-150 flex-1 flex-col gap-3 p-4 wide:p-6">
      <RoomHead title={t('room.audit')} subtitle={t('audit.subtitle')}>
        {isOwner && (
          <LinkButton look="plain" href={writePlace({ room: 'people' })}>
            {t('room.people')}
          </LinkButton>
        )}
        {pages.stale && (
          <Button look="primary" icon={RefreshCw} onClick={pages.reload}>
            {t('newer')}
          </Button>
        )}
      </RoomHead>
      <FilterChips
        of={[
          ...(who
            ? [
                {
                  name: 'who',
                  label: t('audit.only_who', { name: who }),
                  onRemove: () => narrow({ who: undefined }),
                },
              ]
            : []),
          ...(what
            ? [
                {
                  name: 'what',
                  label: t('audit.only_what', { what: word(what) }),
                  onRemove: () => narrow({ what: undefined }),
                },
              ]
            : []),
        ]}
      />
      {pages.trouble && pages.rows.length === 0 ? (
        <NotYet query={pages} />
      ) : (
        <VirtualTable<Line>
          caption={t('audit.list')}
          pages={pages}
          rowKey={({ no }) => String(no)}
          columns={[
            {
              key: 'when',
              head: t('audit.col_when'),
              className: 'w-46 max-[760px]:hidden',
              cell: ({ at }) => moment(at),
            },
            {
              key: 'who',
              head: t('audit.col_who'),
              className: 'w-[17%] max-[760px]:w-[22%]',
              cell: (line) => (
                <button type="button" className={press} onClick={() => narrow({ who: line.who })}>
                  <bdi>{line.who}</bdi>
                </button>
              ),
            },
            {
              key: 'what',
              head: t('audit.col_what'),
              cell: (line) => (
                <>
                  <button
                    type="button"
                    className={`${press} font-medium`}
                    onClick={() => narrow({ what: line.what })}
                  >
                    {word(line.what)}
                  </button>
                  <span className="one-line block text-13 text-ink-soft min-[761px]:hidden">
                    {moment(line.at)}
                  </span>
                </>
              ),
            },
            {
              key: 'about',
              head: t('audit.col_about'),
              className: 'w-[28%] max-[760px]:w-[30%]',
              cell: (line) => (
                <>
                  <bdi className="one-line block">{aboutText(line)}</bdi>
                  <span className="one-line block text-13 text-ink-soft">
                    {detailText(line.detail, line.about_name, { t, kind, day: (of) => day(of, 'year') })}
                  </span>
                </>
              ),
            },
          ]}
          empty={
            <EmptyState
              icon={who || what ? SearchX : History}
              title={who || what ? t('ledgers.none') : t('audit.none')}
            >
              {who || what ? t('exceptions.none_match_body') : t('audit.none_body')}
            </EmptyState>
          }
        />
      )}
    </div>
  )
}

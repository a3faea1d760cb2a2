import type { LucideIcon } from 'lucide-react'
import { Activity, Building2, CalendarDays, Download, ListChecks, Settings, Users } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import { useRef } from 'react'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Icon } from '../../ui/icon.tsx'
import { Keys } from '../../ui/keys.tsx'
import { ROOMS, type RoomName, roomBeside, writePlace } from './location.ts'
import { useWords } from './use-words.ts'

const DRAWINGS: Record<RoomName, LucideIcon> = {
  today: CalendarDays,
  events: ListChecks,
  staff: Users,
  settings: Settings,
  health: Activity,
  export: Download,
  office: Building2,
}

/** The rooms, in a column: number keys from anywhere, arrows within, links for everybody else. */
export function Rail({
  room,
  onRoom,
  onLeave,
}: {
  room: RoomName
  onRoom: (room: RoomName) => void
  onLeave: () => void
}) {
  const { t } = useWords()
  const list = useRef<HTMLUListElement>(null)
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const next = roomBeside(room, step)
    onRoom(next)
    list.current?.querySelector<HTMLElement>(`[data-room="${next}"]`)?.focus()
  }
  return (
    <nav
      aria-label={t('rooms')}
      className="flex w-46 shrink-0 flex-col border-r border-line bg-surface p-3 wide:w-54"
    >
      <ul ref={list} onKeyDown={onKeyDown} className="flex flex-col gap-1">
        {ROOMS.map((name, index) => (
          <li key={name}>
            <a
              href={writePlace({ room: name, query: '' })}
              data-room={name}
              aria-current={name === room ? 'page' : undefined}
              aria-keyshortcuts={String(index + 1)}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return
                event.preventDefault()
                onRoom(name)
              }}
              className={classNames(
                'flex min-h-12 items-center gap-2 rounded-card px-2 text-15 wide:gap-3 wide:px-3 font-medium select-none',
                'transition-colors duration-100',
                name === room
                  ? 'bg-brand-soft text-brand-ink'
                  : 'text-ink-soft hover:bg-hover hover:text-ink',
              )}
            >
              <Icon of={DRAWINGS[name]} className="shrink-0" />
              <span className="one-line flex-1">{t(`room.${name}`)}</span>
              <Keys of={String(index + 1)} />
            </a>
          </li>
        ))}
      </ul>
      <div className="flex-1" />
      <Button shortcut="Esc" wide onClick={onLeave}>
        {t('leave')}
      </Button>
    </nav>
  )
}

import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import { EventsRoom } from '../events/events-room.tsx'
import { ExportRoom } from '../export/export-room.tsx'
import { HealthRoom } from '../health/health-room.tsx'
import { OfficeRoom } from '../office/office-room.tsx'
import { useSettingsDraft } from '../settings/settings-draft.ts'
import { SettingsRoom } from '../settings/settings-room.tsx'
import { StaffRoom } from '../staff/staff-room.tsx'
import { TodayRoom } from '../today/today-room.tsx'
import type { Place, RoomName } from './location.ts'
import { useManager } from './manager-context.ts'
import { Rail } from './rail.tsx'
import { TopBar } from './top-bar.tsx'
import { UnsavedDialog } from './unsaved-dialog.tsx'
import { useRoomKeys } from './use-room-keys.ts'

/** Top bar, rooms at the left, the room. */
export function Frame({ place, onLeave }: { place: Place; onLeave: () => void }) {
  const { go } = useManager()
  const draft = useSettingsDraft()
  const [asking, setAsking] = useState(false)
  const main = useRef<HTMLElement>(null)
  const leave = (): void => (draft.changed ? setAsking(true) : onLeave())
  const open = (room: RoomName): void => go({ room, query: '' })
  useRoomKeys(open, leave)
  const { room } = place
  // A new room is read from its top. The focus stays on the rail while arrows walk along it.
  useEffect(() => {
    main.current?.scrollTo(0, 0)
    if (room && !document.activeElement?.closest('nav')) document.getElementById('room-title')?.focus()
  }, [room])
  return (
    <div className="flex h-full flex-col bg-paper text-ink">
      <TopBar />
      <div className="flex min-h-0 flex-1">
        <Rail room={room} onRoom={open} onLeave={leave} />
        <main ref={main} className="scroll-quiet relative flex min-w-0 flex-1 flex-col overflow-y-auto">
          <Room place={place} />
        </main>
      </div>
      {asking && (
        <UnsavedDialog
          onStay={() => setAsking(false)}
          onLeave={() => {
            draft.discard()
            onLeave()
          }}
        />
      )}
    </div>
  )
}

function Room({ place }: { place: Place }) {
  const rooms: Record<RoomName, () => ReactNode> = {
    today: () => <TodayRoom query={place.query} />,
    events: () => <EventsRoom query={place.query} />,
    staff: () => <StaffRoom />,
    settings: () => <SettingsRoom />,
    health: () => <HealthRoom />,
    export: () => <ExportRoom />,
    office: () => <OfficeRoom />,
  }
  return rooms[place.room]()
}

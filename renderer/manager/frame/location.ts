/** Where in the manager's rooms one is. It lives in the address, so that a view can be reopened and gone back to. */

export const ROOMS = ['today', 'events', 'staff', 'settings', 'health', 'export', 'office'] as const
export type RoomName = (typeof ROOMS)[number]

export interface Place {
  readonly room: RoomName
  /** What the room itself keeps in the address: a day, filters, the open entry. */
  readonly query: string
}

const PREFIX = '#/manager'

/** True when an address names a view of the manager. */
export const isManagerHash = (hash: string): boolean =>
  hash === PREFIX || hash.startsWith(`${PREFIX}/`) || hash.startsWith(`${PREFIX}?`)

/** Reads an address. Anything that is not a room of ours leads to today: a stale link is no dead end. */
export function readPlace(hash: string): Place {
  if (!isManagerHash(hash)) return { room: 'today', query: '' }
  const [path = '', query = ''] = splitOnce(hash.slice(PREFIX.length + 1), '?')
  const room = ROOMS.find((name) => name === path)
  return room ? { room, query } : { room: 'today', query: '' }
}

export function writePlace(place: Place): string {
  return `${PREFIX}/${place.room}${place.query === '' ? '' : `?${place.query}`}`
}

/** The room `step` places further round, so that arrow keys never end at a wall. */
export function roomBeside(room: RoomName, step: number): RoomName {
  const index = (ROOMS.indexOf(room) + step + ROOMS.length) % ROOMS.length
  return ROOMS[index] ?? room
}

/** The room of a number key: "1" is the first. */
export function roomOfKey(key: string): RoomName | undefined {
  return /^[1-9]$/.test(key) ? ROOMS[Number(key) - 1] : undefined
}

function splitOnce(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

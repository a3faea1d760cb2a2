/** Where in the console one is. It lives in the address, so that every view is a link. */

export const ROOMS = [
  'overview',
  'stores',
  'customers',
  'loyalty',
  'ledgers',
  'exceptions',
  'reconciliation',
  'people',
  'audit',
] as const
export type RoomName = (typeof ROOMS)[number]

export interface Place {
  readonly room: RoomName
  /** One thing of the room: a till, a customer, a report. Empty: the room itself. */
  readonly of: string
  /** Filters and what is open, by name. */
  readonly query: Readonly<Record<string, string>>
}

const SHORT_TEXT_MAX = 200

/** Reads an address. Anything that is not a room of ours leads to the overview: a stale link is no dead end. */
export function readPlace(hash: string): Place {
  const [path = '', query = ''] = splitOnce(hash.replace(/^#\/?/, ''), '?')
  const [name = '', of = ''] = path.split('/')
  const room = ROOMS.find((one) => one === name)
  if (!room) return { room: 'overview', of: '', query: {} }
  const found: Record<string, string> = {}
  for (const [key, value] of new URLSearchParams(query)) found[key] = value.slice(0, SHORT_TEXT_MAX)
  return { room, of: /^[\w-]{1,64}$/.test(of) ? of : '', query: found }
}

export function writePlace(place: {
  readonly room: RoomName
  readonly of?: string
  readonly query?: Readonly<Record<string, string | undefined>>
}): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(place.query ?? {})) if (value) params.set(name, value)
  const query = params.toString().replaceAll('%2C', ',')
  return `#/${place.room}${place.of ? `/${place.of}` : ''}${query === '' ? '' : `?${query}`}`
}

function splitOnce(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

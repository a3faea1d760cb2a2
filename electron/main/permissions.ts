import type { Session } from 'electron/main'
import { isOurs } from './protocol.ts'

/** What our own page may do: put text on the clipboard (a hash, the recovery phrase). Nothing else is ever granted. */
const GRANTED: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

/** Denies by default. Electron grants what nobody answers for, so every kind of question has its handler here. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) => {
    answer(GRANTED.has(permission) && isOurs(requestingUrl))
  })
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => GRANTED.has(permission) && isOurs(origin),
  )
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer(null))
}

import { ok } from '../../../shared/base/result.ts'
import type { MethodName } from '../../../shared/ipc/contract.ts'
import type { TillParts } from '../till.ts'
import type { Handlers } from './handler.ts'

export type HeadOfficeMethod = Extract<MethodName, `hq.${string}` | 'customer.fetch'>

/** Handlers of everything about head office. */
export function headOfficeHandlers({ headOffice }: TillParts): Pick<Handlers, HeadOfficeMethod> {
  return {
    'hq.connection': () => ok(headOffice.connection()),
    'hq.enrol': (input, caller) => headOffice.enrol(input, caller.staff.id),
    'hq.metered'(input) {
      headOffice.setMetered(input.metered)
      return ok({ metered: input.metered })
    },
    'hq.send_now': () => headOffice.sendNow(),
    'hq.export_unsent': (input) => headOffice.exportUnsent(input.cursor),
    'hq.import_package': (input) =>
      headOffice.uploads.take(input, (lines) => headOffice.importPackage(lines)),
    'customer.fetch': async (input) => ok(await headOffice.fetch(input.customer_id)),
  }
}

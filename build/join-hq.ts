import { callControl } from '../electron/platform/control-socket.ts'
import { ok, type Result, refuse } from '../shared/base/result.ts'
import type { RunningHq } from './start-hq.ts'

/** Its folder was emptied, or the till was enrolled somewhere else: nothing of it is given to a head office it does not know. */
const belongsTo = (name: string): string =>
  `it belongs to ${name}, which is not in this head office. Everything on the till is safe. Bring that head office ` +
  'back ("npm run hq -- restore FILE"), or try both anew with an empty folder ("npm start -- --data DIR")'

/**
 * Makes the running till one of the demo store, or tells one that is enrolled where head office is now. A till that
 * worked alone keeps its ledger.
 */
export async function joinHq(
  dir: string,
  hq: Pick<RunningHq, 'address' | 'demo' | 'code'>,
): Promise<Result<null, string>> {
  const till = await callControl(dir)
  if (till === null) return refuse('the till does not answer')
  try {
    const known = await till.call('hq_address', { url: hq.address, tenant: hq.demo.tenant })
    if (known.ok) return known.output.moved ? ok(null) : refuse(belongsTo(known.output.tenant_name))
    const code = await hq.code()
    if (!code.ok) return code
    const joined = await till.call('enrol', { url: hq.address, code: code.value, wait: true })
    return joined.ok ? ok(null) : refuse(joined.message)
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  } finally {
    till.close()
  }
}

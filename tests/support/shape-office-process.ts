import { addCaller, openShapeOffice } from './shape-office.ts'

/** A shape office as a process of its own: argv is the database and the number of callers `till-0`, `till-1`, ... */

const [databaseUrl = '', callers = '0'] = process.argv.slice(2)
const office = await openShapeOffice(databaseUrl)
for (let i = 0; i < Number(callers); i += 1) addCaller(office, `till-${i}`)

export type OfficeSaid =
  | { readonly url: string }
  | { readonly rssMb: number; readonly cpuMs: number; readonly troubles: number }

const say = (said: OfficeSaid): void => {
  process.send?.(said)
}
process.on('message', (asked) => {
  if (asked === 'close') {
    void office.close().then(() => process.disconnect())
    return
  }
  const { user, system } = process.cpuUsage()
  say({
    rssMb: process.memoryUsage.rss() / 1024 / 1024,
    cpuMs: (user + system) / 1_000,
    troubles: office.troubles.length,
  })
})
// Whoever started it is gone.
process.once('disconnect', () => process.exit())
say({ url: office.url })

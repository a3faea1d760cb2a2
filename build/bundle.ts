import path from 'node:path'
import { createBuilder } from 'vite'

/** `node build/bundle.ts client main preload`: builds these environments of vite.config.ts, in this order. */

const ROOT = path.resolve(import.meta.dirname, '..')

const builder = await createBuilder({
  root: path.join(ROOT, 'renderer'),
  configFile: path.join(ROOT, 'vite.config.ts'),
  logLevel: 'warn',
})
for (const name of process.argv.slice(2)) {
  const environment = builder.environments[name]
  if (!environment) throw new Error(`vite.config.ts has no environment "${name}"`)
  await builder.build(environment)
}

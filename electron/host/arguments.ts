import { parseArgs } from 'node:util'
import { DATA_DIR, dataDirectory, wholeNumber } from '../platform/flags.ts'

export interface HostArguments {
  readonly dir: string
  readonly port: number
  readonly open: boolean
  /** Printed on the line before the address when the till holds demo data. */
  readonly demoNote: string
}

/** Reads the browser host's flags; throws a sentence for the person. */
export function hostArguments(argv: readonly string[]): HostArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      data: { type: 'string', default: DATA_DIR },
      port: { type: 'string', default: '0' },
      'no-open': { type: 'boolean', default: false },
      'demo-note': { type: 'string', default: '' },
    },
  })
  return {
    dir: dataDirectory(values.data),
    port: wholeNumber('--port', values.port, 0, 65_535),
    open: !values['no-open'],
    demoNote: values['demo-note'],
  }
}

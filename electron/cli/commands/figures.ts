import { groupThousands } from '../../../shared/base/money.ts'
import { openReading } from '../access.ts'
import { type Command, EXIT, JSON_OPTION, refused } from '../command.ts'

export const stats: Command = {
  name: 'stats',
  operands: '',
  operandCount: 0,
  summary: 'how much the ledger holds',
  options: JSON_OPTION,
  details: ['Amounts in JSON are in kobo, dates are days of the shop or null.'],
  async run(given, terminal) {
    const opened = await openReading(given.dir)
    if (!opened.ok) return refused(opened.refusal, terminal)
    try {
      const figures = opened.value.stats()
      if (given.flag('json')) {
        await terminal.out(`${JSON.stringify(figures)}\n`)
        return EXIT.done
      }
      const dates = figures.first_sale === null ? '' : ` from ${figures.first_sale} to ${figures.last_sale}`
      const lines = [
        `${groupThousands(figures.customers)} customers`,
        `${groupThousands(figures.sales)} sales${dates}`,
        `${naira(figures.sales_minor)} in sales`,
        `${groupThousands(figures.points)} points open`,
        `${groupThousands(figures.events)} entries`,
      ]
      await terminal.out(`${lines.join('\n')}\n`)
      return EXIT.done
    } finally {
      opened.value.close()
    }
  },
}

export const staff: Command = {
  name: 'staff',
  operands: '',
  operandCount: 0,
  summary: 'who may sign in',
  options: JSON_OPTION,
  details: ['PINs are never shown: the till does not know them, only how to check them.'],
  async run(given, terminal) {
    const opened = await openReading(given.dir)
    if (!opened.ok) return refused(opened.refusal, terminal)
    try {
      const people = opened.value.staff()
      const text = given.flag('json')
        ? JSON.stringify(people)
        : people.map((one) => `${one.name} (${one.role}${one.active ? '' : ', not active'})`).join('\n')
      await terminal.out(`${text}\n`)
      return EXIT.done
    } finally {
      opened.value.close()
    }
  },
}

/** Two decimals always: a column of figures is compared, not read aloud. */
function naira(kobo: number): string {
  return `₦${groupThousands(Math.trunc(kobo / 100))}.${String(kobo % 100).padStart(2, '0')}`
}

import i18next from 'i18next'
import { beforeAll, expect, it } from 'vitest'
import { CONSOLE_WORDS } from '../../i18n/console.ts'
import { startTranslations } from '../../i18n/index.ts'
import { dayText } from '../../ui/dates.ts'
import { detailText } from './detail-text.ts'

beforeAll(() => startTranslations(CONSOLE_WORDS))

const textOf = (detail: Readonly<Record<string, unknown>>, said = ''): string =>
  detailText(detail, said, {
    t: i18next.getFixedT(null, 'hq'),
    day: (day) => dayText(day, 'en-NG', 'year'),
    kind: (kind) => `kind ${kind}`,
  })

it.each<[object, string]>([
  [{ epoch: 2 }, 'chain 2'],
  [{ epoch: 2, from: 4, to: 9, reason: 'a copy' }, 'chain 2, entries 4 to 9, a copy'],
  [{ epoch: 1, store: 'a'.repeat(32), name: 'Till 2' }, 'chain 1, Till 2'],
  [{ role: 'owner', before: 'viewer' }, 'now Owner, before Viewer'],
  [{ role: 'viewer' }, 'Viewer'],
  [{ before: 'Main', name: 'Main Street' }, 'Main Street, Main before'],
  [{ reason: 'stolen', points: 7 }, 'stolen'],
  [{ format: 'csv', from: '2026-11-01', to: '2026-11-22' }, '1 Nov 2026 to 22 Nov 2026, CSV'],
  [{ format: 'json', from: '2026-11-01', till: 'b'.repeat(32) }, 'from 1 Nov 2026, JSON'],
  [{ result: 'differs', compared: 12, differences: 1 }, 'differs, 12 accounts compared, 1 difference'],
  [{ kind: 'fork', decision: 'noted', reason: '' }, 'Two tills say they are the same one, Noted'],
  [{ failures: 5 }, '5 wrong passwords'],
  // Of a newer head office, or of what was before: better nothing than a riddle.
  [{ something: 2, before: { mask: true }, from: ['c'.repeat(32)] }, ''],
])('%j is "%s"', (detail, text) => {
  expect(textOf(detail as Readonly<Record<string, unknown>>)).toBe(text)
})

it('does not say what the line says already', () => {
  expect(textOf({ name: 'Till 2', epoch: 3 }, 'Till 2')).toBe('chain 3')
})

import { DECISIONS, EXCEPTION_KINDS } from '../../../shared/hq/exceptions.ts'
import { HQ_ROLES } from '../../../shared/hq/roles.ts'
import type { useWords } from '../frame/use-words.ts'

type Detail = Readonly<Record<string, unknown>>

interface Words {
  readonly t: ReturnType<typeof useWords>['t']
  /** A day of the calendar as people write it. */
  readonly day: (day: string) => string
  /** A kind of entry. */
  readonly kind: (kind: string) => string
}

const COUNTS = ['accounts', 'rows', 'failures', 'compared', 'differences', 'receipts'] as const
const ID = /^[0-9a-f]{32,}$/
const DAY = /^\d{4}-\d{2}-\d{2}$/

/**
 * What stands beside a line of the audit, in words. A number without a word, and an id, say nothing to a reader and are
 * left out. `said` is what the line says already.
 */
export function detailText(detail: Detail, said: string, words: Words): string {
  const { t } = words
  const found = [
    ...placeWords(detail, words),
    ...nameWords(detail, words),
    ...decisionWords(detail, words),
    ...COUNTS.flatMap((name) => {
      const count = detail[name]
      return typeof count === 'number' ? [t(`audit.detail.${name}`, { count })] : []
    }),
    ...textOf(detail['reason']).map((reason) =>
      reason === 'lost' || reason === 'stolen' ? t(`tills.reason.${reason}`) : reason,
    ),
  ]
  return [...new Set(found)].filter((text) => text !== '' && text !== said).join(', ')
}

const textOf = (value: unknown): readonly string[] =>
  typeof value === 'string' && value !== '' && !ID.test(value) ? [value] : []

/** Which chain, entries, version or days it is about. */
function placeWords({ epoch, from, to, version }: Detail, { t, day }: Words): readonly string[] {
  const found: string[] = []
  if (typeof epoch === 'number') found.push(t('audit.detail.chain', { number: epoch }))
  if (typeof version === 'number') found.push(t('audit.detail.version', { number: version }))
  if (typeof from === 'number' && typeof to === 'number') found.push(t('audit.detail.entries', { from, to }))
  const first = typeof from === 'string' && DAY.test(from) ? day(from) : ''
  const last = typeof to === 'string' && DAY.test(to) ? day(to) : ''
  if (first !== '' && last !== '') found.push(t('audit.detail.days', { from: first, to: last }))
  else if (first !== '') found.push(t('audit.detail.from_day', { day: first }))
  else if (last !== '') found.push(t('audit.detail.to_day', { day: last }))
  return found
}

/** What something is called or may do now, and before. */
function nameWords({ name, before, role, scope, format, result }: Detail, { t }: Words): readonly string[] {
  const roleWord = (value: unknown): string => {
    const known = HQ_ROLES.find((one) => one === value)
    return known ? t(`role.${known}`) : ''
  }
  const found = [...textOf(name)]
  if (roleWord(role) !== '') {
    const was = roleWord(before)
    found.push(was === '' ? roleWord(role) : t('audit.detail.role', { role: roleWord(role), before: was }))
  } else if (before !== name)
    found.push(...textOf(before).map((was) => t('audit.detail.before', { name: was })))
  if (scope === 'tenant' || scope === 'store') found.push(t(`audit.detail.scope_${scope}`))
  if (format === 'csv' || format === 'json') found.push(format.toUpperCase())
  if (result === 'equal' || result === 'differs') found.push(t(`audit.detail.result_${result}`))
  return found
}

/** What was decided of what, or what a file was narrowed to. */
function decisionWords(
  { kind, decision, still, outcome }: Detail,
  { t, kind: kindOf }: Words,
): readonly string[] {
  const found: string[] = []
  const exception = EXCEPTION_KINDS.find((one) => one === kind)
  if (exception) found.push(t(`exceptions.kind.${exception}.title`))
  else if (typeof kind === 'string') found.push(kindOf(kind))
  const decided = DECISIONS.find((one) => one === decision)
  if (decided) found.push(t(`exceptions.decided_as.${decided}`))
  if (still === 'open') found.push(t('audit.detail.still_open'))
  if (outcome === 'posted' || outcome === 'repeated' || outcome === 'quarantined' || outcome === 'withheld')
    found.push(t(`ledgers.outcome_word.${outcome}`))
  return found
}

import { useWords } from '../frame/use-words.ts'

const KNOWN = [
  'unknown_kind',
  'newer_version',
  'unreadable',
  'schema',
  'place_differs',
  'revoked',
  'conflict',
  'closed_generation',
  'dismissed',
  'books',
  'malformed',
  'protocol_unknown',
  'challenge_used',
  'signature_wrong',
  'unknown_device',
  'wrong_tenant',
  'epoch_unknown',
  'epoch_closed',
  'shape_refused',
  'too_large',
] as const

/** Why an entry is not counted, or a till was turned away, in words; a reason of a newer head office as it is called. */
export function useWhyText(): (why: string) => string {
  const { t } = useWords()
  return (why) => {
    const known = KNOWN.find((one) => one === why)
    return known ? t(`ledgers.why.${known}`) : why
  }
}

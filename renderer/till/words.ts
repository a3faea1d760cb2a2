import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { nairaText, pointsText } from '../ui/figures.tsx'
import { isolated } from '../ui/isolated.ts'

/** Ada of "Ada Obi": what one says to her. A name of one word stays whole. */
function callName(name: string): string {
  const first = name.trim().split(/\s+/)[0] ?? ''
  return first.length > 1 ? first : name.trim()
}

type Translate = TFunction<['till', 'common']>

/** Translations of the till, with numbers and names made ready to stand in them. */
export function wordsWith(t: Translate, language: string) {
  return {
    t,
    language,
    points: (value: number) => t('common:points', { count: value, shown: pointsText(value) }),
    naira: (kobo: number) => nairaText(kobo),
    /** The first name, isolated; "the customer" where there is none. */
    called: (name: string) => (name ? isolated(callName(name)) : t('told.customer')),
    named: (name: string) => (name ? isolated(name) : t('find.no_name')),
  }
}

export type Words = ReturnType<typeof wordsWith>

export function useWords(): Words {
  const { t, i18n } = useTranslation(['till', 'common'])
  return wordsWith(t, i18n.language)
}

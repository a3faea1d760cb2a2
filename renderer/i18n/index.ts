import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Refusal } from '../../shared/base/refusal.ts'
import type { CONSOLE_WORDS } from './console.ts'
import type { TILL_WORDS } from './till.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: typeof TILL_WORDS & typeof CONSOLE_WORDS
    returnNull: false
  }
}

/**
 * Must be awaited before the first render, so that no key is ever seen. Each page brings its own words: the till does
 * not carry those of the console.
 */
export async function startTranslations(
  words: typeof TILL_WORDS | typeof CONSOLE_WORDS,
  language = 'en-NG',
): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    ns: Object.keys(words),
    defaultNS: 'common',
    resources: { en: words },
    // React escapes what it shows; escaping here would show "&amp;" to the cashier.
    interpolation: { escapeValue: false },
    returnNull: false,
  })
}

/**
 * A refusal in the language of the screen; where it has no words for this code, the sentence that came with it.
 * The fallback is shown as it is: a customer's name inside it is never taken for a placeholder.
 */
export function refusalText(refusal: Pick<Refusal, 'code' | 'sentence' | 'params'>): string {
  for (const language of i18next.languages) {
    const words = i18next.getResource(language, 'refusals', refusal.code) as unknown
    if (typeof words === 'string') {
      return i18next.services.interpolator.interpolate(words, { ...refusal.params }, language, {})
    }
  }
  return refusal.sentence
}

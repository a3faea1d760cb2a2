import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Refusal } from '../../shared/base/refusal.ts'
import { EN, NAMESPACES } from './en.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: typeof EN
    returnNull: false
  }
}

/** Must be awaited before the first render, so that no key is ever seen. */
export async function startTranslations(language = 'en-NG'): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    ns: [...NAMESPACES],
    defaultNS: 'common',
    resources: { en: EN },
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

/**
 * Words for refusals by code. Empty in English: the sentences of `shared/base/refusal.ts` are English already,
 * and two copies would drift. Another language names each code here.
 */
export const refusals = {} as const satisfies Readonly<Record<string, string>>

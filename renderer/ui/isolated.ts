/**
 * Puts a name between Unicode isolates, so that a name in Arabic or Hebrew script does not turn the sentence
 * around it. The same as <bdi>, for sentences.
 */
export const isolated = (name: string): string => `\u2068${name}\u2069`

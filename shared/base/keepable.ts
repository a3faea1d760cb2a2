/** A text without NUL and without half a character: no database keeps those. */
export const KEEPABLE = /^[^\0\p{Cs}]*$/u

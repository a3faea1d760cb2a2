/** What every table reader yields, whatever the file was. */
export interface Row {
  /** Where the row begins in the file, counted as an editor or a spreadsheet counts: from 1. */
  readonly line: number
  readonly cells: readonly string[]
  /** Why the row cannot be used at all; null when it was read whole. */
  readonly problem: string | null
  /** The last line of a text file when no line end follows: it may have been cut off. */
  readonly unended: boolean
}

/** Bounds of what a file may make this process hold. The unit stands last. */
export const TABLE_LIMITS = {
  cellCharsMax: 32_767,
  rowCellsMax: 512,
  sampleChars: 65_536,
  readBytes: 65_536,
  xlsxUnpackedBytesMax: 2 * 1024 ** 3,
  /** The texts of a workbook are all held at once, at twice their size. */
  xlsxTextsBytesMax: 256 * 1024 ** 2,
} as const

/** Turns text that arrives in pieces into rows. `push` may be called at any split of the text. */
export interface Splitter {
  push(text: string): Row[]
  /** The rows that were still open when the file ended. */
  end(): Row[]
}

/** Text in a fixed number of columns, as a receipt printer sets it. */

/** Words on as many lines as they need; a word longer than a line is cut. */
export function wrapText(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((one) => pieces(one, columns))) {
    if (line === '') line = word
    else if (line.length + 1 + word.length <= columns) line += ` ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}

function pieces(word: string, columns: number): readonly string[] {
  return word.length <= columns ? [word] : [word.slice(0, columns), ...pieces(word.slice(columns), columns)]
}

/** Label at the left, value at the right; on lines of their own where they do not fit beside each other. */
export function pairLines(label: string, value: string, columns: number): readonly string[] {
  if (value === '') return wrapText(label, columns)
  const room = columns - label.length - value.length
  if (room >= 1) return [label + ' '.repeat(room) + value]
  return [...wrapText(label, columns), ...wrapText(value, columns).map((line) => line.padStart(columns))]
}

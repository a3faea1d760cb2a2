/**
 * Text as every receipt printer has it. Which letters lie where in a printer's code page differs from maker to maker,
 * and few know the naira sign: what is not plain ASCII is written by its nearest plain letters, and ₦ as NGN.
 */
const PLAIN: Readonly<Record<string, string>> = {
  '₦': 'NGN ',
  '×': 'x',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '−': '-',
  '…': '...',
  '\u00a0': ' ',
  Ɓ: 'B',
  ɓ: 'b',
  Ɗ: 'D',
  ɗ: 'd',
  Ƙ: 'K',
  ƙ: 'k',
  Ƴ: 'Y',
  ƴ: 'y',
  ß: 'ss',
  Ø: 'O',
  ø: 'o',
  Ł: 'L',
  ł: 'l',
}

export function asciiText(text: string): string {
  const plain = [...text].map((letter) => PLAIN[letter] ?? letter).join('')
  return plain
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^ -~]/gu, '?')
}

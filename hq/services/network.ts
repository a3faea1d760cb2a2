const GROUPS = 8
const GROUPS_OF_NETWORK = 4

/** An address as tries are counted: whoever has one of IPv6 has 2^64 of them. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.split('::')
  const groups = (part: string): readonly string[] => part.split(':').filter((group) => group !== '')
  const zeros = Math.max(0, GROUPS - groups(head).length - groups(tail).length)
  const all = [...groups(head), ...Array<string>(zeros).fill('0'), ...groups(tail)]
  return `${all.slice(0, GROUPS_OF_NETWORK).join(':')}::/64`
}

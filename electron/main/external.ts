import type { ElectronParts } from './parts.ts'

/** Sites of the maker that the app may show in the person's own browser. None yet. */
const HOSTS: readonly string[] = []

/** The address when it may be opened outside, else null. https only; the host must be named, not merely similar. */
export function externalAddress(address: string, hosts: readonly string[] = HOSTS): string | null {
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  const plain = url.username === '' && url.password === '' && url.port === ''
  return url.protocol === 'https:' && plain && hosts.includes(url.hostname) ? url.href : null
}

/** The only use of `shell` in the app. An address that may not be opened is not opened. */
export async function openOutside(
  shell: ElectronParts['shell'],
  address: string,
  hosts: readonly string[] = HOSTS,
): Promise<void> {
  const allowed = externalAddress(address, hosts)
  if (allowed !== null) await shell.openExternal(allowed)
}

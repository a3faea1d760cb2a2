import tls from 'node:tls'

/**
 * `fetch` that trusts what this computer trusts: a shop whose network looks into https has its own authority in the
 * system's list, and Node knows only its built-in one (and NODE_EXTRA_CA_CERTS, which a packaged app ignores). Reading
 * the list takes half a second, so it waits for the first https request.
 */
export function trustingFetch(log: (line: string) => void): typeof globalThis.fetch {
  let read = false
  return (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    if (!read && url.startsWith('https:')) {
      read = true
      trustTheSystem(log)
    }
    return globalThis.fetch(input, init)
  }
}

function trustTheSystem(log: (line: string) => void): void {
  try {
    const known = [...tls.getCACertificates('default'), ...tls.getCACertificates('system')]
    tls.setDefaultCACertificates(known)
  } catch (error) {
    // The built-in list still stands, which is enough wherever nobody looks into https.
    log(`the certificates of this computer were not read: ${error instanceof Error ? error.message : error}`)
  }
}

import type { Answered, Asked } from './network.ts'

/** Of one address, and of one path: what is older is forgotten. */
const KEPT_MAX = 8

/**
 * What a machine between the tills and head office has heard, and may give again: as a cache that keeps what it was
 * told not to keep, or as a proxy that mixes up two answers. A cache keeps each till's answers apart, as they are
 * asked for with different tokens.
 */
export class ProxyMemory {
  readonly #byAddress = new Map<string, readonly Answered[]>()
  readonly #byPath = new Map<string, readonly Answered[]>()

  heard(till: string, { method, url }: Asked, answered: Answered): void {
    if (method === 'GET') keep(this.#byAddress, `${till} ${url}`, answered)
    else keep(this.#byPath, url, answered)
  }

  /** What this till was answered at this address before. */
  older(till: string, { method, url }: Asked): readonly Answered[] {
    return method === 'GET' ? (this.#byAddress.get(`${till} ${url}`) ?? []) : []
  }

  /** What any till was answered on this path. */
  others({ method, url }: Asked): readonly Answered[] {
    return method === 'GET' ? [] : (this.#byPath.get(url) ?? [])
  }
}

function keep(all: Map<string, readonly Answered[]>, key: string, answered: Answered): void {
  all.set(key, [...(all.get(key) ?? []), answered].slice(-KEPT_MAX))
}

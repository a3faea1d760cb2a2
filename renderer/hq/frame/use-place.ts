import { useCallback, useSyncExternalStore } from 'react'
import { type Place, readPlace, writePlace } from './location.ts'

const subscribe = (onChange: () => void): (() => void) => {
  addEventListener('hashchange', onChange)
  return () => removeEventListener('hashchange', onChange)
}

/** The place in the address. */
export function usePlace(): Place {
  return readPlace(useSyncExternalStore(subscribe, () => location.hash))
}

/** Changes what stands in the query of the present place; `undefined` takes a name out. */
export function useNarrow(): (change: Readonly<Record<string, string | undefined>>) => void {
  return useCallback((change) => {
    const place = readPlace(location.hash)
    location.hash = writePlace({ ...place, query: { ...place.query, ...change } })
  }, [])
}

import { useCallback, useSyncExternalStore } from 'react'
import { type Place, readPlace, writePlace } from './location.ts'

const subscribe = (onChange: () => void): (() => void) => {
  addEventListener('hashchange', onChange)
  addEventListener('popstate', onChange)
  return () => {
    removeEventListener('hashchange', onChange)
    removeEventListener('popstate', onChange)
  }
}

/** The place in the address, and how to go to another. `replace` is for typing: one step back, not one a letter. */
export function usePlace(): readonly [Place, (place: Place, how?: 'push' | 'replace') => void] {
  const hash = useSyncExternalStore(subscribe, () => location.hash)
  const go = useCallback((place: Place, how: 'push' | 'replace' = 'push') => {
    const next = writePlace(place)
    if (next === location.hash) return
    if (how === 'push') location.hash = next
    else {
      history.replaceState(null, '', next)
      dispatchEvent(new HashChangeEvent('hashchange'))
    }
  }, [])
  return [readPlace(hash), go]
}

import type { Answered, Asking } from '../../../shared/hq/contract.ts'
import type { ConsoleProblem } from '../../../shared/hq/problem.ts'
import { API_PATH, type ChangeName, ROUTES, type RouteName } from '../../../shared/hq/routes.ts'

/** `failed`: nobody knows what became of it. The same question again carries the same key and has one effect. */
type Answer<R extends RouteName> =
  | { readonly outcome: 'done'; readonly value: Answered<R> }
  | { readonly outcome: 'refused'; readonly problem: ConsoleProblem }
  | { readonly outcome: 'failed' }

export interface ConsoleClient {
  /** `quietly`: asked by the page and not by a person, so it keeps nobody signed in. */
  ask<R extends RouteName>(route: R, question: Asking<R>, quietly?: boolean): Promise<Answer<R>>
}

interface ClientParts {
  fetch(path: string, init: RequestInit): Promise<Response>
  readonly newId: () => string
  /** Head office no longer knows who this is. */
  onSignedOut(): void
}

/** The one way from the console to head office. Keys of changes live here until an answer came. */
export function createClient({ fetch, newId, onSignedOut }: ClientParts): ConsoleClient {
  const keys = new Map<string, string>()
  return {
    async ask<R extends RouteName>(route: R, question: Asking<R>, quietly = false): Promise<Answer<R>> {
      const { method } = ROUTES[route]
      const { path, rest } = fillPath(route, question)
      const kept = `${route} ${JSON.stringify(question)}`
      const headers: Record<string, string> = quietly ? { 'kasuwa-quiet': '1' } : {}
      if (isChange(route)) {
        const key = keys.get(kept) ?? newId()
        keys.set(kept, key)
        headers['idempotency-key'] = key
        headers['content-type'] = 'application/json'
      }
      try {
        const response = await fetch(method === 'GET' ? `${path}${queryOf(rest)}` : path, {
          method,
          headers,
          ...(method === 'GET' ? {} : { body: JSON.stringify(rest) }),
        })
        const body: unknown = await response.json()
        // A server that stumbled may have done it all the same: the key stays.
        if (response.status < 500) keys.delete(kept)
        if (response.ok) return { outcome: 'done', value: body as Answered<R> }
        const problem = body as ConsoleProblem
        if (problem.code === 'not_signed_in') onSignedOut()
        return { outcome: 'refused', problem }
      } catch {
        return { outcome: 'failed' }
      }
    },
  }
}

const isChange = (route: RouteName): route is ChangeName => ROUTES[route].method !== 'GET'

/** Takes from the question what stands in the path. */
function fillPath(route: RouteName, question: object): { path: string; rest: Record<string, unknown> } {
  const rest: Record<string, unknown> = { ...question }
  const path = ROUTES[route].path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = rest[name]
    delete rest[name]
    return encodeURIComponent(String(value))
  })
  return { path: `${API_PATH}${path}`, rest }
}

/** "?a=1&b=2" of what has a value; empty for nothing. */
export function queryOf(question: Record<string, unknown>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(question)) {
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

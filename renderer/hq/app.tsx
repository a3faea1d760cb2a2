import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { newId } from '../bridge/browser-clock.ts'
import { createClient } from './api/client.ts'
import { ConsoleContext, type Session } from './api/console-context.ts'
import { usePulse } from './api/use-pulse.ts'
import { Frame } from './frame/frame.tsx'
import { SignIn } from './sign-in/sign-in.tsx'
import { Unreachable } from './sign-in/unreachable.tsx'

type Standing = 'asking' | 'out' | 'unreachable' | Session

/** The console: signing in, or the rooms. */
export function App() {
  const [standing, setStanding] = useState<Standing>('asking')
  const [ended, setEnded] = useState(false)
  const signedIn = useRef(false)
  const client = useMemo(
    () =>
      createClient({
        fetch: (path, init) => fetch(path, init),
        newId,
        onSignedOut: () => {
          setEnded(signedIn.current)
          signedIn.current = false
          setStanding('out')
        },
      }),
    [],
  )
  const enter = useCallback((session: Session) => {
    signedIn.current = true
    setEnded(false)
    setStanding(session)
  }, [])
  const look = useCallback(async () => {
    setStanding('asking')
    const answer = await client.ask('session.read', {})
    if (answer.outcome === 'done' && answer.value.session) enter(answer.value.session)
    else if (answer.outcome === 'done') setStanding('out')
    else setStanding('unreachable')
  }, [client, enter])
  useEffect(() => void look(), [look])

  if (standing === 'asking') return <main className="h-full bg-paper" />
  if (standing === 'unreachable') return <Unreachable onAgain={() => void look()} />
  if (standing === 'out') return <SignIn client={client} ended={ended} onSignedIn={enter} />
  const leave = async (): Promise<void> => {
    signedIn.current = false
    await client.ask('session.sign_out', {})
    setStanding('out')
  }
  return <Rooms client={client} session={standing} leave={() => void leave()} />
}

function Rooms({
  client,
  session,
  leave,
}: {
  client: ReturnType<typeof createClient>
  session: Session
  leave: () => void
}) {
  const { pulse, reachable } = usePulse(client)
  const value = useMemo(
    () => ({ client, session, pulse, reachable, now: pulse?.now ?? session.now, leave }),
    [client, session, pulse, reachable, leave],
  )
  return (
    <ConsoleContext value={value}>
      <Frame />
    </ConsoleContext>
  )
}

import { useCallback, useEffect, useState } from 'react'
import type { Output } from '../../../shared/ipc/contract.ts'
import type { TillClient } from '../../bridge/client.ts'

type Status = Output<'system.status'>

/** Store, staff and day, renewed when they change. A failure after the first answer leaves the last one standing. */
export function useStatus(
  client: TillClient,
  token: string,
): { readonly value: Status | null; readonly trouble: boolean; readonly reload: () => void } {
  const [value, setValue] = useState<Status | null>(null)
  const [trouble, setTrouble] = useState(false)
  const load = useCallback(async () => {
    const answer = await client.call('system.status', {}, token)
    if (answer.outcome === 'done') setValue(answer.value)
    setTrouble(answer.outcome !== 'done')
  }, [client, token])
  useEffect(() => {
    void load()
    return client.onNotice((notice) => {
      const mine = notice.notice === 'changed' && (notice.what === 'settings' || notice.what === 'staff')
      if (mine) void load()
    })
  }, [client, load])
  return { value, trouble, reload: () => void load() }
}

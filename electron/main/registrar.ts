import type { IpcMainInvokeEvent, WebContents } from 'electron/main'
import type { ScreenDoor } from '../platform/supervision/till-host.ts'
import type { ElectronParts } from './parts.ts'
import { isOurs } from './protocol.ts'

/** The channels between preload and main. The preload has the same names; a test holds them equal. */
export const CHANNELS = { call: 'kasuwa:call', state: 'kasuwa:state', notice: 'kasuwa:notice' } as const

/**
 * The only user of `ipcMain`. Answers the main frame of our own page and nobody else; what it carries is checked
 * against the contract by the door, the arguments and the answer.
 */
export function registerDoor(
  ipcMain: ElectronParts['ipcMain'],
  door: ScreenDoor,
  contents: () => WebContents,
): { close(): void } {
  const handle = (channel: string, work: (input: unknown) => unknown): void => {
    ipcMain.handle(channel, (event, input: unknown) => {
      if (!isOurPage(event, contents())) throw new Error('this page may not speak to the till')
      return work(input)
    })
  }
  handle(CHANNELS.call, (input) => door.call(input))
  handle(CHANNELS.state, () => door.state())
  const stop = door.onNotice((notice) => {
    const screen = contents()
    if (!screen.isDestroyed()) screen.send(CHANNELS.notice, notice)
  })
  return {
    close() {
      stop()
      ipcMain.removeHandler(CHANNELS.call)
      ipcMain.removeHandler(CHANNELS.state)
    },
  }
}

/** `senderFrame` is null when the frame is gone or has navigated since it spoke. */
function isOurPage({ sender, senderFrame }: IpcMainInvokeEvent, contents: WebContents): boolean {
  return (
    sender === contents &&
    senderFrame !== null &&
    senderFrame === contents.mainFrame &&
    isOurs(senderFrame.url)
  )
}

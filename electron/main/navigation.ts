import type { WebContents } from 'electron/main'
import { openOutside } from './external.ts'
import type { ElectronParts } from './parts.ts'
import { isOurs } from './protocol.ts'

/** No page of ours leads anywhere else, opens a window, or holds a foreign page inside. */
export function confineNavigation(
  { app, shell }: Pick<ElectronParts, 'app' | 'shell'>,
  log: (line: string) => void,
): void {
  app.on('web-contents-created', (_event, contents) => confine(contents, shell, log))
}

function confine(contents: WebContents, shell: ElectronParts['shell'], log: (line: string) => void): void {
  const stayHere = (details: { url: string; preventDefault(): void }): void => {
    if (!isOurs(details.url)) details.preventDefault()
  }
  contents.on('will-navigate', stayHere)
  contents.on('will-frame-navigate', stayHere)
  contents.on('will-redirect', stayHere)
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(shell, url).catch((error: unknown) => {
      log(
        `a page could not be shown in the browser: ${error instanceof Error ? error.message : String(error)}`,
      )
    })
    return { action: 'deny' }
  })
}

import type { ElectronParts } from './parts.ts'

/**
 * A packaged till has no menu, and with it no shortcut for reload, zoom or developer tools. macOS keeps the two
 * menus without which copy, paste and quit do not work.
 */
export function setMenu(
  { Menu }: Pick<ElectronParts, 'Menu'>,
  packaged: boolean,
  platform: NodeJS.Platform = process.platform,
): void {
  if (!packaged) return
  const menu =
    platform === 'darwin'
      ? Menu.buildFromTemplate([{ label: 'Kasuwa', submenu: [{ role: 'quit' }] }, { role: 'editMenu' }])
      : null
  Menu.setApplicationMenu(menu)
}

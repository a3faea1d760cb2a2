import type { z } from 'zod'
import { type Refusal, refusal } from '../../shared/base/refusal.ts'
import { ok, type Result, refuse } from '../../shared/base/result.ts'
import { PrinterSettings } from '../../shared/ipc/receipt-values.ts'
import type { PrinterTarget } from '../platform/printer.ts'
import type { Database } from './database.ts'

/** Which printer this machine has. No event: it says nothing about the shop, and a till that moves has another one. */
type Settings = z.infer<typeof PrinterSettings>

/** The port on which receipt printers listen. */
const USUAL_PORT = 9_100

const NO_PRINTER: Settings = {
  kind: 'none',
  host: '',
  port: USUAL_PORT,
  device: '',
  paper: 80,
  every_sale: false,
}

interface PrinterSettingsStore {
  get(): Settings
  /** Refuses setting_invalid with the field. */
  set(settings: Settings): Result<Settings, Refusal>
}

export function printerSettings(db: Database): PrinterSettingsStore {
  const read = db.prepare<[], string>(`SELECT value FROM till WHERE key = 'printer'`).pluck()
  const write = db.prepare<[string]>(
    `INSERT INTO till (key, value) VALUES ('printer', ?) ON CONFLICT DO UPDATE SET value = excluded.value`,
  )
  return {
    get() {
      const text = read.get()
      return text === undefined ? NO_PRINTER : PrinterSettings.parse(JSON.parse(text))
    },
    set(settings) {
      const checked = checkPrinter(settings)
      if (checked.ok) write.run(JSON.stringify(checked.value))
      return checked
    },
  }
}

const HOST = /^[\p{L}\d](?:[\p{L}\d.:-]*[\p{L}\d])?$/u
/** Devices alone, and of Windows' those of printers: a path that leads anywhere else could write over something. */
const DEVICE = /^(?:\/dev\/(?!.*\.\.)[\w./-]+|(?:\\\\\.\\)?(?:COM|LPT|USB)\d{1,3}:?)$/

/** Settings as they are kept. Refuses setting_invalid. */
export function checkPrinter(settings: Settings): Result<Settings, Refusal> {
  const { kind, port } = settings
  const [host, device] = [settings.host.trim(), settings.device.trim()]
  const wrong = (field: string, why: string) => refuse(refusal('setting_invalid', { field, why }))
  if (kind === 'network' && !HOST.test(host)) {
    return wrong('Address of the printer', 'type it as the printer shows it, for example 192.168.1.50')
  }
  if (kind === 'network' && port === 0) return wrong('Port of the printer', 'type a number from 1 to 65535')
  if (kind === 'device' && !DEVICE.test(device)) {
    return wrong(
      'Device of the printer',
      'type it as this computer names it, for example /dev/usb/lp0 or COM3',
    )
  }
  return ok({ ...settings, host, device, every_sale: settings.every_sale && kind !== 'none' })
}

/** Where receipts go; null without a printer. */
export function targetOf({ kind, host, port, device }: Settings): PrinterTarget | null {
  if (kind === 'network') return { kind, host, port }
  return kind === 'device' ? { kind, path: device } : null
}

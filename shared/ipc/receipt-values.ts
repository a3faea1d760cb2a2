import { z } from 'zod'

/** Receipts, the printer of this till, and membership cards. */

export const Receipt = z.object({
  store: z.string(),
  till: z.string(),
  /** On the shop's calendar and clock: "22 Nov 2026, 14:32". */
  at: z.string(),
  /** Groups with a line between them; a `note` is a sentence and has no value. */
  groups: z.array(
    z.array(z.object({ label: z.string(), value: z.string(), look: z.enum(['plain', 'strong', 'note']) })),
  ),
  /** What the QR code says. */
  qr: z.string(),
  qr_hint: z.string(),
  /** Proof for the next redemption; null while none is given. */
  code: z.string().nullable(),
})

/** Belongs to this machine: no event, and no other till knows of it. */
export const PrinterSettings = z.object({
  kind: z.enum(['none', 'network', 'device']),
  /** Of a printer on the network: a name or an address, and its port (9100 unless its paper says otherwise). */
  host: z.string().max(253),
  port: z.int().min(0).max(65_535),
  /** Of a printer on a cable, as the system names it: /dev/usb/lp0, COM3. */
  device: z.string().max(200),
  /** Width of the paper in mm. */
  paper: z.union([z.literal(58), z.literal(80)]),
  /** A receipt is printed after every sale; else when it is asked for. */
  every_sale: z.boolean(),
})

/** A file in base64, and the name to keep it under. */
export const FileOut = z.object({ name: z.string(), base64: z.string() })

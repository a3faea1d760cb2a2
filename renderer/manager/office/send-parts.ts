/** A file in parts of text, in order: what the room does, without a screen. */

/** Text of one part; the till takes no more at once. */
export const PART_BYTES = 384 * 1024

type PartAnswer =
  | { readonly outcome: 'taken'; readonly done: { readonly rows: number; readonly made_at: number } | null }
  /** Null: no answer came at all. */
  | { readonly outcome: 'stopped'; readonly sentence: string | null }

interface PartPorts {
  readonly send: (part: number, text: string, last: boolean) => Promise<PartAnswer>
  readonly onPercent: (percent: number) => void
  readonly cancelled: () => boolean
}

type Sent =
  | { readonly outcome: 'done'; readonly rows: number; readonly madeAt: number }
  | { readonly outcome: 'cancelled' }
  | { readonly outcome: 'stopped'; readonly sentence: string | null }

/**
 * Sends a file part by part. A character that lies across the border of two parts goes whole with the later one.
 * A last part that is taken without an end is reported as stopped: the file was not put in place.
 */
export async function sendParts(file: Blob, ports: PartPorts): Promise<Sent> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const parts = Math.max(1, Math.ceil(file.size / PART_BYTES))
  for (let part = 0; part < parts; part++) {
    if (ports.cancelled()) return { outcome: 'cancelled' }
    const last = part === parts - 1
    const bytes = await file.slice(part * PART_BYTES, (part + 1) * PART_BYTES).arrayBuffer()
    const answer = await ports.send(part, decoder.decode(bytes, { stream: !last }), last)
    if (ports.cancelled()) return { outcome: 'cancelled' }
    if (answer.outcome === 'stopped') return answer
    if (answer.done) return { outcome: 'done', rows: answer.done.rows, madeAt: answer.done.made_at }
    ports.onPercent(Math.floor(((part + 1) / parts) * 100))
  }
  return { outcome: 'stopped', sentence: null }
}

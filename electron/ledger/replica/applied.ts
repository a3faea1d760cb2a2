import type { Applied } from '../../../shared/sync/rows.ts'
import { appliedKey } from '../../../shared/sync/rows.ts'
import type { Database } from '../database.ts'

/** Where an event of this till stands in a chain. */
export interface ChainPlace {
  readonly epoch: number
  readonly seq: number
  readonly device: string
}

/** An own event with every place it has: one that was re-issued stands in more than one epoch. */
export interface PlacedEvent extends ChainPlace {
  readonly copies?: readonly ChainPlace[]
}

export interface AppliedCheck {
  /** True when head office has this event in a row with these `applied`. */
  isIn(applied: Applied, event: PlacedEvent): boolean
  /** The seq up to which a row has the events of this epoch; 0: none. */
  seqIn(applied: Applied, epoch: number, device: string): number
  /** After an epoch was opened. */
  forget(): void
}

/**
 * Which own events are in a row. Head office may know this machine by another device id than the one in its older
 * envelopes: a till that was copied becomes a device of its own, and brings its older epochs along.
 */
export function appliedCheck(db: Database): AppliedCheck {
  const later = db.prepare<[number], string>('SELECT DISTINCT device FROM epoch WHERE epoch > ?').pluck()
  const devices = new Map<string, readonly string[]>()
  const keysOf = (epoch: number, device: string): readonly string[] => {
    const known = devices.get(`${device}/${epoch}`)
    if (known) return known
    const all = [...new Set([device, ...later.all(epoch)])].map((one) => appliedKey(one, epoch))
    devices.set(`${device}/${epoch}`, all)
    return all
  }
  const seqIn = (applied: Applied, epoch: number, device: string): number =>
    keysOf(epoch, device).reduce((most, key) => Math.max(most, applied[key] ?? 0), 0)
  return {
    seqIn,
    isIn: (applied, event) =>
      [event, ...(event.copies ?? [])].some((at) => at.seq <= seqIn(applied, at.epoch, at.device)),
    forget: () => devices.clear(),
  }
}

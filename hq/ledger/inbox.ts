import type { Digest } from '../../shared/base/ports.ts'
import type { InboxKind } from './books.ts'

/** The id of an entry: a hash of its kind and what it is about, so that a decision survives a restore. 32 hex. */
export const inboxId = (digest: Digest, kind: InboxKind, about: string): string =>
  digest.hex(digest.sha256(digest.utf8(`kasuwa inbox 1\n${kind}\n${about}`))).slice(0, 32)

/** What names an event's place in an id. */
export const placeName = (device: string, epoch: number, seq: number): string => `${device}/${epoch}/${seq}`

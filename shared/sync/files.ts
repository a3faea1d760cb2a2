import { z } from 'zod'
import { SHAPES } from './rows.ts'
import { HeldEvent, PROTOCOL_VERSION, Signed, SignedReceipt, SYNC_LIMITS } from './wire.ts'

/**
 * What crosses on a stick where there is no network: JSON lines, UTF-8, each line ended by "\n". The first line says
 * what the file is, the last one that it is whole. Hashes are lower-case hex, signatures base64, times ms since 1970.
 */
export const FILE_VERSION = 1

export const FILE_LIMITS = {
  /** Of one line, in characters: a push as large as a request may be. */
  lineCharsMax: SYNC_LIMITS.requestBytesMax,
  /** Receipts of a package go back so far. */
  receiptAgeMs: 90 * 86_400_000,
} as const

const Hash = z.string().regex(/^[0-9a-f]{64}$/)

/** First line of what a till has not sent: `unsent` of `till export-unsent`, read by `hq import-events`. */
export const UnsentHeader = z.object({
  kasuwa: z.literal('unsent'),
  version: z.int().min(1),
  protocol: z.int(),
  tenant: z.string(),
  device: z.string(),
  made_at: z.int(),
  app_version: z.string().max(40),
  /** Of all pushes together. */
  events: z.int().min(0),
})
export type UnsentHeader = z.infer<typeof UnsentHeader>

/** Every line between: one push, in order, signed by the till exactly as over the network. */
export const UnsentLine = Signed

/** First line of what a store's tills are to know: made by `hq export-package`, read by `till import-package`. */
export const PackageHeader = z.object({
  kasuwa: z.literal('package'),
  version: z.int().min(1),
  protocol: z.int(),
  tenant: z.string(),
  store: z.string(),
  store_name: z.string(),
  hq_epoch: z.int(),
  made_at: z.int(),
  /**
   * Every row of each shape, in the order of loading. `at`: their place in the stream, from which a till that takes them
   * continues; null where another service has the stream, and the till continues from its own place.
   */
  shapes: z.array(
    z.object({
      shape: z.enum(SHAPES),
      at: z.object({ handle: z.string(), offset: z.string() }).nullable(),
      rows: z.int().min(0),
    }),
  ),
})
export type PackageHeader = z.infer<typeof PackageHeader>

/** A row as a shape would bring it: every column as Postgres text. */
export const PackageRow = z.object({
  shape: z.enum(SHAPES),
  row: z.record(z.string(), z.string().nullable()),
})
export type PackageRow = z.infer<typeof PackageRow>

/** What head office has of one till's chain; a till takes those that are of its own device. After the rows. */
export const PackageReceipt = z.object({ receipt: SignedReceipt, held: z.array(HeldEvent) })
export type PackageReceipt = z.infer<typeof PackageReceipt>

export const PackageLine = z.union([PackageRow, PackageReceipt])
export type PackageLine = z.infer<typeof PackageLine>

/**
 * The last line. `sha256` is of the bytes of all lines before this one, each with its "\n"; `signature` (a package has
 * one, by the key of the tenant) is of the 32 bytes of that hash.
 */
export const FileEnd = z.object({
  end: z.literal(true),
  /** Lines before this one. */
  lines: z.int().min(1),
  sha256: Hash,
  signature: z.string().nullable(),
})
export type FileEnd = z.infer<typeof FileEnd>

/** The header's numbers for a file that is written now. */
export const FILE_NUMBERS = { version: FILE_VERSION, protocol: PROTOCOL_VERSION } as const

import { z } from 'zod'
import { WholeProgram } from '../domain/program/schema.ts'
import { Cursor, DayAsked, Done, filled, Id, Ms, Nothing, page, Rows } from './values.ts'

/** Programs as people of head office write, publish and watch them. */

const ProgramId = z.string().regex(/^[\w-]{1,40}$/)
/** Of what the person saw: somebody else may have changed it since. */
const Mark = z.int().min(0)
const Version = z.coerce.number().int().min(1).max(2_147_483_647)
/** The days within which what is open lapses. */
const LAPSING_DAYS = ['30', '60'] as const

export const ReportAsked = z.object({ id: ProgramId, from: DayAsked, to: DayAsked })
export const LapsingAsked = z.object({ id: ProgramId, days: z.enum(LAPSING_DAYS).default('30') })

const Moved = z.object({
  earned: z.int(),
  /** By hand, up less down. */
  adjusted: z.int(),
  redeemed: z.int(),
  /** What undone entries gave back less what they took. */
  reversed: z.int(),
  lapsed: z.int(),
})

export const PROGRAM_CONTRACT = {
  'programs.list': {
    input: Nothing,
    reply: z.object({
      programs: z.array(
        z.object({
          id: ProgramId,
          name: z.string(),
          type: z.enum(['points', 'tier', 'referral', 'vip']),
          /** Null: never published. */
          version: z.int().nullable(),
          published_at: Ms.nullable(),
          published_by: z.string(),
          has_draft: z.boolean(),
          accounts: z.int(),
        }),
      ),
    }),
  },
  'programs.one': {
    input: z.object({ id: ProgramId }),
    reply: z.object({
      id: ProgramId,
      mark: Mark,
      published: WholeProgram.nullable(),
      draft: WholeProgram.nullable(),
      changed_at: Ms.nullable(),
      changed_by: z.string(),
      /** Newest first. */
      versions: z.array(z.object({ version: z.int(), at: Ms.nullable(), by: z.string() })),
      /** Accounts by the tier in which they were seen last. */
      tiers: z.array(z.object({ id: z.string(), name: z.string(), accounts: z.int() })),
      /** Ids of all segments there are. */
      segments: z.array(z.string()),
    }),
  },
  'programs.version': {
    input: z.object({ id: ProgramId, version: Version }),
    reply: z.object({ settings: WholeProgram, at: Ms.nullable(), by: z.string() }),
  },
  'programs.create': { input: z.object({ name: filled(60) }), reply: z.object({ id: ProgramId }) },
  'programs.save': {
    /** The settings as a whole. What they mean is judged when they are published. */
    input: z.object({ id: ProgramId, mark: Mark, settings: z.record(z.string(), z.unknown()) }),
    reply: z.object({ mark: Mark }),
  },
  'programs.discard': { input: z.object({ id: ProgramId, mark: Mark }), reply: Done },
  'programs.publish': {
    input: z.object({ id: ProgramId, mark: Mark }),
    reply: z.object({ version: z.int() }),
  },
  'programs.report': {
    input: ReportAsked,
    reply: z.object({
      rows: z.array(Moved.extend({ month: z.string(), store: z.string(), store_name: z.string() })),
      total: Moved,
      /** What lapsed of all that left the accounts in these days; null: nothing left them. Basis points. */
      breakage_bp: z.int().nullable(),
      /** Today. What lapsed already and is not booked yet does not count. */
      liability: z.object({ open: z.int(), set_aside: z.int(), owed: z.int(), kobo: z.int() }),
    }),
  },
  'programs.lapsing': {
    input: LapsingAsked.extend({ cursor: Cursor, limit: Rows }),
    reply: page(
      z.object({
        customer: Id,
        name: z.string(),
        phone: z.string(),
        points: z.int(),
        kobo: z.int(),
        /** The last day on which the first of them can be used. */
        last_day: z.string(),
      }),
    ),
  },
} as const

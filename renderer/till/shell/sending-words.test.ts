import i18next from 'i18next'
import { beforeAll, describe, expect, it } from 'vitest'
import { startTranslations } from '../../i18n/index.ts'
import { TILL_WORDS } from '../../i18n/till.ts'
import { wordsWith } from '../words.ts'
import { clockOff, type Health, inShort, sentences } from './sending-words.ts'

const AT = Date.parse('2026-11-20T09:15:00Z')
const HEALTH: Health = {
  waiting: 7,
  waiting_sales: 3,
  oldest_waiting_at: AT,
  connected_to_hq: true,
  last_contact_at: AT,
  clock_skew_ms: 0,
  clock_confirmed_until: AT,
  disk_free_bytes: null,
  key_store: 'file',
  quarantined: 0,
  sync: {
    doing: 'offline',
    sentence: 'No connection to head office. 7 entries are kept here and will be sent.',
  },
}

beforeAll(() => startTranslations(TILL_WORDS))

const words = () => wordsWith(i18next.getFixedT(null, ['till', 'common']), i18next.language)
const said = (change: Partial<Health> = {}) => sentences({ ...HEALTH, ...change }, 'Africa/Lagos', words())
const off = (skewMs: number) => clockOff({ ...HEALTH, clock_skew_ms: skewMs }, words().t)
const short = (change: Partial<Health> = {}) => inShort({ ...HEALTH, ...change }, words().t)

describe('what is sent, in whole sentences', () => {
  it('says what is done, what waits and since when, the last contact and the clock', () => {
    expect(said()).toEqual([
      'No connection to head office. Everything is kept here and will be sent.',
      '3 sales waiting to be sent.',
      expect.stringMatching(/^The oldest is from .*10:15.*\.$/),
      expect.stringMatching(/^Last contact with head office: .*10:15.*\.$/),
      'The clock of this computer is right.',
    ])
    expect(short()).toBe('3 sales waiting to be sent')
  })

  it('says of a wrong clock by how much and to which side, and what to do', () => {
    expect(said({ clock_skew_ms: -7_200_000 }).at(-1)).toBe(
      'The clock of this computer is 2 hours behind. Sales keep the right time all the same. Tell a manager.',
    )
    expect(said({ clock_skew_ms: 3 * 365 * 86_400_000 }).at(-1)).toMatch(/ is 1,095 days ahead\. /)
  })

  it('has few words for it in the strip, where the name of the shop stands too', () => {
    expect(off(-11 * 60_000)).toBe('Clock 11 minutes off')
    expect(off(60_000)).toBeNull()
  })

  it('names what head office holds, and leaves what a manager has to do to the manager', () => {
    const stopped = { doing: 'stopped' as const, sentence: 'Ask head office for a code.' }
    const all = said({ quarantined: 2, sync: stopped, waiting: 0, oldest_waiting_at: null })
    expect(all[0]).toBe('Every sale is kept here and you can go on selling.')
    expect(all).toContain('Head office looks at 2 entries first. A manager sees which.')
    expect(all.join(' ')).not.toContain('waiting')
  })

  it('has nothing to say of head office at a till that works alone', () => {
    expect(said({ connected_to_hq: false })).toEqual([
      'This till works alone. Everything is kept here.',
      'The clock of this computer is right.',
    ])
    expect(short({ connected_to_hq: false })).toBe('All kept on this till')
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ENROLLED } from '../../tests/support/sync-states.ts'
import { step } from './machine.ts'
import { BEGINNING, PACE, type Standing, type SyncEffect, type SyncEvent, type SyncState } from './state.ts'
import { wordsOf } from './words.ts'

type Move =
  | { do: 'wait'; ms: number }
  | {
      do: 'answer'
      how: 'well' | 'network' | 'timeout' | 'server' | 'stale' | 'throttled' | 'too_large' | 'gap'
    }
  | { do: 'sell' }
  | {
      do: 'hear'
      what: 'suspend' | 'resume' | 'ledger_down' | 'ledger_up' | 'send_now' | 'shape_stale' | 'shapes_read'
    }
  | { do: 'contact' }
  | { do: 'metered'; on: boolean }
  | { do: 'want' }

const REQUESTS = new Set<SyncEffect['do']>(['enrol', 'authorise', 'send', 'reconcile', 'rotate', 'check'])

/** A driver, a ledger and a head office in a few lines: what the machine is told comes true. */
class World {
  may: 'all' | 'push' = 'all'
  state: SyncState = BEGINNING
  nowMs = 0
  unsent = 0
  inFlight: Extract<SyncEffect, { ticket: number }> | null = null
  fetching: string | null = null
  following: 'none' | 'live' | 'once' = 'none'
  ledgerUp = false
  standing: Standing = ENROLLED
  private queue: SyncEvent[] = []

  hear(event: SyncEvent): void {
    this.queue.push(event)
    for (let next = this.queue.shift(); next; next = this.queue.shift()) this.take(next)
  }

  private take(event: SyncEvent): void {
    if (event.type === 'ledger_up') this.ledgerUp = true
    if (event.type === 'ledger_down') this.ledgerUp = false
    const before = this.state
    const { state, effects } = step(before, event, this.nowMs, (this.nowMs % 97) / 97)
    this.state = state
    for (const effect of effects) this.carryOut(effect)
    // What is in flight and what the machine waits for are one.
    expect(state.ticket).toBe(this.inFlight?.ticket ?? 0)
    expect(state.fetching).toBe(this.fetching)
    expect(state.shapes).toBe(this.following)
    expect(wordsOf(state).sentence).not.toBe('')
    if (state.name === 'pausing' && before.name !== 'pausing' && state.wakeAt !== null) {
      const pause = state.wakeAt - this.nowMs
      const asked = event.type === 'throttled' || event.type === 'failed' ? event.retryAfterMs : 0
      const least = state.pause === 'network' ? PACE.retryNetworkMinMs : PACE.retryMinMs
      expect(pause).toBeGreaterThanOrEqual(Math.max(least, asked))
      expect(pause).toBeLessThanOrEqual(Math.max(PACE.retryMaxMs, asked))
    }
  }

  private carryOut(effect: SyncEffect): void {
    if (REQUESTS.has(effect.do)) {
      expect(this.inFlight).toBeNull()
      this.inFlight = effect as Extract<SyncEffect, { ticket: number }>
    } else if (effect.do === 'abort') {
      this.inFlight = null
      this.fetching = null
    } else if (effect.do === 'fetch') {
      expect(this.fetching).toBeNull()
      this.fetching = effect.customer
    } else if (effect.do === 'follow') {
      expect(this.following).toBe('none')
      this.following = effect.mode
    } else if (effect.do === 'unfollow') this.following = 'none'
    else if (effect.do === 'ask_standing' && this.ledgerUp) {
      this.queue.push({ type: 'standing', standing: this.standing })
      this.standing = { ...this.standing, wanted: [] }
    }
  }

  answer(how: Extract<Move, { do: 'answer' }>['how']): void {
    const request = this.inFlight
    if (!request) return
    this.inFlight = null
    const { ticket } = request
    const failed = { type: 'failed', ticket, retryAfterMs: 0, waiting: this.unsent } as const
    if (how === 'network' || how === 'timeout') this.hear({ ...failed, why: how, status: 0 })
    else if (how === 'server') this.hear({ ...failed, why: 'server', status: 503 })
    else if (how === 'stale') this.hear({ type: 'stale', ticket })
    else if (how === 'throttled') this.hear({ type: 'throttled', ticket, retryAfterMs: 90_000 })
    else if (how === 'too_large') this.hear({ type: 'too_large', ticket })
    else if (how === 'gap') this.hear({ type: 'refused', ticket, next: 'again', code: 'gap', sentence: '' })
    else if (request.do === 'authorise') this.hear({ type: 'token', ticket, lifeMs: 900_000, may: this.may })
    else if (request.do === 'reconcile') this.hear({ type: 'reported', ticket, next: null })
    else if (request.do === 'rotate') {
      this.standing = { ...this.standing, rotate: false }
      this.hear({ type: 'rotated', ticket })
    } else if (request.do === 'check') {
      this.standing = { ...this.standing, check: false }
      this.hear({ type: 'checked', ticket })
    } else if (request.do === 'send') {
      const events = Math.min(request.eventsMax, this.unsent)
      this.unsent -= events
      this.hear({ type: 'pushed', ticket, events, waiting: this.unsent, reconcile: false })
    }
  }

  wait(ms: number): void {
    const until = this.nowMs + ms
    while (this.state.wakeAt !== null && this.state.wakeAt <= until) {
      this.nowMs = Math.max(this.nowMs, this.state.wakeAt)
      this.hear({ type: 'timer' })
    }
    this.nowMs = until
  }

  do(move: Move): void {
    switch (move.do) {
      case 'wait':
        this.wait(move.ms)
        break
      case 'answer':
        this.answer(move.how)
        break
      case 'sell':
        this.unsent += 1
        this.hear({ type: 'entries' })
        break
      case 'hear':
        if (move.what === 'shapes_read') {
          if (this.following !== 'once') return
          this.following = 'none'
        }
        this.hear({ type: move.what })
        break
      case 'contact':
        this.hear({ type: 'contact', loading: null })
        break
      case 'metered':
        this.standing = { ...this.standing, metered: move.on }
        this.hear({ type: 'moved' })
        break
      case 'want':
        this.standing = { ...this.standing, wanted: ['c'.repeat(32)] }
        this.hear({ type: 'moved' })
        break
    }
  }
}

const anyMove: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 120_000 }) }),
  fc.record({
    do: fc.constant('answer' as const),
    how: fc.constantFrom('well', 'network', 'timeout', 'server', 'stale', 'throttled', 'too_large', 'gap'),
  }),
  fc.record({ do: fc.constant('sell' as const) }),
  fc.record({
    do: fc.constant('hear' as const),
    what: fc.constantFrom(
      'suspend',
      'resume',
      'ledger_down',
      'ledger_up',
      'send_now',
      'shape_stale',
      'shapes_read',
    ),
  }),
  fc.record({ do: fc.constant('contact' as const) }),
  fc.record({ do: fc.constant('metered' as const), on: fc.boolean() }),
  fc.record({ do: fc.constant('want' as const) }),
)

test('one request at a time, pauses within their bounds, and everything is sent once the network is back', () => {
  fc.assert(
    fc.property(fc.array(anyMove, { maxLength: 60 }), (moves) => {
      const world = new World()
      world.hear({ type: 'ledger_up' })
      for (const move of moves) world.do(move)
      world.do({ do: 'hear', what: 'resume' })
      world.do({ do: 'hear', what: 'ledger_up' })
      world.unsent += 450
      world.hear({ type: 'entries' })
      // The longest wait is a heartbeat on a metered link, after it everything goes well.
      for (let minute = 0; minute < 40 && world.unsent > 0; minute++) {
        world.answer('well')
        world.wait(60_000)
        while (world.inFlight) world.answer('well')
      }
      expect(world.unsent).toBe(0)
      expect(wordsOf(world.state).doing).toBe('up_to_date')
    }),
    { numRuns: 600, seed: 3 },
  )
})

test('a new entry is sent after the debounce, and a bill of several entries as one batch', () => {
  const world = new World()
  world.hear({ type: 'ledger_up' })
  while (world.inFlight) world.answer('well')
  world.wait(5_000)
  world.do({ do: 'sell' })
  world.do({ do: 'sell' })
  expect(world.inFlight).toBeNull()
  world.wait(PACE.debounceMs)
  expect(world.inFlight).toMatchObject({ do: 'send', eventsMax: 200 })
  world.answer('well')
  expect([world.unsent, world.state.name]).toEqual([0, 'following'])
})

test('the batch is halved for what is too large or too slow, alone after three equal failures, and doubles back', () => {
  const world = new World()
  world.unsent = 1_000
  world.hear({ type: 'ledger_up' })
  world.answer('well')
  const size = (): number => (world.inFlight?.do === 'send' ? world.inFlight.eventsMax : -1)
  expect(size()).toBe(200)
  world.answer('too_large')
  expect(size()).toBe(100)
  world.answer('timeout')
  world.wait(60_000)
  expect(size()).toBe(50)
  for (let failure = 0; failure < 3; failure++) {
    world.answer('server')
    world.wait(60_000)
  }
  expect(size()).toBe(1)
  const sizes: number[] = []
  while (world.inFlight && sizes.length < 8) {
    world.answer('well')
    sizes.push(size())
  }
  expect(sizes).toEqual([2, 4, 8, 16, 32, 64, 128, 200])
})

test('a refused token is replaced once at once; refused again it waits', () => {
  const world = new World()
  world.hear({ type: 'ledger_up' })
  world.answer('well')
  world.answer('stale')
  expect(world.inFlight?.do).toBe('authorise')
  world.answer('well')
  expect(world.inFlight?.do).toBe('send')
  world.answer('stale')
  expect(world.state).toMatchObject({ name: 'pausing', pause: 'access' })
})

test('a shape that never takes a token does not make the till ask for tokens without end', () => {
  const world = new World()
  world.hear({ type: 'ledger_up' })
  let tokens = 0
  for (let second = 0; second < 600; second++) {
    while (world.inFlight) {
      if (world.inFlight.do === 'authorise') tokens += 1
      world.answer('well')
    }
    if (world.following !== 'none') world.do({ do: 'hear', what: 'shape_stale' })
    world.wait(1_000)
  }
  expect(tokens).toBeLessThan(20)
})

test('an entry tries a broken network again at once, but does not press a server in trouble', () => {
  const offline = new World()
  offline.hear({ type: 'ledger_up' })
  for (let failure = 0; failure < 8; failure++) {
    offline.answer('network')
    if (failure < 7) offline.wait(60_000)
  }
  offline.do({ do: 'sell' })
  expect((offline.state.wakeAt ?? 0) - offline.nowMs).toBeLessThanOrEqual(PACE.retryMinMs)

  const busy = new World()
  busy.hear({ type: 'ledger_up' })
  busy.answer('throttled')
  const wakeAt = busy.state.wakeAt ?? 0
  expect(wakeAt - busy.nowMs).toBeGreaterThanOrEqual(90_000)
  busy.do({ do: 'sell' })
  busy.do({ do: 'hear', what: 'send_now' })
  busy.do({ do: 'contact' })
  expect(busy.state.wakeAt).toBe(wakeAt)
})

test('replies that are lost now and then cost moments, a network that is gone is tried more and more rarely', () => {
  const world = new World()
  world.hear({ type: 'ledger_up' })
  world.answer('well')
  const longest: number[] = []
  for (let failure = 0; failure < 12; failure++) {
    const from = world.nowMs
    world.answer('network')
    const { wakeAt } = world.state
    longest.push((wakeAt ?? from) - from)
    world.wait(PACE.retryMaxMs)
  }
  expect(longest[0]).toBeLessThanOrEqual(PACE.retryNetworkMs)
  for (const [failures, ms] of longest.entries())
    expect(ms).toBeLessThanOrEqual(Math.min(PACE.retryMaxMs, PACE.retryNetworkMs * 2 ** failures))
  expect(Math.max(...longest)).toBeGreaterThan(10_000)
})

test('on a metered link the shapes are read once at each contact and heartbeats are rare', () => {
  const world = new World()
  world.standing = { ...ENROLLED, metered: true }
  world.hear({ type: 'ledger_up' })
  while (world.inFlight) world.answer('well')
  expect(world.following).toBe('once')
  world.do({ do: 'hear', what: 'shapes_read' })
  expect(world.following).toBe('none')
  world.wait(PACE.heartbeatMeteredMs - 1)
  expect(world.inFlight).toBeNull()
  world.wait(1)
  while (world.inFlight) world.answer('well')
  expect(world.following).toBe('once')
})

test('a new key is made known when nothing waits, and asked again until it is', () => {
  const world = new World()
  world.unsent = 300
  world.standing = { ...ENROLLED, rotate: true }
  world.hear({ type: 'ledger_up' })
  const asked: string[] = []
  for (const how of ['well', 'well', 'well', 'network', 'well', 'server', 'well', 'well', 'well'] as const) {
    asked.push(world.inFlight?.do ?? '')
    world.answer(how)
    if (world.inFlight === null) world.wait(60_000)
  }
  expect(asked.slice(0, 4)).toEqual(['authorise', 'send', 'send', 'rotate'])
  expect(asked.filter((one) => one === 'rotate')).toHaveLength(3)
  expect([world.standing.rotate, world.unsent]).toEqual([false, 0])
})

test('a till that was stopped asks for no new key, and goes on sending', () => {
  const world = new World()
  world.may = 'push'
  world.unsent = 3
  world.standing = { ...ENROLLED, rotate: true }
  world.hear({ type: 'ledger_up' })
  const asked: string[] = []
  for (let i = 0; i < 6; i += 1) {
    asked.push(world.inFlight?.do ?? '')
    world.answer('well')
    if (world.inFlight === null) world.wait(60_000)
  }
  expect(asked).not.toContain('rotate')
  expect(world.unsent).toBe(0)
})

test('what was asked before a restart of anything is not taken for an answer after it', () => {
  const world = new World()
  world.hear({ type: 'ledger_up' })
  world.answer('well')
  const { ticket } = world.state
  world.do({ do: 'hear', what: 'suspend' })
  world.do({ do: 'hear', what: 'resume' })
  const before = world.state
  world.hear({ type: 'pushed', ticket, events: 5, waiting: 0, reconcile: false })
  expect(world.state).toEqual(before)
})

test('a list is compared when everything is sent, and again only when the ledger says so', () => {
  const world = new World()
  world.unsent = 300
  world.standing = { ...ENROLLED, check: true }
  world.hear({ type: 'ledger_up' })
  const asked: string[] = []
  for (const how of ['well', 'well', 'well', 'network', 'well', 'well'] as const) {
    asked.push(world.inFlight?.do ?? '')
    world.answer(how)
    if (world.inFlight === null) world.wait(5_000)
  }
  expect(asked).toEqual(['authorise', 'send', 'send', 'check', 'send', 'check'])
  expect([world.standing.check, world.inFlight, world.state.name]).toEqual([false, null, 'following'])
})

const inFlightOf = (world: World): string | null => world.inFlight?.do ?? null

test('a comparison that head office has no time for is asked for later and later, and keeps nothing from being sent', () => {
  const world = new World()
  world.standing = { ...ENROLLED, check: true }
  world.hear({ type: 'ledger_up' })
  const pauses: number[] = []
  const lasts: boolean[] = []
  let refusedAt = 0
  for (let answered = 0; lasts.length < PACE.checkTriesMax && answered < 100; answered += 1) {
    const { inFlight } = world
    if (inFlight?.do === 'check') {
      if (lasts.length > 0) pauses.push(world.nowMs - refusedAt)
      lasts.push(inFlight.last)
      refusedAt = world.nowMs
      world.answer(inFlight.last ? 'well' : 'server')
      if (inFlight.last) break
      // A sale does not wait for the comparison.
      expect(world.state.name).toBe('following')
      world.do({ do: 'sell' })
      world.wait(PACE.debounceMs)
      expect([world.inFlight?.do, world.nowMs - refusedAt]).toEqual(['send', PACE.debounceMs])
    }
    world.answer('well')
    const { wakeAt } = world.state
    if (world.inFlight === null && wakeAt !== null) world.wait(wakeAt - world.nowMs)
  }
  expect(lasts).toEqual([...Array.from({ length: PACE.checkTriesMax - 1 }, () => false), true])
  expect(world.unsent).toBe(0)
  for (const [n, pause] of pauses.entries()) {
    expect(pause).toBeGreaterThanOrEqual(PACE.retryMinMs)
    expect(pause).toBeLessThanOrEqual(Math.min(PACE.retryMaxMs, PACE.retryMinMs * 2 ** (n + 1)))
  }
  expect(world.standing.check).toBe(false)
  // The next comparison begins with all of its tries.
  expect(world.state.checkFailures).toBe(0)
})

test('head office says when it has time for a comparison', () => {
  const world = new World()
  world.standing = { ...ENROLLED, check: true }
  world.hear({ type: 'ledger_up' })
  for (let asked = 0; asked < 2; asked += 1) world.answer('well')
  const { ticket } = world.state
  world.inFlight = null
  world.hear({ type: 'failed', ticket, why: 'server', status: 503, retryAfterMs: 40_000, waiting: null })
  const askedAt = world.nowMs
  world.wait(39_999)
  expect(inFlightOf(world)).toBeNull()
  world.wait(1)
  expect([inFlightOf(world), world.nowMs - askedAt]).toEqual(['send', 40_000])
  world.answer('well')
  expect(inFlightOf(world)).toBe('check')
})

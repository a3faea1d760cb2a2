/** What the clock rule had to say about an event. */
export type TimeMark = 'wall_untrusted' | 'skewed' | 'unconfirmed' | 'floor_moved'

import type { Status } from '../shell/shell.ts'

type Why = NonNullable<Status['blocked']>['why']

/** One thing to do, in order. `command`: what is typed in a terminal, after `npm run till --`. */
interface Way {
  readonly word:
    | 'verify'
    | 'repair'
    | 'restore'
    | 'recover'
    | 'update'
    | 'space'
    | 'rights'
    | 'close'
    | 'restart'
  readonly command: string | null
}

const VERIFY: Way = { word: 'verify', command: 'npm run till -- verify --data DIR' }
const RECOVER: Way = { word: 'recover', command: 'npm run till -- recover DIR/till.db --data DIR' }

/** The ways out for the manager, as docs/operations.md has them. */
export const WAYS_OUT: Record<Why, readonly Way[]> = {
  file_damaged: [
    VERIFY,
    { word: 'repair', command: 'npm run till -- repair --data DIR' },
    { word: 'restore', command: 'npm run till -- restore BACKUP --data DIR' },
  ],
  file_newer: [{ word: 'update', command: null }],
  key_missing: [RECOVER],
  key_wrong: [RECOVER],
  disk_full: [{ word: 'space', command: null }],
  read_only: [{ word: 'rights', command: null }],
  writer_busy: [{ word: 'close', command: null }],
  crashed: [{ word: 'restart', command: VERIFY.command }],
}

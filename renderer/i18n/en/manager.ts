import { adjust, entry, events, second, voiding } from './manager/events.ts'
import { exporting } from './manager/export.ts'
import { health } from './manager/health.ts'
import { office } from './manager/office.ts'
import { printer } from './manager/printer.ts'
import { settings } from './manager/settings.ts'
import { staff } from './manager/staff.ts'
import { attention, today } from './manager/today.ts'

/** The manager’s room: its frame, and the words of each room in it. */
export const manager = {
  title: 'Manager',
  leave: 'To the till',
  rooms: 'Rooms of the manager',
  as_of: 'as of {{time}}',
  refresh: 'Ask again',
  nobody: 'Nobody',
  room: {
    today: 'Today',
    events: 'Entries',
    staff: 'Staff',
    settings: 'Settings',
    health: 'Health',
    export: 'Export',
    office: 'Head office',
  },
  trouble: {
    title: 'This cannot be shown now',
    no_answer: 'The till did not answer. Nothing is lost. Try again in a moment.',
  },
  unsaved: {
    title: 'Your changes are not saved',
    body: 'You changed settings and have not saved them. Leaving now forgets these changes.',
    stay: 'Stay here',
    leave: 'Leave without saving',
  },

  today,
  attention,
  events,
  entry,
  void: voiding,
  adjust,
  second,
  staff,
  settings,
  printer,
  health,
  export: exporting,
  office,
} as const

/** Files for others. */
export const exporting = {
  title: 'Export',
  subtitle:
    'Take your data with you, whole. Spreadsheets open CSV; JSON, one object a line, is for programs.',
  format: 'Form of the file',
  csv: 'CSV',
  json: 'JSON',
  what: { customers: 'Customers', sales: 'Sales', lines: 'Points', events: 'Entries' },
  about: {
    customers: 'Everybody enrolled here: number, name, tier, balance and consent.',
    sales: 'Each sale with amount, receipt, points given and used.',
    lines: 'Each movement of points, with its reason.',
    events: 'The ledger itself, entry by entry, with its seals.',
  },
  do: 'Export',
  do_of: 'Export {{format}}: {{what}}',
  running: '{{rows}} rows so far',
  running_of: '{{rows}} of {{all}} rows',
  progress: 'Exporting {{what}}',
  cancel: 'Stop',
  cancelled: 'Stopped. No file was saved.',
  done_one: '{{shown}} row saved',
  done_other: '{{shown}} rows saved',
  stopped: 'The till stopped in the middle, so no file was saved. Try again.',
  personal: 'The file holds names and phone numbers. Keep it where only you can read it.',
} as const

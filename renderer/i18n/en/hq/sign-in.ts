/** Signing in, and the password. */
export const signIn = {
  form: 'Sign in',
  login: 'Name',
  password: 'Password',
  do: 'Sign in',
  ended: 'You were signed out because nobody was at work here for a while. Sign in and go on where you were.',
  hint: 'No account yet, or the password is lost? An owner makes one under People, or whoever runs the server with “npm run hq -- create-person” and “reset-password”.',
} as const

export const password = {
  title: 'Change your password',
  now: 'Present password',
  next: 'New password',
  again: 'The same password again',
  hint: 'At least {{least}} characters. Several plain words are good.',
  short: 'Too short. Type at least {{least}} characters.',
  differs: 'The two are not the same. Type both again.',
  do: 'Change it',
  done: 'Your password is changed. You are signed out everywhere else.',
} as const

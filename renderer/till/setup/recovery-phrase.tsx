import { Printer } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { isolated } from '../../ui/isolated.ts'
import { useShell } from '../shell/shell.ts'
import { useWords } from '../words.ts'
import { finish, useSetUp } from './setup.ts'

/** The phrase, shown once; then two of its words typed back, so that the paper is known to be right. */
export function RecoveryPhrase() {
  const shown = useSetUp((setup) => setup.shown)
  const [checking, setChecking] = useState(false)
  if (!shown) return null
  return (
    <main className="scroll-quiet h-dvh overflow-y-auto bg-paper p-6 short:p-4">
      <div className="mx-auto flex min-h-full w-full max-w-180 flex-col justify-center gap-5 short:gap-3">
        {checking ? (
          <Check words={shown.words} ask={shown.ask} onBack={() => setChecking(false)} />
        ) : (
          <Words words={shown.words} onWritten={() => setChecking(true)} />
        )}
      </div>
    </main>
  )
}

function Words({ words, onWritten }: { words: readonly string[]; onWritten: () => void }) {
  const { t } = useWords()
  const store = useShell((shell) => shell.status?.store?.store_name ?? '')
  // A phrase may hold a word twice: its place tells them apart.
  const numbered = words.map((word, at) => ({ place: at + 1, word }))
  return (
    <>
      <header>
        <h1 className="text-24 font-semibold print:hidden">{t('setup.phrase_title')}</h1>
        <p className="hidden text-24 font-semibold print:block">
          {t('setup.printed_title', { store: isolated(store) })}
        </p>
        <p className="mt-1 text-15 text-ink-soft">{t('setup.phrase_what')}</p>
      </header>
      <ol
        aria-label={t('setup.phrase_label', { count: words.length })}
        className="grid grid-cols-4 gap-2 rounded-card border border-line bg-surface p-5 short:gap-1 short:p-3"
      >
        {numbered.map(({ place, word }) => (
          <li
            key={place}
            className="flex min-h-12 items-baseline gap-2 rounded-inner bg-sunken px-3 py-2 short:min-h-10"
          >
            <span className="w-6 text-right text-13 text-ink-faint">{place}</span>
            <span className="one-line text-18 font-semibold">{word}</span>
          </li>
        ))}
      </ol>
      <div className="flex justify-end gap-3 print:hidden">
        <Button icon={Printer} size="large" onClick={() => window.print()}>
          {t('setup.print')}
        </Button>
        <Button look="primary" size="large" onClick={onWritten}>
          {t('setup.written')}
        </Button>
      </div>
    </>
  )
}

function Check({
  words,
  ask,
  onBack,
}: {
  words: readonly string[]
  ask: readonly [number, number]
  onBack: () => void
}) {
  const { t } = useWords()
  const [typed, setTyped] = useState<readonly [string, string]>(['', ''])
  const [tried, setTried] = useState(false)
  const isRight = (place: 0 | 1): boolean => typed[place].trim().toLowerCase() === words[ask[place]]
  const field = (place: 0 | 1) => ({
    label: t('setup.word', { n: ask[place] + 1 }),
    value: typed[place],
    maxLength: 40,
    steady: true,
    problem: tried && !isRight(place) ? t('setup.word_wrong', { n: ask[place] + 1 }) : undefined,
    onText: (text: string) => {
      setTried(false)
      setTyped(place === 0 ? [text, typed[1]] : [typed[0], text])
    },
  })
  return (
    <form
      noValidate
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        if (isRight(0) && isRight(1)) finish()
        else setTried(true)
      }}
    >
      <header>
        <h1 className="text-24 font-semibold">{t('setup.check_title')}</h1>
        <p className="mt-1 text-15 text-ink-soft">{t('setup.check_what')}</p>
      </header>
      <div className="grid grid-cols-2 gap-5 rounded-card border border-line bg-surface p-6">
        <TextField autoFocus {...field(0)} />
        <TextField {...field(1)} />
      </div>
      <div className="flex justify-end gap-3">
        <Button size="large" onClick={onBack}>
          {t('setup.read_again')}
        </Button>
        <Button type="submit" look="primary" size="large" shortcut="Enter">
          {t('setup.open')}
        </Button>
      </div>
    </form>
  )
}

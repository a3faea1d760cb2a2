import type { KeyboardEvent, ReactNode } from 'react'
import { useId, useState } from 'react'
import { LIMITS } from '../../../shared/base/limits.ts'
import type { Refusal } from '../../../shared/base/refusal.ts'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { isolated } from '../../ui/isolated.ts'
import { Name } from '../../ui/name.tsx'
import { useFocusWhen } from '../../ui/use-focus-when.ts'
import type { StaffMember } from '../shell/shell.ts'
import { useWords } from '../words.ts'
import { PinBox } from './pin-box.tsx'
import { useLockOut } from './use-lock-out.ts'

/** More names than this and one types to find theirs. */
const TILES_WITHOUT_SEARCH = 9

interface PinAnswer {
  readonly sentence: string
  readonly refusal: Refusal | null
}

/**
 * Who, then the PIN: for signing in, for the manager's room, for a second person. `onEnter` gives null when the
 * PIN was right, else what to say.
 */
export function PersonPin({
  people,
  firstId,
  action,
  onEnter,
  note,
  noteFirst = false,
}: {
  people: readonly StaffMember[]
  /** Who is chosen at the start; null: nobody where there is a choice. */
  firstId: string | null
  action: string
  onEnter: (person: StaffMember, pin: string) => Promise<PinAnswer | null>
  /** Above the names: what it is about. */
  note?: ReactNode
  /** The note has a field that is filled in before the PIN: the PIN leaves it the focus. */
  noteFirst?: boolean
}) {
  const { t } = useWords()
  const only = people.length === 1 ? people[0] : undefined
  const [chosen, setChosen] = useState<StaffMember | null>(
    people.find((one) => one.id === firstId) ?? only ?? null,
  )
  const [pin, setPin] = useState('')
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  const lockOut = useLockOut()
  const lockedSeconds = lockOut.secondsFor(chosen?.id)
  const locked = lockedSeconds > 0

  const choose = (person: StaffMember, firstDigit = ''): void => {
    setChosen(person)
    setPin(firstDigit)
    setProblem('')
  }
  const enter = async (): Promise<void> => {
    if (!chosen || busy || locked || pin.length < LIMITS.pinDigitsMin) return
    setBusy(true)
    const answer = await onEnter(chosen, pin)
    setPin('')
    setBusy(false)
    if (!answer) return
    setProblem(answer.sentence)
    if (answer.refusal?.code === 'sign_in_locked') lockOut.start(chosen.id, answer.refusal)
  }
  return (
    <form
      noValidate
      className="grid min-h-0 grid-cols-[minmax(0,1fr)_17rem] gap-6 short:gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        void enter()
      }}
    >
      <People people={people} chosen={chosen} onChoose={choose} note={note} />
      <div className="flex flex-col gap-2">
        <PinBox
          key={chosen?.id ?? 'nobody'}
          label={chosen ? t('sign_in.pin_of', { name: isolated(chosen.name) }) : t('sign_in.pin')}
          value={pin}
          onValue={(next) => {
            setPin(next)
            if (!locked) setProblem('')
          }}
          disabled={!chosen || locked}
          first={!noteFirst || chosen?.id !== firstId}
          problem={locked ? t('sign_in.locked', { count: lockedSeconds }) : problem}
        />
        <Button
          type="submit"
          look="primary"
          size="large"
          shortcut="Enter"
          wide
          busy={busy}
          disabled={!chosen || locked || pin.length < LIMITS.pinDigitsMin}
        >
          {action}
        </Button>
      </div>
    </form>
  )
}

function People({
  people,
  chosen,
  onChoose,
  note,
}: {
  people: readonly StaffMember[]
  chosen: StaffMember | null
  /** `firstDigit`: of the PIN, when it was typed on the name itself. */
  onChoose: (person: StaffMember, firstDigit?: string) => void
  note: ReactNode
}) {
  const { t } = useWords()
  const id = useId()
  const [text, setText] = useState('')
  const many = people.length > TILES_WITHOUT_SEARCH
  const box = useFocusWhen<HTMLInputElement>(many && !chosen)
  const firstTile = useFocusWhen<HTMLInputElement>(!many && !chosen)
  const wanted = text.trim().toLowerCase()
  const shown = people.filter((one) => one.name.toLowerCase().includes(wanted))
  return (
    <div className="flex min-h-0 min-w-0 flex-col gap-3">
      {note}
      {many && (
        <input
          aria-label={t('sign_in.find')}
          placeholder={t('sign_in.find')}
          autoComplete="off"
          spellCheck={false}
          ref={box}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            const first = shown[0]
            if (event.key !== 'Enter' || !first) return
            event.preventDefault()
            onChoose(first)
          }}
          className="h-12 rounded-card border border-line-strong bg-surface px-3 text-15"
        />
      )}
      <fieldset
        aria-label={t('sign_in.staff')}
        className="scroll-quiet min-h-0 flex-1 overflow-y-auto p-1"
        onKeyDown={(event) => onTileKey(event, shown, onChoose)}
      >
        <div className="grid grid-cols-2 gap-2">
          {shown.map((one, at) => (
            <label
              key={one.id}
              className={classNames(
                'flex min-h-16 flex-col justify-center rounded-card border px-4 py-2 select-none short:min-h-14',
                'has-focus-visible:outline-2 has-focus-visible:outline-focus',
                one.id === chosen?.id
                  ? 'border-brand bg-brand-soft'
                  : 'border-line bg-surface hover:bg-hover',
              )}
            >
              <input
                type="radio"
                name={id}
                className="sr-only"
                checked={one.id === chosen?.id}
                ref={at === 0 ? firstTile : undefined}
                onChange={() => onChoose(one)}
                onClick={() => onChoose(one)}
              />
              <Name of={one.name} className="text-18 font-semibold" />
              <span className="text-13 text-ink-soft">{t(`common:role.${one.role}`)}</span>
            </label>
          ))}
        </div>
        {shown.length === 0 && <p className="p-4 text-15 text-ink-soft">{t('sign_in.none')}</p>}
      </fieldset>
    </div>
  )
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 2,
  ArrowLeft: -1,
  ArrowUp: -2,
}
const PLAIN_LETTER = /^\p{L}$/u

/**
 * The keyboard walks over the names without choosing any, as a choice takes the focus to the PIN: arrows step, a
 * letter goes to the next name that begins with it. Enter chooses, and so does the first digit of the PIN.
 */
function onTileKey(
  event: KeyboardEvent<HTMLFieldSetElement>,
  shown: readonly StaffMember[],
  onChoose: (person: StaffMember, firstDigit?: string) => void,
): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return
  const tiles = [...event.currentTarget.querySelectorAll('input')]
  const at = tiles.findIndex((tile) => tile.matches(':focus'))
  const here = shown[at]
  if (!here) return
  const { key } = event
  const step = STEPS[key]
  if (step !== undefined) {
    event.preventDefault()
    tiles[at + step]?.focus()
  } else if (key === 'Enter') {
    event.preventDefault()
    onChoose(here)
  } else if (/^\d$/.test(key)) {
    event.preventDefault()
    onChoose(here, key)
  } else if (PLAIN_LETTER.test(key)) {
    const after = [...shown.slice(at + 1), ...shown.slice(0, at)]
    const next = after.find((one) => one.name.toLowerCase().startsWith(key.toLowerCase()))
    if (next) tiles[shown.indexOf(next)]?.focus()
  }
}

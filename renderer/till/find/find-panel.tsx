import { Search, X } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import { IconButton } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Icon } from '../../ui/icon.tsx'
import { rowCount } from '../flow/find.ts'
import { moveSelection, search, takeSelected, useFlow } from '../flow/store.ts'
import { useFocus } from '../use-focus.ts'
import { useWords } from '../words.ts'
import { LIST_ID, ResultList, rowId } from './result-list.tsx'

const PAGE_ROWS = 5

/** The search box and its list. `behind`: on a small screen the card lies where the list is. */
export function FindPanel({ behind }: { behind: boolean }) {
  const { t } = useWords()
  const find = useFlow((store) => store.flow.find)
  const box = useFocus<HTMLInputElement>('search')
  const rows = rowCount(find)

  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: PAGE_ROWS,
      PageUp: -PAGE_ROWS,
    }
    const step = steps[event.key]
    if (step !== undefined) {
      event.preventDefault()
      moveSelection(step)
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.nativeEvent.isComposing) {
      event.preventDefault()
      takeSelected()
    }
  }

  return (
    <>
      <search className="col-start-1 row-start-1">
        <label htmlFor="find" className="mb-1 block text-13 font-medium text-ink-soft">
          {t('find.label')}
        </label>
        <div className="relative">
          <Icon
            of={Search}
            size={24}
            className="pointer-events-none absolute top-1/2 left-4 -translate-y-1/2 text-ink-faint"
          />
          <input
            ref={box}
            id="find"
            role="combobox"
            aria-expanded={rows > 0}
            aria-controls={rows > 0 ? LIST_ID : undefined}
            aria-autocomplete="list"
            aria-activedescendant={rows > 0 ? rowId(find.at) : undefined}
            autoComplete="off"
            spellCheck={false}
            enterKeyHint="search"
            maxLength={200}
            placeholder={t('find.placeholder')}
            value={find.text}
            onChange={(event) => void search(event.target.value)}
            onKeyDown={onKeyDown}
            className="h-16 w-full rounded-card border border-line-strong bg-surface pr-14 pl-13 text-24 font-medium text-ink placeholder:font-normal short:h-14"
          />
          <span className="absolute top-1/2 right-1 -translate-y-1/2">
            <IconButton
              icon={X}
              label={t('common:back')}
              tabIndex={-1}
              className={classNames(find.text === '' && 'invisible')}
              onClick={() => {
                void search('')
                box.current?.focus()
              }}
            />
          </span>
        </div>
      </search>
      <ResultList className={classNames('col-start-1 row-start-2', behind && 'max-wide:hidden')} />
    </>
  )
}

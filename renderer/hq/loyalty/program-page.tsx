import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { programChanges } from '../../../shared/domain/program/changes.ts'
import type { Program } from '../../../shared/domain/program/program.ts'
import type { Answered } from '../../../shared/hq/contract.ts'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { useConsole, useMay } from '../api/console-context.ts'
import { useChange } from '../api/use-change.ts'
import { useQuery } from '../api/use-query.ts'
import { LinkButton } from '../frame/link-button.tsx'
import { writePlace } from '../frame/location.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { NotYet } from '../frame/trouble.tsx'
import { useWords } from '../frame/use-words.ts'
import { BasicsPart } from './basics-part.tsx'
import { cannotBeKept, type Fault, faultOf, holdsNoNumber, PARTS, type Part, partOf } from './draft.ts'
import { PreviewPart } from './preview-part.tsx'
import { PublishDialog } from './publish-dialog.tsx'
import { ReportPage } from './report-page.tsx'
import { RewardsPart } from './rewards-part.tsx'
import { RulesPart } from './rules-part.tsx'
import { TiersPart } from './tiers-part.tsx'
import { VersionsPart } from './versions-part.tsx'

type Found = Answered<'programs.one'>

/** One program: the editor of its draft, what a sale earns by it, and its versions. */
export function ProgramPage({ id, query }: { id: string; query: Readonly<Record<string, string>> }) {
  const { t } = useWords()
  const found = useQuery('programs.one', { id })
  const [said, setSaid] = useState('')
  if (!found.value) {
    const back = { href: writePlace({ room: 'loyalty' }), label: t('loyalty.back') }
    return (
      <div className="flex flex-col gap-4 p-4 wide:p-6">
        <RoomHead title={t('room.loyalty')} back={back} />
        <NotYet query={found} />
      </div>
    )
  }
  if (query['part'] === 'report') return <ReportPage found={found.value} query={query} />
  return (
    <Editor
      key={found.value.mark}
      found={found.value}
      part={PARTS.find((one) => one === query['part']) ?? 'basics'}
      said={said}
      onDone={(sentence) => {
        setSaid(sentence)
        found.reload()
      }}
    />
  )
}

interface EditorProps {
  readonly found: Found
  readonly part: Part
  readonly said: string
  readonly onDone: (sentence: string) => void
}

/** What somebody typed and did not save, by person, program and mark: going to another room and back loses nothing. */
const unsaved = new Map<string, Program>()

function Editor({ found, part, said, onDone }: EditorProps) {
  const start = found.draft ?? found.published
  const { session } = useConsole()
  const key = `${session.person.id} ${found.id} ${found.mark}`
  const [program, setProgram] = useState<Program | null>(() => unsaved.get(key) ?? start)
  const [turn, setTurn] = useState(0)
  const { t } = useWords()
  if (!program || !start) return <Band tone="amber">{t('loyalty.newer')}</Band>
  const fault = faultOf(program, found.segments)
  const change = (more: Partial<Program>): void => {
    const next = { ...program, ...more }
    unsaved.set(key, next)
    setProgram(next)
  }
  const undo = (): void => {
    unsaved.delete(key)
    setProgram(start)
    setTurn(turn + 1)
  }
  const done = (sentence: string): void => {
    unsaved.delete(key)
    onDone(sentence)
  }
  const props = { program, fault, change }
  const parts: Record<Part, () => ReactNode> = {
    basics: () => <BasicsPart {...props} />,
    tiers: () => <TiersPart {...props} />,
    rules: () => <RulesPart {...props} segments={found.segments} />,
    rewards: () => <RewardsPart {...props} />,
    preview: () => <PreviewPart program={program} />,
    versions: () => <VersionsPart found={found} />,
  }
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <EditorHead found={found} program={program} start={start} fault={fault} onDone={done} onUndo={undo} />
      {said !== '' && program === start && <Band tone="brand">{said}</Band>}
      <PartLinks id={found.id} part={part} faulty={fault ? partOf(fault, program) : null} />
      <div key={turn}>{parts[part]()}</div>
    </div>
  )
}

function PartLinks({ id, part, faulty }: { id: string; part: Part; faulty: Part | null }) {
  const { t } = useWords()
  return (
    <nav aria-label={t('loyalty.parts')}>
      <ul className="flex flex-wrap gap-1">
        {PARTS.map((one) => (
          <li key={one}>
            <a
              href={writePlace({ room: 'loyalty', of: id, query: { part: one } })}
              aria-current={one === part ? 'page' : undefined}
              className={classNames(
                'inline-flex min-h-12 items-center gap-2 rounded-card px-3 text-15 font-medium',
                one === part ? 'bg-brand-soft text-brand-ink' : 'text-ink-soft hover:bg-hover hover:text-ink',
              )}
            >
              {t(`loyalty.part.${one}`)}
              {one === faulty && (
                <span className="text-red-ink">
                  <span aria-hidden="true">!</span>
                  <span className="sr-only">{t('loyalty.faulty')}</span>
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

type HeadProps = Pick<EditorProps, 'found' | 'onDone'> & {
  readonly program: Program
  readonly start: Program
  readonly fault: Fault | null
  readonly onUndo: () => void
}

function EditorHead({ found, program, start, fault, onDone, onUndo }: HeadProps) {
  const { t } = useWords()
  const mayChange = useMay('manager')
  const [open, setOpen] = useState(false)
  const [problem, setProblem] = useState('')
  const { id, mark, published } = found
  const dirty = programChanges(start, program).length > 0
  const unread = holdsNoNumber(program)
  return (
    <>
      <RoomHead
        title={<bdi>{program.name}</bdi>}
        subtitle={
          published ? t('loyalty.followed', { version: published.version }) : t('loyalty.never_published')
        }
        back={{ href: writePlace({ room: 'loyalty' }), label: t('loyalty.back') }}
      >
        {published && (
          <LinkButton look="plain" href={writePlace({ room: 'loyalty', of: id, query: { part: 'report' } })}>
            {t('loyalty.part.report')}
          </LinkButton>
        )}
        {mayChange && dirty && (
          <Unsaved found={found} program={program} onDone={onDone} onUndo={onUndo} onProblem={setProblem} />
        )}
        {mayChange && found.draft && !dirty && (
          <>
            {published && <TakeBack found={found} onDone={onDone} onProblem={setProblem} />}
            <Button look="primary" disabled={fault !== null} onClick={() => setOpen(true)}>
              {t('loyalty.publish_open')}
            </Button>
          </>
        )}
      </RoomHead>
      {problem !== '' && <Band tone="red">{problem}</Band>}
      {dirty && <Band announce={false}>{t(unread ? 'loyalty.unread' : 'loyalty.unsaved')}</Band>}
      {!dirty && found.draft && (
        <Band tone="amber" announce={false}>
          {t('loyalty.draft_of', { name: found.changed_by })}
        </Band>
      )}
      {fault && !unread && <Band tone="red" announce={false}>{`${fault.place}: ${fault.why}`}</Band>}
      {open && (
        <PublishDialog
          program={program}
          published={published}
          mark={mark}
          onClose={(done) => {
            setOpen(false)
            if (done !== undefined) onDone(done)
          }}
        />
      )}
    </>
  )
}

type ActionProps = Pick<EditorProps, 'found' | 'onDone'> & { readonly onProblem: (problem: string) => void }

/** What to do with changes that are on this screen alone. */
function Unsaved({
  found: { id, mark },
  program,
  onDone,
  onUndo,
  onProblem,
}: ActionProps & Pick<HeadProps, 'program' | 'onUndo'>) {
  const { t } = useWords()
  const common = useTranslation('common').t
  const { busy, problem, run } = useChange('programs.save')
  useEffect(() => {
    onProblem(problem)
    return () => onProblem('')
  }, [onProblem, problem])
  const keep = async (): Promise<void> => {
    if (await run({ id, mark, settings: { ...program } })) onDone(t('loyalty.saved'))
  }
  return (
    <>
      <Button onClick={onUndo}>{t('loyalty.undo')}</Button>
      <Button look="primary" busy={busy} disabled={cannotBeKept(program)} onClick={() => void keep()}>
        {common('save')}
      </Button>
    </>
  )
}

/** Back to what tills follow. */
function TakeBack({ found: { id, mark }, onDone, onProblem }: ActionProps) {
  const { t } = useWords()
  const { busy, problem, run } = useChange('programs.discard')
  useEffect(() => {
    onProblem(problem)
    return () => onProblem('')
  }, [onProblem, problem])
  const takeBack = async (): Promise<void> => {
    if (await run({ id, mark })) onDone(t('loyalty.discarded'))
  }
  return (
    <Button busy={busy} onClick={() => void takeBack()}>
      {t('loyalty.discard')}
    </Button>
  )
}

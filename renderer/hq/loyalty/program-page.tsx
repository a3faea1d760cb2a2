import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { programChanges } from '../../../shared/domain/program/changes.ts'
import type { Program } from '../../../shared/domain/program/program.ts'
import type { Answered } from '../../../shared/hq/contract.ts'
import { Band } from '../../ui/band.tsx'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { useMay } from '../api/console-context.ts'
import { useChange } from '../api/use-change.ts'
import { useQuery } from '../api/use-query.ts'
import { LinkButton } from '../frame/link-button.tsx'
import { writePlace } from '../frame/location.ts'
import { RoomHead } from '../frame/room-head.tsx'
import { NotYet } from '../frame/trouble.tsx'
import { useWords } from '../frame/use-words.ts'
import { BasicsPart } from './basics-part.tsx'
import { type Fault, faultOf, holdsNoNumber, PARTS, type Part, partOf } from './draft.ts'
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

function Editor({ found, part, said, onDone }: EditorProps) {
  const start = found.draft ?? found.published
  const [program, setProgram] = useState<Program | null>(start)
  const { t } = useWords()
  if (!program || !start) return <Band tone="amber">{t('loyalty.newer')}</Band>
  const fault = faultOf(program, found.segments)
  const change = (more: Partial<Program>): void => setProgram({ ...program, ...more })
  const props = { program, fault, change }
  const parts: Record<Part, () => React.ReactNode> = {
    basics: () => <BasicsPart {...props} />,
    tiers: () => <TiersPart {...props} />,
    rules: () => <RulesPart {...props} segments={found.segments} />,
    rewards: () => <RewardsPart {...props} />,
    preview: () => <PreviewPart program={program} />,
    versions: () => <VersionsPart found={found} />,
  }
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <EditorHead found={found} program={program} start={start} fault={fault} onDone={onDone} />
      {said !== '' && program === start && <Band tone="brand">{said}</Band>}
      <PartLinks id={found.id} part={part} faulty={fault ? partOf(fault, program) : null} />
      {parts[part]()}
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
}

function EditorHead({ found, program, start, fault, onDone }: HeadProps) {
  const { t } = useWords()
  const mayChange = useMay('manager')
  const [open, setOpen] = useState(false)
  const save = useChange('programs.save')
  const discard = useChange('programs.discard')
  const common = useTranslation('common').t
  const { id, mark, published } = found
  const dirty = programChanges(start, program).length > 0
  const unread = holdsNoNumber(program)
  const keep = async (): Promise<void> => {
    if (await save.run({ id, mark, settings: { ...program } })) onDone(t('loyalty.saved'))
  }
  const takeBack = async (): Promise<void> => {
    if (await discard.run({ id, mark })) onDone(t('loyalty.discarded'))
  }
  const problem = save.problem || discard.problem
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
        {mayChange && found.draft && published && !dirty && (
          <Button busy={discard.busy} onClick={() => void takeBack()}>
            {t('loyalty.discard')}
          </Button>
        )}
        {mayChange && dirty && (
          <Button look="primary" busy={save.busy} disabled={unread} onClick={() => void keep()}>
            {common('save')}
          </Button>
        )}
        {mayChange && found.draft && !dirty && (
          <Button look="primary" disabled={fault !== null} onClick={() => setOpen(true)}>
            {t('loyalty.publish_open')}
          </Button>
        )}
      </RoomHead>
      {problem !== '' && <Band tone="red">{problem}</Band>}
      {dirty ? (
        <Band announce={false}>{t(unread ? 'loyalty.unread' : 'loyalty.unsaved')}</Band>
      ) : (
        found.draft && (
          <Band tone="amber" announce={false}>
            {t('loyalty.draft_of', { name: found.changed_by })}
          </Band>
        )
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

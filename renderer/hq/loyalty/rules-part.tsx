import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { placeOfRule } from '../../../shared/domain/program/check.ts'
import { RULE_LIMITS } from '../../../shared/domain/program/limits.ts'
import type { Rule } from '../../../shared/domain/program/rule.ts'
import { newId } from '../../bridge/browser-clock.ts'
import { Badge } from '../../ui/badge.tsx'
import { Band } from '../../ui/band.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Choice, SelectField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../frame/use-words.ts'
import type { PartProps } from './basics-part.tsx'
import { moved, withOne, without } from './draft.ts'
import { RuleForm } from './rule-form.tsx'
import { kindOf, newRule, RULE_KINDS, type RuleKind } from './rule-kinds.ts'

const ID_SIGNS = 12

/** The rules in their order: one sentence each, and the form of the one that is open. */
export function RulesPart({ program, fault, change, segments }: PartProps & { segments: readonly string[] }) {
  const { t } = useWords()
  const [open, setOpen] = useState('')
  const [kind, setKind] = useState<RuleKind>('bonus_sale')
  const { rules } = program
  const faulty = rules.find((rule) => fault?.place.startsWith(placeOfRule(rule)))
  const add = (): void => {
    const rule = newRule(kind, newId().slice(0, ID_SIGNS), freeName(t(`loyalty.rule_kind.${kind}`), rules))
    change({ rules: [...rules, rule] })
    setOpen(rule.id)
  }
  return (
    <div className="flex flex-col gap-4">
      <div className="max-w-140">
        <Choice
          label={t('loyalty.rules.stacking')}
          value={program.stacking}
          onValue={(stacking) => change({ stacking })}
          options={(['add', 'best'] as const).map((value) => ({
            value,
            label: t(`loyalty.stacking.${value}`),
          }))}
        />
      </div>
      {fault?.place === 'Rules' && <Band tone="red">{fault.why}</Band>}
      {rules.length === 0 && <p className="text-ink-soft">{t('loyalty.rules.none')}</p>}
      {rules.map((rule, at) => (
        <RuleCard
          key={rule.id}
          rule={rule}
          open={open === rule.id}
          onOpen={() => setOpen(open === rule.id ? '' : rule.id)}
          problem={faulty === rule ? fault?.why : undefined}
          tiers={program.tiers}
          segments={segments}
          onRule={(next) => change({ rules: withOne(rules, at, next) })}
          onRemove={() => change({ rules: without(rules, at) })}
          onMove={(by) => change({ rules: moved(rules, at, by) })}
          first={at === 0}
          last={at === rules.length - 1}
        />
      ))}
      <div className="flex flex-wrap items-end gap-3">
        <SelectField
          label={t('loyalty.rules.kind')}
          value={kind}
          onValue={setKind}
          options={RULE_KINDS.map((value) => ({ value, label: t(`loyalty.rule_kind.${value}`) }))}
        />
        <Button icon={Plus} disabled={rules.length >= RULE_LIMITS.rulesMax} onClick={add}>
          {t('loyalty.rules.add')}
        </Button>
      </div>
    </div>
  )
}

/** "Visit", "Visit 2": two rules of one name are refused. */
function freeName(name: string, rules: readonly Rule[]): string {
  const taken = new Set(rules.map((rule) => rule.name.toLowerCase()))
  for (let n = 1; ; n += 1) {
    const one = n === 1 ? name : `${name} ${n}`
    if (!taken.has(one.toLowerCase())) return one
  }
}

interface CardProps {
  readonly rule: Rule
  readonly open: boolean
  readonly onOpen: () => void
  readonly problem: string | undefined
  readonly tiers: PartProps['program']['tiers']
  readonly segments: readonly string[]
  readonly onRule: (rule: Rule) => void
  readonly onRemove: () => void
  readonly onMove: (by: -1 | 1) => void
  readonly first: boolean
  readonly last: boolean
}

function RuleCard({ rule, open, onOpen, problem, onRemove, onMove, first, last, ...form }: CardProps) {
  const { t } = useWords()
  return (
    <Panel
      title={rule.name.trim() || t('loyalty.rules.new')}
      aside={
        <div className="flex items-center gap-1">
          {!rule.active && <Badge>{t('loyalty.rules.off')}</Badge>}
          <IconButton
            icon={ArrowUp}
            label={t('loyalty.up', { name: rule.name })}
            disabled={first}
            onClick={() => onMove(-1)}
          />
          <IconButton
            icon={ArrowDown}
            label={t('loyalty.down', { name: rule.name })}
            disabled={last}
            onClick={() => onMove(1)}
          />
          <IconButton icon={Trash2} label={t('loyalty.remove', { name: rule.name })} onClick={onRemove} />
          <Button aria-expanded={open} onClick={onOpen}>
            {t(open ? 'loyalty.rules.close' : 'loyalty.rules.edit')}
          </Button>
        </div>
      }
    >
      <p className="text-ink-soft">
        {t(`loyalty.rule_hint.${kindOf(rule)}`)}
        {rule.when.length > 0 && ` ${t('loyalty.rules.conditions', { count: rule.when.length })}`}
      </p>
      {problem && (
        <Band tone="red" className="mt-2">
          {problem}
        </Band>
      )}
      {open && <RuleForm rule={rule} {...form} />}
    </Panel>
  )
}

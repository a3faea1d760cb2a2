import type { Program } from '../../../shared/domain/program/program.ts'
import { Choice, SelectField, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useWords } from '../frame/use-words.ts'
import type { Fault } from './draft.ts'
import { ListField } from './list-field.tsx'
import { NumberField } from './number-field.tsx'

/** What every part of the editor works on. */
export interface PartProps {
  readonly program: Program
  readonly fault: Fault | null
  readonly change: (change: Partial<Program>) => void
}

const TYPES = ['points', 'tier', 'referral', 'vip'] as const
const EXPIRIES = ['months', 'month_end', 'inactivity'] as const

/** What the program is, gives for a naira, and takes for one. */
export function BasicsPart({ program, fault, change }: PartProps) {
  const { t } = useWords()
  const at = (place: string): string | undefined => (fault?.place === place ? fault.why : undefined)
  return (
    <div className="grid items-start gap-4 min-[1000px]:grid-cols-2">
      <Panel title={t('loyalty.basics.what')}>
        <div className="flex flex-col gap-3">
          <TextField
            label={t('loyalty.basics.name')}
            value={program.name}
            onText={(name) => change({ name })}
            problem={at('Name')}
          />
          <SelectField
            label={t('loyalty.basics.type')}
            value={program.type}
            onValue={(type) => change({ type })}
            options={TYPES.map((value) => ({ value, label: t(`loyalty.type.${value}`) }))}
            hint={t(`loyalty.type_hint.${program.type}`)}
          />
          {program.type === 'vip' && (
            <ListField
              label={t('loyalty.basics.members')}
              list={program.members}
              onList={(members) => change({ members })}
              problem={at('Members')}
            />
          )}
        </div>
      </Panel>
      <Earning program={program} at={at} change={change} />
      <Redeeming program={program} at={at} change={change} />
      <Panel title={t('loyalty.basics.lapse')}>
        <div className="flex flex-col gap-3">
          <SelectField
            label={t('loyalty.basics.lapse_how')}
            value={program.expiry.kind}
            onValue={(kind) => change({ expiry: { ...program.expiry, kind } })}
            options={EXPIRIES.map((value) => ({ value, label: t(`loyalty.expiry.${value}`) }))}
            hint={t(`loyalty.expiry_hint.${program.expiry.kind}`)}
          />
          <NumberField
            label={t('loyalty.basics.months')}
            unit="whole"
            value={program.expiry.months}
            onValue={(value) => {
              const months = value ?? Number.NaN
              change({ expiry: { ...program.expiry, months }, lot_months: months })
            }}
            problem={at('Months that points last')}
          />
        </div>
      </Panel>
    </div>
  )
}

type Fields = Pick<PartProps, 'program' | 'change'> & {
  readonly at: (place: string) => string | undefined
}

function Earning({ program, at, change }: Fields) {
  const { t } = useWords()
  return (
    <Panel title={t('loyalty.basics.earn')}>
      <div className="flex flex-col gap-3">
        <NumberField
          label={t('loyalty.basics.per_point')}
          unit="naira"
          value={program.kobo_per_point}
          onValue={(value) => change({ kobo_per_point: value ?? Number.NaN })}
          problem={at('Naira for one point')}
        />
        <Choice
          label={t('loyalty.basics.earn_on')}
          value={program.earn_on}
          onValue={(earn_on) => change({ earn_on })}
          options={(['net', 'gross'] as const).map((value) => ({
            value,
            label: t(`loyalty.earn_on.${value}`),
          }))}
        />
        <NumberField
          label={t('loyalty.basics.earn_min')}
          unit="naira"
          value={program.earn_min_kobo}
          onValue={(value) => change({ earn_min_kobo: value ?? Number.NaN })}
          hint={t('loyalty.basics.earn_min_hint')}
        />
        <ListField
          label={t('loyalty.basics.excluded_categories')}
          list={program.excludes.categories}
          onList={(categories) => change({ excludes: { ...program.excludes, categories } })}
          hint={t('loyalty.basics.excluded_hint')}
        />
        <ListField
          label={t('loyalty.basics.excluded_items')}
          list={program.excludes.items}
          onList={(items) => change({ excludes: { ...program.excludes, items } })}
        />
      </div>
    </Panel>
  )
}

function Redeeming({ program, at, change }: Fields) {
  const { t } = useWords()
  return (
    <Panel title={t('loyalty.basics.redeem')}>
      <div className="flex flex-col gap-3">
        <NumberField
          label={t('loyalty.basics.worth')}
          unit="naira"
          value={program.point_worth_kobo}
          onValue={(value) => change({ point_worth_kobo: value ?? Number.NaN })}
          problem={at('Worth of one point')}
        />
        <NumberField
          label={t('loyalty.basics.minimum')}
          unit="whole"
          value={program.redeem_min_points}
          onValue={(value) => change({ redeem_min_points: value ?? Number.NaN })}
          problem={at('Least to redeem')}
        />
        <NumberField
          label={t('loyalty.basics.step')}
          unit="whole"
          value={program.redeem_step_points}
          onValue={(value) => change({ redeem_step_points: value ?? Number.NaN })}
          problem={at('Step')}
        />
        <NumberField
          label={t('loyalty.basics.share')}
          unit="percent"
          value={program.redeem_max_share_bp}
          onValue={(value) => change({ redeem_max_share_bp: value ?? Number.NaN })}
          problem={at('Share of the bill')}
        />
      </div>
    </Panel>
  )
}

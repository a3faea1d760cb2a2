import { useState } from 'react'
import { AMOUNT_KOBO_MAX, formatNaira, parseMajor } from '../../../shared/base/money.ts'
import { Band } from '../../ui/band.tsx'
import { TextField } from '../../ui/field.tsx'
import { pointsText } from '../../ui/figures.tsx'
import { useWords } from '../frame/use-words.ts'
import { exampleOf, type ProgramInput } from './program-form.ts'

const SAMPLE = '12,500'

/** What the program as typed does to one sale, by the arithmetic of the till itself. */
export function ProgramExample({ program }: { program: ProgramInput | null }) {
  const { t } = useWords()
  const [typed, setTyped] = useState(SAMPLE)
  const kobo = parseMajor(typed)
  const good = kobo !== undefined && kobo > 0 && kobo <= AMOUNT_KOBO_MAX ? kobo : null
  return (
    <section
      aria-labelledby="example-title"
      className="flex flex-col gap-3 rounded-card border border-brand-line bg-brand-soft p-4"
    >
      <h3 id="example-title" className="text-15 font-semibold text-brand-ink">
        {t('settings.example')}
      </h3>
      <TextField
        label={t('settings.example_amount')}
        inputMode="decimal"
        value={typed}
        onText={setTyped}
        boxClassName="text-right text-18 font-semibold"
        problem={good === null ? t('settings.example_amount_wrong') : undefined}
      />
      {program === null ? (
        <p className="text-15 text-ink-soft">{t('settings.example_waits')}</p>
      ) : (
        good !== null && <Meaning program={program} saleKobo={good} />
      )}
    </section>
  )
}

function Meaning({ program, saleKobo }: { program: ProgramInput; saleKobo: number }) {
  const { t } = useWords()
  const example = exampleOf(program, saleKobo)
  // The second tier shows that the multiplier counts; with one tier there is nothing to show it by.
  const told = example.tiers[1] ?? example.tiers[0]
  return (
    <>
      {told && (
        <p aria-live="polite" className="text-15 font-medium">
          {t('settings.example_line', {
            amount: formatNaira(saleKobo),
            tier: told.tier,
            points: pointsText(told.points),
          })}
        </p>
      )}
      <table className="w-full border-collapse text-15">
        <caption className="sr-only">{t('settings.example_caption')}</caption>
        <thead>
          <tr className="text-13 text-ink-soft">
            <th scope="col" className="py-1 text-left font-medium">
              {t('settings.example_tier')}
            </th>
            <th scope="col" className="py-1 text-right font-medium">
              {t('settings.example_points')}
            </th>
            <th scope="col" className="py-1 text-right font-medium">
              {t('settings.example_back')}
            </th>
          </tr>
        </thead>
        <tbody>
          {example.tiers.map((row) => (
            <tr key={row.id} className="border-t border-brand-line">
              <th scope="row" className="py-1.5 text-left font-normal break-words">
                <bdi>{row.tier}</bdi>
              </th>
              <td className="py-1.5 text-right font-semibold">{pointsText(row.points)}</td>
              <td className="py-1.5 text-right text-ink-soft">{row.backPercent} %</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="text-13 text-ink-soft">
        {example.mostPoints > 0
          ? t('settings.example_redeem', {
              points: pointsText(example.mostPoints),
              worth: example.mostPays,
            })
          : t('settings.example_no_redeem')}{' '}
        {example.leastBillKobo === null
          ? t('settings.example_never')
          : t('settings.example_least', { amount: formatNaira(example.leastBillKobo) })}
      </p>
      {example.generous && <Band tone="amber">{t('settings.example_generous')}</Band>}
    </>
  )
}

import { Button } from '../../ui/button.tsx'
import { Choice, TextField } from '../../ui/field.tsx'
import { MiddleFrame } from '../card/middle-frame.tsx'
import { nextAmountText } from '../flow/amount-text.ts'
import type { Card } from '../flow/flow.ts'
import { stepBack } from '../flow/store.ts'
import { useWords } from '../words.ts'
import { adjust, changeAdjust, useAdjust } from './adjust.ts'

/** Points put right by hand, always with a reason. */
export function AdjustForm({ card }: { card: Card }) {
  const { t, named, points } = useWords()
  const draft = useAdjust()
  return (
    <form
      noValidate
      className="flex min-h-0 flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault()
        void adjust(card)
      }}
    >
      <MiddleFrame
        title={t('adjust.title', { name: named(card.name || card.phone) })}
        actions={
          <>
            <Button onClick={stepBack} shortcut="Esc">
              {t('common:cancel')}
            </Button>
            <Button type="submit" look="primary" shortcut="Enter" busy={draft.busy}>
              {t(draft.way === 'give' ? 'adjust.do_give' : 'adjust.do_take')}
            </Button>
          </>
        }
      >
        <div className="grid grid-cols-2 gap-3">
          <Choice
            label={t('adjust.what')}
            value={draft.way}
            onValue={(way) => changeAdjust({ way })}
            options={[
              { value: 'give', label: t('adjust.give') },
              { value: 'take', label: t('adjust.take') },
            ]}
          />
          <TextField
            autoFocus
            label={t('adjust.points')}
            inputMode="decimal"
            maxLength={40}
            hint={
              card.account.known
                ? t('adjust.now', { balance: points(card.account.available) })
                : t('adjust.unknown')
            }
            value={draft.points}
            onText={(text) => changeAdjust({ points: nextAmountText(draft.points, text) })}
            problem={draft.problem?.field === 'points' ? draft.problem.sentence : undefined}
            boxClassName="text-18 font-semibold"
          />
        </div>
        <TextField
          label={t('adjust.reason')}
          hint={t('adjust.reason_hint')}
          maxLength={1000}
          value={draft.reason}
          onText={(reason) => changeAdjust({ reason })}
          problem={draft.problem?.field === 'reason' ? draft.problem.sentence : undefined}
        />
      </MiddleFrame>
    </form>
  )
}

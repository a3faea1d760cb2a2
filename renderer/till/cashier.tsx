import { MiddlePanel } from './card/middle-panel.tsx'
import { FindPanel } from './find/find-panel.tsx'
import { useFlow } from './flow/store.ts'
import { useKeys } from './keys/use-keys.ts'
import { MemberCardDialog } from './receipt/member-card-dialog.tsx'
import { ReceiptDialog } from './receipt/receipt-dialog.tsx'
import { SalePanel } from './sale/sale-panel.tsx'
import type { Session, Status } from './shell/shell.ts'
import { ShortcutBar } from './shell/shortcut-bar.tsx'
import { Strip } from './shell/strip.tsx'
import { ToldBand } from './told/told-band.tsx'
import { UndoDialog } from './undo/undo-dialog.tsx'

/**
 * One screen for the whole sale: find, card, bill. Three columns; on a small screen list and card share the
 * first one.
 */
export function Cashier({ status, session }: { status: Status; session: Session }) {
  useKeys()
  const middleFirst = useFlow(({ flow }) => flow.for.who !== 'nobody_yet' || flow.middle !== 'card')
  return (
    <div className="relative flex h-dvh flex-col overflow-hidden bg-paper">
      <Strip status={status} session={session} />
      <ToldBand />
      <main className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_384px] grid-rows-[auto_minmax(0,1fr)] gap-3 p-3 wide:grid-cols-[340px_minmax(0,1fr)_376px] wide:gap-4 wide:p-4">
        <FindPanel behind={middleFirst} />
        <MiddlePanel behind={!middleFirst} status={status} />
        <SalePanel />
      </main>
      <ShortcutBar />
      <UndoDialog status={status} />
      <ReceiptDialog />
      <MemberCardDialog />
    </div>
  )
}

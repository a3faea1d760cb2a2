import { CalendarSearch } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { useManager } from '../frame/manager-context.ts'
import { AsOf, RoomHead } from '../frame/room-head.tsx'
import { TroubleBand, TroubleState } from '../frame/trouble.tsx'
import { useQuery } from '../frame/use-query.ts'
import { useWords } from '../frame/use-words.ts'
import { Attention } from './attention-panel.tsx'
import { CashierTable } from './cashier-table.tsx'
import { readDay, writeDay } from './day.ts'
import { DayFigures } from './day-figures.tsx'
import { DayPicker } from './day-picker.tsx'
import { HourPanel } from './hour-panel.tsx'
import { UndonePanel } from './undone-panel.tsx'

/** What happened today, or on an earlier day: figures, hours, people, and what needs the manager. */
export function TodayRoom({ query }: { query: string }) {
  const { t, day } = useWords()
  const { today, go } = useManager()
  const asked = readDay(query)
  const report = useQuery('manager.today', { date: asked }, ['sales', 'customers', 'health'])
  const date = report.value?.date ?? asked ?? today
  const isToday = date === today
  const show = (next: string): void => go({ room: 'today', query: writeDay(next, today) })
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <RoomHead
        title={isToday ? t('today.title') : day(date, 'full')}
        subtitle={isToday ? day(date, 'full') : t('today.earlier')}
      >
        {!isToday && (
          <Button icon={CalendarSearch} onClick={() => show(today)}>
            {t('today.back_to_today')}
          </Button>
        )}
        <DayPicker date={date} today={today} onDay={show} />
        <AsOf atMs={report.value?.as_of ?? null} onRefresh={report.reload} />
      </RoomHead>
      {report.value ? (
        <>
          <TroubleBand query={report} />
          <DayFigures report={report.value} />
          <div className="grid grid-cols-1 items-start gap-4 wide:grid-cols-[minmax(0,1fr)_20rem]">
            <div className="grid min-w-0 grid-cols-2 items-start gap-4 wide:order-last wide:flex wide:flex-col wide:items-stretch">
              <Attention items={report.value.attention} />
              <UndonePanel report={report.value} />
            </div>
            <div className="flex min-w-0 flex-col gap-4">
              <HourPanel report={report.value} isToday={isToday} />
              <CashierTable report={report.value} />
            </div>
          </div>
        </>
      ) : report.trouble ? (
        <TroubleState query={report} />
      ) : (
        <TodaySkeleton />
      )}
    </div>
  )
}

/** The places of the figures and charts, so that nothing moves when they come. */
function TodaySkeleton() {
  return (
    <div aria-hidden="true" className="flex flex-col gap-4">
      <div className="grid grid-cols-4 gap-3 wide:gap-4">
        {['sales', 'given', 'used', 'new'].map((key) => (
          <div key={key} className="h-37 rounded-card border border-line bg-surface p-4">
            <Skeleton className="w-24" />
            <Skeleton className="mt-4 h-8 w-32" />
          </div>
        ))}
      </div>
      <div className="h-72 rounded-card border border-line bg-surface" />
    </div>
  )
}

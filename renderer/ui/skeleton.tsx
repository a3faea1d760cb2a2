import { classNames } from './class-names.ts'

/** A grey bar where something is coming. Invisible for the first 150 ms, so that a quick answer never blinks. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={classNames('block h-4 animate-show-late rounded-inner bg-sunken', className)}
    />
  )
}

export function SkeletonLines({ lines }: { lines: number }) {
  return (
    <div className="flex flex-col gap-3">
      {Array.from({ length: lines }, (_, line) => `line-${line}`).map((key, line) => (
        <Skeleton key={key} className={line % 3 === 2 ? 'w-1/2' : line % 3 === 1 ? 'w-5/6' : 'w-full'} />
      ))}
    </div>
  )
}

import { classNames } from './class-names.ts'

/**
 * A person's name on one line, in its own direction: a long Arabic or Hebrew name is cut at its own end, and
 * never turns what stands around it. The whole name is in the title.
 */
export function Name({ of, className }: { of: string; className?: string }) {
  return (
    <span dir="auto" title={of} className={classNames('one-line block text-left', className)}>
      {of}
    </span>
  )
}

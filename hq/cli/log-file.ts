import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'
import type { LogSink } from '../api/log.ts'
import { sayWhy } from './postgres-place.ts'

const LOG_BYTES_MAX = 20 * 1024 * 1024

/**
 * Lines at the end of a file, which moves aside to `.before` when it has grown large. A line that cannot be written (a
 * full disk) is dropped: head office goes on without it, and `onTrouble` hears of the first one, then again once a line
 * was written in between.
 */
export function logFile(
  file: string,
  onTrouble: (sentence: string) => void,
  bytesMax = LOG_BYTES_MAX,
): LogSink {
  let descriptor: number | null = null
  let size = 0
  let well = true
  const open = (): number => {
    const opened = openSync(file, 'a', 0o600)
    size = fstatSync(opened).size
    return opened
  }
  const close = (): void => {
    if (descriptor !== null) closeSync(descriptor)
    descriptor = null
  }
  const add = (line: string): void => {
    descriptor ??= open()
    if (size >= bytesMax) {
      close()
      renameSync(file, `${file}.before`)
      descriptor = open()
    }
    size += writeSync(descriptor, line)
  }
  return {
    write(line) {
      try {
        add(line)
        well = true
      } catch (error) {
        if (well) onTrouble(`Lines of the log are lost: ${file} cannot be written: ${sayWhy(error)}.`)
        well = false
        close()
      }
    },
  }
}

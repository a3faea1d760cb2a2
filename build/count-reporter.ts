import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** What one run of Vitest came to, for the closing line of the test command. */
export interface Counts {
  readonly passed: number
  /** Failed tests, files that could not be loaded, and errors outside any test. */
  readonly failed: number
  readonly skipped: readonly { readonly name: string; readonly why: string }[]
  /** Names of tests among the passed that failed the first time. */
  readonly secondTry: readonly string[]
}

/** The file that the counts are written to. */
export const COUNTS_FILE = 'KASUWA_COUNTS_FILE'

/** Writes the counts beside Vitest's own report. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const file = process.env[COUNTS_FILE]
    if (!file) throw new Error(`${COUNTS_FILE} does not say where the counts go.`)
    writeFileSync(file, JSON.stringify(count(modules, errors.length)))
  }
}

function count(modules: readonly TestModule[], errors: number): Counts {
  let passed = 0
  let failed = errors
  const skipped: { name: string; why: string }[] = []
  const secondTry: string[] = []
  for (const module of modules) {
    failed += module.errors().length
    for (const one of module.children.allSuites()) failed += one.errors().length
    for (const one of module.children.allTests()) {
      const result = one.result()
      const name = `${module.relativeModuleId} > ${one.fullName}`
      if (result.state === 'passed') {
        passed += 1
        if (one.diagnostic()?.flaky) secondTry.push(name)
      } else if (result.state === 'skipped') skipped.push({ name, why: result.note ?? 'no reason given' })
      else failed += 1
    }
  }
  return { passed, failed, skipped, secondTry }
}

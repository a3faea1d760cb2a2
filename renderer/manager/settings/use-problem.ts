import { LIMITS, PROGRAM_LIMITS } from '../../../shared/base/limits.ts'
import { useWords } from '../frame/use-words.ts'
import type { SettingsProblems } from './settings-form.ts'

const longest = (path: string): number => {
  if (path === 'consent') return LIMITS.consentCharsMax
  if (path === 'program.name') return PROGRAM_LIMITS.nameCharsMax
  if (path.startsWith('program.tiers.')) return PROGRAM_LIMITS.tierNameCharsMax
  return LIMITS.storeNameCharsMax
}

/** The sentence under the field at a path; undefined when nothing is wrong there. */
export function useProblem(problems: SettingsProblems): (path: string) => string | undefined {
  const { t } = useWords()
  return (path) => {
    const problem = problems[path]
    return problem && t(`settings.problem.${problem}`, { max: longest(path) })
  }
}

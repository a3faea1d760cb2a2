import AxeBuilder from '@axe-core/playwright'
import type { Screen } from './screen.ts'

/**
 * What axe finds on a screen in the looks named, each with the element it is about. The window must have been opened
 * with `bypassPolicy`: axe puts a script into the page.
 */
export async function violations(
  { page }: Screen,
  looks: readonly ('light' | 'dark')[] = ['light', 'dark'],
): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of looks) {
    await page.emulateMedia({ colorScheme })
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
    for (const { id, nodes } of violations) {
      for (const { html, failureSummary } of nodes) {
        found.push(`${colorScheme} ${id}: ${html} ${failureSummary?.split('\n')[1] ?? ''}`)
      }
    }
  }
  return found
}

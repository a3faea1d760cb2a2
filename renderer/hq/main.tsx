import '../ui/theme.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { CONSOLE_WORDS } from '../i18n/console.ts'
import { startTranslations } from '../i18n/index.ts'
import { applyAppearance, keptAppearance } from '../ui/appearance.ts'
import { App } from './app.tsx'

applyAppearance(keptAppearance())
await startTranslations(CONSOLE_WORDS)

const root = document.getElementById('root')
if (!root) throw new Error('The page has no place for the console')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)

import '../ui/theme.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { startTranslations } from '../i18n/index.ts'
import { TILL_WORDS } from '../i18n/till.ts'
import { applyAppearance, keptAppearance } from '../ui/appearance.ts'
import { App } from './app.tsx'
import { startShell } from './shell/shell.ts'

applyAppearance(keptAppearance())
await startTranslations(TILL_WORDS)
startShell()

const root = document.getElementById('root')
if (!root) throw new Error('The page has no place for the app')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)

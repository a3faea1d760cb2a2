import '../ui/theme.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { startTranslations } from '../i18n/index.ts'
import { applyAppearance, keptAppearance } from '../ui/appearance.ts'
import { App } from './app.tsx'

applyAppearance(keptAppearance())
await startTranslations()

const root = document.getElementById('root')
if (!root) throw new Error('The page has no place for the console')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)

import { Moon, Sun } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { applyAppearance, isDark } from './appearance.ts'
import { IconButton } from './button.tsx'

/** Turns the screen dark or light. */
export function AppearanceButton() {
  const { t } = useTranslation('common')
  const [dark, setDark] = useState(isDark)
  return (
    <IconButton
      icon={dark ? Sun : Moon}
      label={t(dark ? 'appearance.light' : 'appearance.dark')}
      onClick={() => {
        applyAppearance(dark ? 'light' : 'dark')
        setDark(!dark)
      }}
    />
  )
}

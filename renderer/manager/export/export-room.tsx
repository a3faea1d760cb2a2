import { useState } from 'react'
import { Band } from '../../ui/band.tsx'
import { Choice } from '../../ui/field.tsx'
import { RoomHead } from '../frame/room-head.tsx'
import { useQuery } from '../frame/use-query.ts'
import { useWords } from '../frame/use-words.ts'
import { ExportCard } from './export-card.tsx'
import { EXPORTS, type ExportFormat } from './use-export.ts'

/** All data as files: what is this shop's stays this shop's. */
export function ExportRoom() {
  const { t } = useWords()
  const [format, setFormat] = useState<ExportFormat>('csv')
  const health = useQuery('health.get', {})
  const rowsOf = (what: (typeof EXPORTS)[number]): number | null =>
    what === 'customers'
      ? (health.value?.customers ?? null)
      : what === 'events'
        ? (health.value?.events ?? null)
        : null
  return (
    <div className="flex flex-col gap-4 p-4 wide:p-6">
      <RoomHead title={t('export.title')} subtitle={t('export.subtitle')}>
        <Choice
          label={t('export.format')}
          hideLabel
          value={format}
          onValue={setFormat}
          options={[
            { value: 'csv', label: t('export.csv') },
            { value: 'json', label: t('export.json') },
          ]}
        />
      </RoomHead>
      <div className="grid grid-cols-2 gap-4">
        {EXPORTS.map((what) => (
          <ExportCard key={what} what={what} format={format} expectedRows={rowsOf(what)} />
        ))}
      </div>
      <Band tone="neutral" announce={false}>
        {t('export.personal')}
      </Band>
    </div>
  )
}

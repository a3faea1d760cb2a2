import { Bar, BarChart, Cell, LabelList, ResponsiveContainer, XAxis, YAxis } from 'recharts'
import { barLabel, type HourRow, hourText, type Measure, measured } from './hours.ts'

const HEIGHT_PX = 208

/** Bars by hour with their numbers over them. A picture only: the table beside it is what is read out. */
export function HourChart({
  rows,
  measure,
  busiest,
}: {
  rows: readonly HourRow[]
  measure: Measure
  busiest: number
}) {
  const data = rows.map((row) => ({
    hour: row.hour,
    name: hourText(row.hour),
    value: Math.max(0, measured(row, measure)),
    label: barLabel(row, measure),
  }))
  return (
    <ResponsiveContainer width="100%" height={HEIGHT_PX} initialDimension={{ width: 640, height: HEIGHT_PX }}>
      <BarChart
        accessibilityLayer={false}
        data={data}
        margin={{ top: 24, right: 8, bottom: 0, left: 8 }}
        barCategoryGap="18%"
      >
        <XAxis
          dataKey="name"
          axisLine={{ stroke: 'var(--line-strong)' }}
          tickLine={false}
          interval="preserveStartEnd"
          minTickGap={12}
          height={28}
          tick={{ fill: 'var(--ink-soft)', fontSize: 13 }}
        />
        <YAxis hide domain={[0, 'dataMax']} />
        <Bar dataKey="value" radius={[4, 4, 0, 0]} maxBarSize={56} isAnimationActive={false}>
          {data.map((row) => (
            <Cell key={row.hour} fill="var(--brand)" fillOpacity={row.hour === busiest ? 1 : 0.5} />
          ))}
          <LabelList
            dataKey="label"
            position="top"
            offset={6}
            fill="var(--ink)"
            fontSize={13}
            fontWeight={500}
          />
        </Bar>
      </BarChart>
    </ResponsiveContainer>
  )
}

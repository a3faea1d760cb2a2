/** The stall with its awning: the sign of Kasuwa, as in `icon.svg`. `size` in px. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg viewBox="0 0 512 512" width={size} height={size} aria-hidden="true" focusable="false">
      <rect width="512" height="512" rx="112" className="fill-brand" />
      <g
        fill="none"
        className="stroke-on-brand"
        strokeLinecap="round"
        strokeLinejoin="round"
        strokeWidth="32"
      >
        <path d="M112 196 144 124H368L400 196" />
        <path d="M112 196a36 36 0 0 0 72 0 36 36 0 0 0 72 0 36 36 0 0 0 72 0 36 36 0 0 0 72 0" />
        <path d="M144 268V388H368V268" />
      </g>
      <circle cx="256" cy="328" r="38" className="fill-amber" />
    </svg>
  )
}

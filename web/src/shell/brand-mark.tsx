import './brand-mark.css'

/** Headway's mark: an H whose bar keeps going. */
export function BrandMark({ size = 22 }: { size?: number }) {
  return (
    <svg
      className="brand-mark"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      strokeWidth="2.3"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path className="brand-mark-posts" d="M3.5 3.5v17M12.5 3.5v4.7M12.5 15.8v4.7" />
      <path className="brand-mark-way" d="M3.5 12h17M16.3 7.6 20.7 12l-4.4 4.4" />
    </svg>
  )
}

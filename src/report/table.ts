/** Rows of cells as text: in columns for people, as CSV for programs. */

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** The lines of a table with titles. A column is as wide as its widest cell; two spaces separate columns. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ title }, k) =>
    rows.reduce((most, row) => Math.max(most, width(row[k] ?? '')), width(title)),
  )
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, k) => {
        const cell = cells[k] ?? ''
        const gap = ' '.repeat(widths[k]! - width(cell))
        return align === 'right' ? gap + cell : cell + gap
      })
      .join('  ')
      .trimEnd()
  return [line(columns.map(({ title }) => title)), ...rows.map(line)]
}

/** Lines of two columns without titles. The further lines of a text stand below its first one. */
export function aligned(pairs: readonly (readonly [string, string])[]): string[] {
  const widest = pairs.reduce((most, [name]) => Math.max(most, name.length), 0)
  return pairs.flatMap(([name, text]) =>
    text
      .split(/\r?\n/)
      .map((line, k) => (k > 0 && line === '' ? '' : `${(k === 0 ? name : '').padEnd(widest)}  ${line}`)),
  )
}

/** One line of CSV (RFC 4180) without its end. A missing cell is empty. */
export function csvLine(cells: readonly (string | number | boolean | null | undefined)[]): string {
  return cells.map((cell) => (cell === null || cell === undefined ? '' : quoted(String(cell)))).join(',')
}

// Code points: a wide East Asian character counts as one, which costs only a ragged edge.
function width(text: string): number {
  return [...text].length
}

// An empty string is quoted, since a reader could not tell it from a missing cell.
function quoted(text: string): string {
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

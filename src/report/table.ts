/** Rows of text in columns, for a terminal or a pipe. */

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** Lines of a table: titles, then the rows, each column as wide as its widest cell, two spaces between columns. */
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

// Code points; wide East Asian characters are counted as one, which costs only a ragged edge.
const width = (text: string): number => [...text].length

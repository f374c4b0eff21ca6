/** Rows as CSV after RFC 4180, with the line ends of Unix. */

/** One line of CSV without its end. Missing cells are empty. */
export const csvLine = (cells: readonly (string | number | boolean | null | undefined)[]): string =>
  cells.map((cell) => (cell === null || cell === undefined ? '' : quoted(String(cell)))).join(',')

// A lone empty string is quoted, or a reader could not tell it from a missing cell.
const quoted = (text: string): string =>
  text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/**
 * Results in a table: CSV as RFC 4180 has it, with commas, semicolons or tabs between its cells. The first row names
 * the columns. An empty cell is a missing one.
 */

import { didYouMean } from '../space/nearest-name.ts'
import { IF_CUT_OFF } from './json-text.ts'
import { isDerivedColumn, nothingRead, resultOfCells, rolesOf } from './old-results.ts'
import type { Cell, Readout, Role, Sought } from './old-results.ts'

/** A row of a table, and the line at which it begins. A cell without quotes that is empty is undefined. */
interface TableRow {
  readonly line: number
  readonly cells: readonly (string | undefined)[]
  /** Whether the text ends with it, without an end of the line. */
  readonly isLast: boolean
}

/** @throws RangeError for a table without columns of this study */
export function readCsv(text: string, sought: Sought): Readout {
  const readout = nothingRead()
  const rows = rowsOf(text)
  const head = rows.next()
  if (head.done === true) throw new RangeError('line 1: the table is empty; its first line must name the columns')
  const names = head.value.cells.map((cell) => (cell ?? '').trim())
  const roles = rolesOf(sought, names)
  checkRoles(names, roles, head.value.line)
  checkObjectives(sought, names, roles, head.value.line)
  for (const [k, name] of names.entries())
    if (roles[k] === undefined && name !== '' && !isDerivedColumn(sought, name)) readout.unused.add(name)
  for (const { line, cells, isLast } of rows) {
    try {
      if (cells.length !== names.length) throw new RangeError(countWords(cells.length, names.length, isLast))
      const result = resultOfCells(sought, cellsOf(roles, cells))
      if (result === undefined) readout.unended++
      else readout.found.push({ line, row: result })
    } catch (error) {
      readout.wrong.push({ line, reason: (error as Error).message })
    }
  }
  return readout
}

function checkRoles(names: readonly string[], roles: readonly (Role | undefined)[], line: number): void {
  if (!roles.some((role) => role?.is === 'parameter'))
    throw new RangeError(`line ${line}: no column is a parameter of the study, got ${names.join(', ')}`)
  const seen = new Map<string, string>()
  for (const [k, role] of roles.entries()) {
    if (role?.is !== 'parameter') continue
    const other = seen.get(role.name)
    if (other !== undefined)
      throw new RangeError(`line ${line}: '${other}' and '${names[k]}' are both parameter '${role.name}'; keep one`)
    seen.set(role.name, names[k]!)
  }
}

/** Rows may have failed without a value where a state says so. Otherwise each objective needs a column. */
function checkObjectives(
  { objectives }: Sought,
  names: readonly string[],
  roles: readonly (Role | undefined)[],
  line: number,
): void {
  if (roles.some((role) => role?.is === 'state')) return
  const missing = Object.keys(objectives).find(
    (name) => !roles.some((role) => role?.is === 'value' && role.name === name),
  )
  if (missing === undefined) return
  const others = names.filter((_, k) => roles[k] === undefined)
  throw new RangeError(
    `line ${line}: no column is objective '${missing}', got ${names.join(', ')}${didYouMean(missing, others)}`,
  )
}

function countWords(count: number, wanted: number, isLast: boolean): string {
  const words = `has ${count} cells, but there are ${wanted} columns`
  if (count > wanted) return `${words}; a number with a decimal comma, or a text with a comma, needs quotes`
  return isLast ? `${words}; ${IF_CUT_OFF}` : words
}

function cellsOf(roles: readonly (Role | undefined)[], cells: TableRow['cells']): [Role, Cell][] {
  return cells.flatMap((text, k): [Role, Cell][] => {
    const role = roles[k]
    return role === undefined || text === undefined ? [] : [[role, { text }]]
  })
}

/** What separates the cells: the sign that the first line has most of. */
function separatorOf(head: string): string {
  const count = (sign: string): number => head.split(sign).length
  return [';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best), ',')
}

/**
 * The rows of a table, one after the other. A row whose cells are all empty is passed over. A first line `sep=;` is
 * Excel's, and says what separates the cells. Lines that end as on an old Macintosh are read too.
 *
 * @throws RangeError for a quote that nothing closes
 */
function* rowsOf(given: string): Generator<TableRow, undefined> {
  const text = given.includes('\n') ? given : given.replaceAll('\r', '\n')
  const [mark = '', sign] = /^sep=(.)\r?\n/i.exec(text) ?? []
  const separator = sign ?? separatorOf(text.trimStart().split('\n', 1)[0]!)
  let line = mark === '' ? 1 : 2
  for (let at = mark.length; at < text.length;) {
    const begin = line
    const cells: (string | undefined)[] = []
    for (let isEnd = false; !isEnd;) {
      let cell: string | undefined
      if (text[at] === '"') {
        let end = at
        do {
          end = text.indexOf('"', end + 1)
          if (end < 0) throw new RangeError(`line ${begin}: a quote is never closed; close it, or ${IF_CUT_OFF}`)
        } while (text[++end] === '"')
        cell = text.slice(at + 1, end - 1).replaceAll('""', '"')
        line += cell.split('\n').length - 1
        at = end
      }
      const rest = endOf(text, at, separator)
      const more = text.slice(at, rest)
      if (cell === undefined) cell = more.trim() === '' ? undefined : more.replace(/\r$/, '')
      else if (more.trim() !== '') cell += more.replace(/\r$/, '')
      cells.push(cell)
      isEnd = text[rest] !== separator
      at = rest + 1
    }
    line++
    if (cells.some((cell) => cell !== undefined)) yield { line: begin, cells, isLast: at > text.length }
  }
  return undefined
}

/** Where a cell without quotes ends. */
function endOf(text: string, from: number, separator: string): number {
  let at = from
  while (at < text.length && text[at] !== separator && text[at] !== '\n') at++
  return at
}

/**
 * Results in a table: CSV as RFC 4180 has it, with commas, semicolons or tabs between its cells. The first row names
 * the columns. An empty cell is a missing one.
 */

import { isDerivedColumn, nothingRead, resultOfCells, rolesOf } from './old-results.ts'
import type { Cell, Readout, Role, Sought } from './old-results.ts'

/** A row of a table, and the line at which it begins. A cell without quotes that is empty is undefined. */
interface TableRow {
  readonly line: number
  readonly cells: readonly (string | undefined)[]
}

/** @throws RangeError for a table without columns of this study */
export function readCsv(text: string, sought: Sought): Readout {
  const readout = nothingRead()
  const rows = rowsOf(text, separatorOf(text))
  const head = rows.next()
  if (head.done === true) throw new RangeError('line 1: the table is empty; its first line must name the columns')
  const names = head.value.cells.map((cell) => (cell ?? '').trim())
  const roles = rolesOf(sought, names)
  checkRoles(names, roles, head.value.line)
  for (const [k, name] of names.entries())
    if (roles[k] === undefined && name !== '' && !isDerivedColumn(sought, name)) readout.unused.add(name)
  for (const { line, cells } of rows) {
    try {
      if (cells.length !== names.length) throw new RangeError(countWords(cells.length, names.length))
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

function countWords(count: number, wanted: number): string {
  const comma = count > wanted ? '; a number with a decimal comma, or a text with a comma, needs quotes' : ''
  return `has ${count} cells, but there are ${wanted} columns${comma}`
}

function cellsOf(roles: readonly (Role | undefined)[], cells: TableRow['cells']): [Role, Cell][] {
  return cells.flatMap((text, k): [Role, Cell][] => {
    const role = roles[k]
    return role === undefined || text === undefined ? [] : [[role, { text }]]
  })
}

/** What separates the cells: the sign that the first line has most of. */
function separatorOf(text: string): string {
  const end = text.indexOf('\n')
  const head = end < 0 ? text : text.slice(0, end)
  const count = (sign: string): number => head.split(sign).length
  return [';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best), ',')
}

/**
 * The rows of a table, one after the other. A row without any cell is passed over.
 *
 * @throws RangeError for a quote that nothing closes
 */
function* rowsOf(text: string, separator: string): Generator<TableRow, undefined> {
  let line = 1
  for (let at = 0; at < text.length;) {
    const begin = line
    const cells: (string | undefined)[] = []
    for (let isLast = false; !isLast;) {
      let cell: string | undefined
      if (text[at] === '"') {
        let end = at
        do {
          end = text.indexOf('"', end + 1)
          if (end < 0) throw new RangeError(`line ${line}: a quote is never closed`)
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
      isLast = text[rest] !== separator
      at = rest + 1
    }
    line++
    if (cells.length > 1 || cells[0] !== undefined) yield { line: begin, cells }
  }
  return undefined
}

/** Where a cell without quotes ends. */
function endOf(text: string, from: number, separator: string): number {
  let at = from
  while (at < text.length && text[at] !== separator && text[at] !== '\n') at++
  return at
}

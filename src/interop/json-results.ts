/**
 * Results in JSON: one object per line, or one array of objects. An object is a trial as `ls --json` prints it
 * (`config`, `values`, `outputs`, `state`), or has the names of a table.
 */

import { isRecord } from '../space/options.ts'
import { shown } from '../space/shown.ts'
import type { Json, Output } from '../trial.ts'
import { parseJsonText } from './json-text.ts'
import { nothingRead, resultOfCells, rolesOf } from './old-results.ts'
import type { Cell, OldRow, Readout, Role, Sought } from './old-results.ts'

type Fields = Readonly<Record<string, unknown>>

/** Reads one array. The line of an element is its place in the array, from 1. */
export function readJson(text: string, sought: Sought): Readout {
  const list = parseJsonText(text, true)
  return readObjects(
    (Array.isArray(list) ? list : [list]).map((object, k) => [k + 1, () => object]),
    sought,
  )
}

/** Reads one object per line. */
export function readJsonLines(text: string, sought: Sought): Readout {
  const lines = text.split('\n')
  return readObjects(
    lines.flatMap((json, k) =>
      json.trim() === '' ? [] : [[k + 1, () => parseJsonText(json, k === lines.length - 1)] as const],
    ),
    sought,
  )
}

/** Reads trials as objects. */
export function readObjects(
  objects: readonly (readonly [line: number, read: () => unknown])[],
  sought: Sought,
): Readout {
  const readout = nothingRead()
  for (const [line, read] of objects) {
    try {
      const object = read()
      if (!isRecord(object)) throw new TypeError(`must be an object, got ${shown(object)}`)
      const row = isRecord(object.config) ? resultOfTrial(object, sought) : resultOfFields(object, sought, readout)
      if (row === undefined) readout.unended++
      else readout.found.push({ line, row })
    } catch (error) {
      readout.wrong.push({ line, reason: (error as Error).message })
    }
  }
  return readout
}

/** A trial with its config as a part. */
function resultOfTrial(trial: Fields, sought: Sought): OldRow | undefined {
  const { config, state, value, values, outputs } = trial
  const cells: [Role, Cell][] = []
  const add = (is: 'value' | 'output', given: unknown): void => {
    if (isRecord(given))
      for (const [name, json] of Object.entries(given)) cells.push([{ is, name }, { json: json as Json }])
  }
  add('value', values)
  add('output', outputs)
  const [first] = Object.keys(sought.objectives)
  if (cells.every(([role]) => role.is !== 'value') && value != null)
    cells.push([{ is: 'value', name: first! }, { json: value as Json }])
  if (state !== undefined) cells.push([{ is: 'state' }, { json: state as Json }])
  // The study checks the config as a whole.
  const row = resultOfCells({ ...sought, space: {} }, cells)
  return row && { ...row, config }
}

/** A trial as a row of a table, with its parameters beside its value, or below `params`. */
function resultOfFields(object: Fields, sought: Sought, { unused }: Readout): OldRow | undefined {
  const { params, ...rest } = object
  const fields: Fields = { ...rest, ...(isRecord(params) ? params : {}) }
  const names = Object.keys(fields)
  const cells = rolesOf(sought, names).flatMap((role, k): [Role, Cell][] => {
    const json = fields[names[k]!] as Json
    if (role === undefined) unused.add(names[k]!)
    if (role === undefined || (json === null && role.is !== 'parameter')) return []
    if (role.is === 'output' && typeof json === 'object') return []
    return [[role, { json: json as Output }]]
  })
  return resultOfCells(sought, cells)
}

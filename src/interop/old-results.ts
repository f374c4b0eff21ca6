/**
 * Results from files of other tools: what every reader of such a file gives, and how a row becomes a result.
 *
 * A row is a set of named cells. Names are matched as `ls --csv` writes them (`param.lr`, `value`, `value.loss`,
 * `output.memory`, `state`), as other tools do (`params_lr`, `p:lr`, `objective`), and bare, as the parameters and the
 * objectives are called in the study.
 */

import { assemble } from '../space/assemble.ts'
import { flatten, survey } from '../space/flatten.ts'
import type { Leaf } from '../space/flatten.ts'
import type { Space } from '../space/parameter.ts'
import { numberOfText, valueOfText } from '../space/value-of-text.ts'
import type { Config, Json, Objectives, Output } from '../trial.ts'

/** What the results must be about. */
export interface Sought {
  readonly space: Space
  readonly objectives: Objectives
}

/** A result as a file has it. The study checks its config and its values. */
export interface OldRow {
  readonly config: unknown
  readonly values?: Readonly<Record<string, Output>>
  readonly state: 'complete' | 'failed' | 'pruned'
}

/** What a file has. */
export interface Readout {
  /** Results, each with the line at which it begins. */
  readonly found: { readonly line: number; readonly row: OldRow }[]
  readonly wrong: { readonly line: number; readonly reason: string }[]
  /** How many trials have not ended, and are left out. */
  unended: number
  /** Columns that are neither of the space nor of the objectives. */
  readonly unused: Set<string>
}

/** What a cell is about. */
export type Role = { readonly is: 'parameter' | 'value' | 'output'; readonly name: string } | { readonly is: 'state' }

/** A cell as text, if it comes from a table, or as a JSON value. */
export type Cell = { readonly text: string } | { readonly json: Json }

/** Words for a state, in lower case. Undefined: the trial has not ended. */
const STATES: Readonly<Record<string, OldRow['state'] | undefined>> = {
  complete: 'complete',
  completed: 'complete',
  pruned: 'pruned',
  failed: 'failed',
  fail: 'failed',
  running: undefined,
  waiting: undefined,
  queued: undefined,
  interrupted: undefined,
  paused: undefined,
}

/** How DeepHyper writes the value of a trial that failed: `F` and a reason. */
const FAILED_VALUE = /^F(_.*)?$/

/** How tables write a number that is not finite, or that nobody knows. */
const NOT_FINITE = /^([+-]?(nan|inf(inity)?)|n\/?a|#n\/a|null|none)$/i

export const nothingRead = (): Readout => ({ found: [], wrong: [], unended: 0, unused: new Set() })

/** Says of each name of a row or a header what it is about; undefined for one that is about nothing here. */
export function rolesOf({ space, objectives }: Sought, names: readonly string[]): (Role | undefined)[] {
  const parameters = new Set(flatten(space).map(({ name }) => name))
  const targets = Object.keys(objectives)
  const hasPrefixes = names.some((name) => parameterOf(name, parameters) !== undefined)
  return names.map((name): Role | undefined => {
    const parameter = parameterOf(name, parameters) ?? (!hasPrefixes && parameters.has(name) ? name : undefined)
    if (parameter !== undefined) return { is: 'parameter', name: parameter }
    if (name === 'state') return { is: 'state' }
    const [, index] = /^(?:value|objective)s?(?:_(\d+))?$/.exec(name) ?? [undefined, 'none']
    const target = index === 'none' ? name.replace(/^value\./, '') : (targets[Number(index ?? 0)] ?? name)
    if (targets.includes(target)) return { is: 'value', name: target }
    const output = /^(?:output\.|user_attrs_)(.+)$/.exec(name)?.[1]
    return output === undefined ? undefined : { is: 'output', name: output }
  })
}

function parameterOf(name: string, parameters: ReadonlySet<string>): string | undefined {
  const bare = /^(?:param\.|params_|p:)(.+)$/.exec(name)?.[1]
  return bare !== undefined && parameters.has(bare) ? bare : undefined
}

/** Whether a column follows from others, so that nobody misses it. */
export const isDerivedColumn = ({ space }: Sought, name: string): boolean =>
  survey(space).derived.some((leaf) => leaf.name === name.replace(/^param\./, ''))

/**
 * The result in a row; undefined if the trial has not ended.
 *
 * @throws RangeError or TypeError for a cell that makes no sense, or a parameter or a value that is missing
 */
export function resultOfCells(
  { space, objectives }: Sought,
  cells: readonly (readonly [Role, Cell])[],
): OldRow | undefined {
  const given = new Map<string, Cell>()
  const values: Record<string, Output> = {}
  const ended = endIn(cells)
  if (ended === undefined) return undefined
  for (const [role, cell] of cells) {
    if (role.is === 'parameter') given.set(role.name, cell)
    else if (role.is === 'state' || ended === 'failed') continue
    else if (Object.hasOwn(objectives, role.name)) addValue(values, role.name, numberIn(role.name, cell))
    else values[role.name] = outputIn(cell)
  }
  const parameters = new Set(flatten(space).map(({ name }) => name))
  const strange = [...given.keys()].find((name) => !parameters.has(name))
  if (strange !== undefined) throw new RangeError(`parameter '${strange}': is not one of the study`)
  const missing = Object.keys(objectives).filter((name) => !Object.hasOwn(values, name))
  const hasValues = missing.length < Object.keys(objectives).length
  if (missing.length > 0 && ended !== 'failed' && (ended === 'complete' || hasValues))
    throw new RangeError(`objective '${missing[0]}': has no value; add it, or say that the trial failed (state failed)`)
  return { config: configOf(space, given), state: ended, ...(ended === 'failed' || !hasValues ? {} : { values }) }
}

/** How the trial of a row ended; undefined if it has not. A word in the place of its value may say that it failed. */
function endIn(cells: readonly (readonly [Role, Cell])[]): OldRow['state'] | undefined {
  const [, cell] = cells.find(([role]) => role.is === 'state') ?? []
  if (cell === undefined)
    return cells.some(([role, value]) => role.is === 'value' && 'text' in value && FAILED_VALUE.test(value.text))
      ? 'failed'
      : 'complete'
  const word = String('text' in cell ? cell.text : cell.json).toLowerCase()
  if (!Object.hasOwn(STATES, word))
    throw new RangeError(`state: must be complete, pruned or failed, got '${word}'; correct it`)
  return STATES[word]
}

/** @throws RangeError if the objective has another value already */
function addValue(values: Record<string, Output>, name: string, value: number): void {
  if (Object.hasOwn(values, name) && values[name] !== value)
    throw new RangeError(`objective '${name}': has two values, ${values[name]} and ${value}; keep one`)
  values[name] = value
}

function configOf(space: Space, given: ReadonlyMap<string, Cell>): Config {
  return assemble(space, ({ name, parameter }: Leaf) => {
    const cell = given.get(name)
    if (cell === undefined) throw new RangeError(`parameter '${name}': is missing; add it`)
    return 'text' in cell ? valueOfText(name, parameter, cell.text) : cell.json
  })
}

function numberIn(name: string, cell: Cell): number {
  const value = 'json' in cell ? cell.json : NOT_FINITE.test(cell.text.trim()) ? Number.NaN : cell.text
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(
      `objective '${name}': must be finite, got ${'text' in cell ? cell.text.trim() : value}; ` +
        'say that the trial failed (state failed)',
    )
  return 'text' in cell ? numberOfText(`objective '${name}'`, cell.text) : (value as number) // the study checks it
}

/** A number, a truth value or a text. */
function outputIn(cell: Cell): Output {
  if ('json' in cell) return cell.json as Output
  const { text } = cell
  if (text === 'true' || text === 'false') return text === 'true'
  const number = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? number : text
}

/**
 * Results in a journal of Optuna: one JSON object per line, each an operation (`op_code`) on a study or a trial.
 *
 * The numbers of studies and trials are not in the lines that make them: they count up. The last line may be half
 * written, since its writer may be at work. A parameter is kept as a number: a choice as its place in the list of its
 * distribution.
 */

import { isRecord } from '../space/options.ts'
import type { Json, Objectives } from '../trial.ts'
import { IF_CUT_OFF, parseJsonText } from './json-text.ts'
import { nothingRead, resultOfCells } from './old-results.ts'
import type { Cell, Readout, Role, Sought } from './old-results.ts'

/** The operations that say something about a result. Those of attributes and reports do not. */
const OPERATIONS = { createStudy: 0, deleteStudy: 1, createTrial: 4, setParam: 5, setState: 6, highest: 9 } as const

/** Directions and states of a trial, by the numbers that stand for them. */
const DIRECTIONS = ['not set', 'minimize', 'maximize']
const STATES = ['running', 'complete', 'pruned', 'failed', 'waiting']

type Fields = Readonly<Record<string, unknown>>

interface JournalStudy {
  readonly name: string
  readonly directions: readonly number[]
  isDeleted: boolean
}

interface JournalTrial {
  readonly study: number
  /** The line that ended it, else the one that began it. */
  line: number
  state: number
  values: readonly number[]
  readonly params: Map<string, Json>
  wrong?: string
}

/** Whether a text begins as a journal does. */
export function isJournal(text: string): boolean {
  const end = text.indexOf('\n')
  return /^\{.*"op_code"\s*:\s*\d/.test(end < 0 ? text : text.slice(0, end))
}

/**
 * @param name  which study of the journal; needed if it has several
 * @throws RangeError for a journal without such a study, or one with other directions
 */
export function readJournal(text: string, sought: Sought, name?: string): Readout {
  const readout = nothingRead()
  const studies: JournalStudy[] = []
  const trials: JournalTrial[] = []
  const lines = text.split('\n')
  for (const [k, json] of lines.entries()) {
    if (json.trim() === '') continue
    const operation = operationIn(json)
    if (operation === undefined) {
      if (k < lines.length - 1)
        readout.wrong.push({
          line: k + 1,
          reason: 'is not an operation of a journal; remove the line if it is cut off',
        })
      continue
    }
    apply(operation, k + 1, studies, trials)
  }
  const study = chosen(studies, name)
  checkDirections(studies[study]!, sought.objectives)
  const names = Object.keys(sought.objectives)
  for (const trial of trials.filter((one) => one.study === study)) {
    try {
      if (trial.wrong !== undefined) throw new RangeError(trial.wrong)
      const state: [Role, Cell] = [{ is: 'state' }, { json: STATES[trial.state] ?? 'unknown' }]
      const values = trial.values.map((value, i): [Role, Cell] => [{ is: 'value', name: names[i]! }, { json: value }])
      const params = [...trial.params].map(([param, json]): [Role, Cell] => [
        { is: 'parameter', name: param },
        { json },
      ])
      const row = resultOfCells(sought, [state, ...values, ...params])
      if (row === undefined) readout.unended++
      else readout.found.push({ line: trial.line, row })
    } catch (error) {
      readout.wrong.push({ line: trial.line, reason: (error as Error).message })
    }
  }
  return readout
}

function operationIn(json: string): Fields | undefined {
  try {
    const operation = parseJsonText(json, false)
    return isRecord(operation) && Number.isInteger(operation.op_code) ? operation : undefined
  } catch {
    return undefined
  }
}

function apply(operation: Fields, line: number, studies: JournalStudy[], trials: JournalTrial[]): void {
  switch (operation.op_code) {
    case OPERATIONS.createStudy:
      studies.push({
        name: String(operation.study_name),
        directions: numbersIn(operation.directions),
        isDeleted: false,
      })
      return
    case OPERATIONS.deleteStudy: {
      const study = studies[Number(operation.study_id)]
      if (study !== undefined) study.isDeleted = true
      return
    }
    case OPERATIONS.createTrial: {
      if (operation.directions !== undefined)
        throw new RangeError(`line ${line}: is of Optuna 3.0 or older; open the journal with a newer one first`)
      const { study_id: study, state = 0 } = operation
      const trial: JournalTrial = { study: Number(study), line, state: Number(state), values: [], params: new Map() }
      trials.push(trial)
      const { params, distributions, value } = operation
      if (isRecord(params) && isRecord(distributions))
        for (const [name, internal] of Object.entries(params)) setParam(trial, name, internal, distributions[name])
      trial.values = value == null ? numbersIn(operation.values) : numbersIn([value])
      return
    }
    case OPERATIONS.setParam: {
      const trial = trials[Number(operation.trial_id)]
      const { param_name: name, param_value_internal: internal, distribution } = operation
      if (trial !== undefined) setParam(trial, String(name), internal, distribution)
      return
    }
    case OPERATIONS.setState: {
      const trial = trials[Number(operation.trial_id)]
      if (trial === undefined) return
      Object.assign(trial, { state: Number(operation.state), line })
      if (operation.values != null) trial.values = numbersIn(operation.values)
      return
    }
  }
}

/** Notes a parameter: its number, or the choice that the number stands for. */
function setParam(trial: JournalTrial, name: string, internal: unknown, distribution: unknown): void {
  const { attributes } = (distributionIn(distribution) ?? {}) as { attributes?: { choices?: readonly Json[] } }
  const choices = attributes?.choices
  const value = choices === undefined ? internal : choices[Number(internal)]
  if (value === undefined) trial.wrong = `parameter '${name}': has no choice number ${String(internal)}`
  else trial.params.set(name, value as Json)
}

/** A distribution, which is JSON within JSON. */
function distributionIn(distribution: unknown): Fields | undefined {
  try {
    const parsed: unknown = typeof distribution === 'string' ? JSON.parse(distribution) : distribution
    return isRecord(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

const numbersIn = (list: unknown): number[] => (Array.isArray(list) ? list.map(Number) : [])

/** The study that is meant. */
function chosen(studies: readonly JournalStudy[], name: string | undefined): number {
  const there = studies.filter(({ isDeleted }) => !isDeleted)
  const found = name === undefined ? there : there.filter((study) => study.name === name)
  if (found.length === 1) return studies.indexOf(found[0]!)
  const names = there.map((study) => `'${study.name}'`).join(', ')
  if (there.length === 0) throw new RangeError(`the journal has no study; ${IF_CUT_OFF}`)
  throw new RangeError(
    name === undefined
      ? `the journal has ${there.length} studies: ${names}; choose one by --name`
      : `the journal has no study '${name}', but ${names}`,
  )
}

function checkDirections({ name, directions }: JournalStudy, objectives: Objectives): void {
  const theirs = directions.map((direction) => DIRECTIONS[direction] ?? 'not set').join(', ')
  const ours = Object.values(objectives).join(', ')
  if (theirs !== ours) throw new RangeError(`study '${name}': its objectives are ${theirs}, but here ${ours}`)
}

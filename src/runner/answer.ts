/**
 * Reads the answer of a program. With `--metric` it is what the patterns find (`answer-by-metric.ts`); else the
 * `value.json` that the program wrote; else the last line of its output that is a result. The first of these that
 * exists decides, even if it cannot be read, since another source might have an older value. For the same reason a last
 * line that was meant as a value and cannot be read is never passed over (`meant-as-value.ts`).
 */

import { closeSync, fstatSync, lstatSync, readSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { answerPath } from '../paths.ts'
import { MOST_OUTPUTS, isName, isOutput } from '../space/objectives.ts'
import { isRecord } from '../space/options.ts'
import { openToRead, UntrustedError } from '../store/disk/door.ts'
import type { Constraints, Goals, Said } from '../trial.ts'
import { byMetrics } from './answer-by-metric.ts'
import type { AnswerOrder, ProgramAnswer } from './answer-order.ts'
import { withoutControls } from './control-sequences.ts'
import { TAIL_BYTES, textOf } from './log-tail.ts'
import { isMeantAsValue } from './meant-as-value.ts'
import { TO_STDOUT, errorsOf, outputOf, quotedLine } from './program-output.ts'
import { parsePythonJson } from './python-json.ts'

/** An answer in the output; `isMeant` if a line was meant as the answer and could not be read. */
type FromOutput =
  Exclude<ProgramAnswer, { readonly problem: string }> | { readonly problem: string; readonly isMeant?: boolean }

/** A last line that says that the program was pruned is not longer, where `--metric` finds the values. */
const LONGEST_WORD = 10_000

/** Keys of a result that say that it is none, unless an objective has that name. */
const STATES = ['pruned', 'failed', 'status', 'state']

/** What such a key says of a good result. */
const GOOD = new Set([
  'false',
  '0',
  'null',
  '""',
  '"ok"',
  '"complete"',
  '"completed"',
  '"success"',
  '"done"',
  '"finished"',
])

/**
 * A mark that changes whenever `value.json` is written again; null if nothing has that name. A link that leads nowhere
 * has a mark of its own: a program meant to answer by it.
 */
export function valueMark(directory: string): string | null {
  for (const look of [statSync, lstatSync]) {
    try {
      const { ino, size, mtimeNs, ctimeNs } = look(answerPath(directory), { bigint: true })
      return [ino, size, mtimeNs, ctimeNs].join(' ')
    } catch {
      // It is not there, or the link leads nowhere.
    }
  }
  return null
}

/** Reads the answer of a program that ended with status 0. Gives a promise only if a pattern takes long. */
export function readAnswer(order: AnswerOrder): ProgramAnswer | Promise<ProgramAnswer> {
  try {
    const answer = readFrom(order)
    return answer instanceof Promise ? answer.catch(refused) : answer
  } catch (error) {
    return refused(error)
  }
}

function refused(error: unknown): ProgramAnswer {
  if (!(error instanceof UntrustedError)) throw error
  return { problem: `no answer: its output cannot be read, since ${error.message}` }
}

function readFrom(order: AnswerOrder): ProgramAnswer | Promise<ProgramAnswer> {
  const { directory, goals, metrics, markBefore } = order
  if (metrics !== undefined) return prunedIn(outputOf(order), goals) ?? byMetrics(order, metrics)
  const mark = valueMark(directory)
  if (mark !== null && mark !== markBefore) return fromFile(answerPath(directory), goals)
  const answer = fromOutput(outputOf(order), goals)
  if (!('problem' in answer)) return answer
  const { problem } = answer
  if (answer.isMeant === true) return { problem }
  const beside = fromOutput(errorsOf(order), goals)
  return 'problem' in beside || beside.isPruned === true
    ? { problem }
    : { problem: `${problem}; its standard error has one, ${quotedPairs(beside.values)}: ${TO_STDOUT}` }
}

/**
 * The value that a program wrote into `value.json` before it failed; undefined if there is none, or none that is right.
 */
export function readLeftValue(order: Omit<AnswerOrder, 'stdoutPath'>): Said | undefined {
  const { directory, goals, metrics, markBefore } = order
  const mark = valueMark(directory)
  if (metrics !== undefined || mark === null || mark === markBefore) return undefined
  const answer = fromFile(answerPath(directory), goals)
  return 'problem' in answer || answer.isPruned === true ? undefined : answer.values
}

/** The answer of a program whose last line says that it was pruned; undefined for any other line. */
function prunedIn(text: string, goals: Goals): ProgramAnswer | undefined {
  const lastLine = text
    .slice(-LONGEST_WORD)
    .trimEnd()
    .split(/[\r\n]/)
    .at(-1)!
  const said = lastLine.startsWith('{') ? fromOutput(lastLine, goals) : undefined
  return said !== undefined && 'values' in said && said.isPruned === true ? said : undefined
}

function fromFile(path: string, goals: Goals): ProgramAnswer {
  let text: string
  try {
    // Through the door: a pipe that somebody named value.json must not make us wait for its other end.
    const file = openToRead(withinDirectory(path))
    try {
      const { size } = fstatSync(file)
      if (size > TAIL_BYTES)
        return { problem: `value.json is too large: ${size} bytes, but must have ${wanted(goals)}` }
      // It may grow while it is read: no more than this is.
      const bytes = Buffer.alloc(TAIL_BYTES)
      let filled = 0
      for (let count = -1; count !== 0 && filled < bytes.length; filled += count)
        count = readSync(file, bytes, filled, bytes.length - filled, filled)
      text = withoutControls(textOf(bytes.subarray(0, filled)))
    } finally {
      closeSync(file)
    }
  } catch (error) {
    const isRefused = error instanceof UntrustedError
    const leadsNowhere = ['ENOENT', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')
    if (leadsNowhere && !isRefused) return { problem: 'value.json is a link to nothing' }
    const words = isRefused ? 'value.json is not a file' : 'value.json cannot be read'
    return { problem: `${words}: ${(error as Error).message}` }
  }
  if (text.trim() === '') return { problem: 'value.json is empty; write it to another name first, then rename it' }
  const parsed = parsePythonJson(text)
  if (parsed === undefined) {
    const words = `value.json is not JSON, or only half of it: ${quotedLine(text)}`
    return { problem: `${words}; write it to another name first, then rename it` }
  }
  const answer = valuesOf(parsed.value, goals)
  if (answer === undefined)
    return { problem: `value.json has ${quotedLine(text.trim())}, but must have ${wanted(goals)}` }
  return 'problem' in answer ? { problem: `value.json: ${answer.problem}` } : { ...answer, source: 'value.json' }
}

/** Where a link of the program leads, if that is in the directory of `path`; else the path itself. */
function withinDirectory(path: string): string {
  // Through the descriptor of a directory that was unmounted, no path of the file can be found.
  if (!lstatSync(path).isSymbolicLink()) return path
  const target = realpathSync(path)
  return target.startsWith(`${realpathSync(dirname(path))}/`) ? target : path
}

function fromOutput(text: string, goals: Goals): FromOutput {
  let nearly: string | undefined
  const names = Object.keys(goals.objectives)
  const lines = text.split(/[\r\n]+/)
  for (let k = lines.length - 1; k >= 0; k -= 1) {
    const line = lines[k]!.trim()
    const parsed = /^[-+{.\dNIni]/.test(line) ? parsePythonJson(line) : undefined
    const answer = parsed === undefined ? undefined : valuesOf(parsed.value, goals)
    if (answer !== undefined) {
      return 'problem' in answer
        ? { problem: `${answer.problem}, in the line ${quotedLine(line)}`, isMeant: true }
        : { ...answer, source: 'stdout' }
    }
    if (isMeantAsValue(line, names)) {
      const problem = `no answer: the line ${quotedLine(line)} is not ${wanted(goals)}`
      return { problem: `${problem}; print the result alone in its line, or use --metric`, isMeant: true }
    }
    if (parsed !== undefined) nearly ??= line
  }
  if (nearly !== undefined) return { problem: `no answer: the line ${quotedLine(nearly)} is not ${wanted(goals)}` }
  return { problem: `no answer: there is neither a value.json nor a line of output that is ${wanted(goals)}` }
}

/** The values in a piece of JSON, or what is wrong with them; undefined if it is not meant as an answer. */
function valuesOf(
  json: unknown,
  { objectives, constraints = {} }: Goals,
): { values: Said; isPruned?: true } | { problem: string } | undefined {
  const names = Object.keys(objectives)
  const known = [...names, ...Object.keys(constraints)]
  if (isRecord(json) && json['pruned'] === true && !known.includes('pruned'))
    return { values: valuesSoFar(json, names, constraints), isPruned: true }
  const only = names.length === 1 ? names[0]! : undefined
  const found = new Map<string, unknown>()
  if (typeof json === 'number' && only !== undefined) {
    found.set(only, json)
  } else if (isRecord(json)) {
    for (const name of names) if (Object.hasOwn(json, name)) found.set(name, json[name])
    if (only !== undefined && found.size === 0 && Object.hasOwn(json, 'value')) found.set(only, json['value'])
  }
  if (found.size === 0) return undefined
  const state = isRecord(json) ? stateIn(json, known) : undefined
  if (state !== undefined)
    return { problem: `it has a value and ${state}; write a value only if it counts, else end with status 1` }
  const values: Record<string, number> = {}
  for (const name of names) {
    const value = found.get(name)
    if (!found.has(name)) return { problem: `there is no '${name}'` }
    if (typeof value !== 'number') return { problem: `'${name}' is not a number: ${quotedLine(JSON.stringify(value))}` }
    if (!Number.isFinite(value)) return { problem: `'${name}' is not finite: ${value}` }
    values[name] = value
  }
  return { values: { ...values, ...outputsIn(json, names, constraints) } }
}

/** The values of an object that says that its program was pruned; none unless each objective has a finite one. */
function valuesSoFar(
  json: Readonly<Record<string, unknown>>,
  names: readonly string[],
  constraints: Constraints,
): Said {
  const only = names.length === 1 && !Object.hasOwn(json, names[0]!) ? json['value'] : undefined
  const values = names.map((name) => [name, only ?? json[name]] as const)
  if (!values.every(([, value]) => Number.isFinite(value))) return {}
  return { ...(Object.fromEntries(values) as Said), ...outputsIn(json, names, constraints) }
}

/**
 * What an object says beside the values, as far as it can be kept. The rest is passed over: a program may print more
 * than a result. A word that could say how the trial ended,
 * or that stands for the objective, counts only as the name of a constraint.
 */
function outputsIn(json: unknown, taken: readonly string[], constraints: Constraints): Said {
  if (!isRecord(json)) return {}
  const kept = Object.entries(json).filter(
    ([name, said]) =>
      !taken.includes(name) &&
      ((name !== 'value' && !STATES.includes(name)) || Object.hasOwn(constraints, name)) &&
      isName(name) &&
      isOutput(said),
  )
  return Object.fromEntries(kept.slice(0, MOST_OUTPUTS)) as Said
}

/** What an object says against its own value, as it says it; undefined if it says nothing. */
function stateIn(json: Readonly<Record<string, unknown>>, names: readonly string[]): string | undefined {
  const key = STATES.find((name) => Object.hasOwn(json, name) && !names.includes(name) && !isGood(json[name]))
  return key === undefined ? undefined : `'${key}': ${JSON.stringify(json[key])}`
}

const isGood = (state: unknown): boolean => GOOD.has(JSON.stringify(state).toLowerCase())

/** Values as words of `anthill tell`: `0.5`, or `loss=0.5 latency=3`. */
export function quotedPairs(values: Said): string {
  const pairs = Object.entries(values)
  return pairs.length === 1 ? String(pairs[0]![1]) : pairs.map(([name, value]) => `${name}=${value}`).join(' ')
}

/** The forms of an answer, for a message. */
function wanted({ objectives }: Goals): string {
  const names = Object.keys(objectives)
  if (names.length > 1) return `{${names.map((name) => `"${name}": …`).join(', ')}}`
  return names[0] === 'value' ? 'a number or {"value": …}' : `a number, {"value": …} or {"${names[0]}": …}`
}

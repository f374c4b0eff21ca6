/**
 * Reads the answer of a program. With `--metric` it is the last match in the output; else the `value.json` that the
 * program wrote; else the last line of its output that is a result. The first of these that exists decides, even if it
 * cannot be read, since another source might have an older value.
 */

import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs'
import { answerPath } from '../paths.ts'
import type { Objectives } from '../trial.ts'
import { TAIL_BYTES, readTail } from './log-tail.ts'
import { lastMatch } from './metric.ts'
import type { Metrics } from './metric.ts'
import { parseNumber, parsePythonJson } from './python-json.ts'

/** The values and where they were read, or why there is no value. */
export type ProgramAnswer =
  | { readonly values: Readonly<Record<string, number>>; readonly source: 'metric' | 'value.json' | 'stdout' }
  | { readonly problem: string }

/** What to read, and how. */
export interface AnswerOrder {
  /** The trial's directory. */
  readonly directory: string
  readonly stdoutPath: string
  readonly objectives: Objectives
  readonly metrics?: Metrics | undefined
  /** What `valueMark` gave before the program was started. */
  readonly markBefore: string | null
}

/** A mark that changes whenever `value.json` is written again; null if there is no such file. */
export function valueMark(directory: string): string | null {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(answerPath(directory), { bigint: true })
    return [ino, size, mtimeNs, ctimeNs].join(' ')
  } catch {
    return null
  }
}

/** Reads the answer of a program that ended with status 0. */
export function readAnswer(order: AnswerOrder): ProgramAnswer {
  const { directory, stdoutPath, objectives, metrics, markBefore } = order
  if (metrics !== undefined) return byMetrics(withoutColors(readTail(stdoutPath)), metrics)
  const mark = valueMark(directory)
  if (mark !== null && mark !== markBefore) return fromFile(answerPath(directory), objectives)
  return fromOutput(withoutColors(readTail(stdoutPath)), objectives)
}

// Under FORCE_COLOR many programs color their output even in a file. Node's console.log does so with a bare number.
function withoutColors(text: string): string {
  return text.replace(/\x1b\[[0-9;:]*m/g, '')
}

function byMetrics(text: string, metrics: Metrics): ProgramAnswer {
  const values: Record<string, number> = {}
  for (const [name, pattern] of Object.entries(metrics)) {
    const match = lastMatch(text, pattern)
    if (match === undefined)
      return { problem: `no answer: metric '${pattern.source}' matches nothing in the last MiB of its standard output` }
    const value = parseNumber(match.trim().replace(/[,;]+$/, ''))
    if (value === undefined)
      return { problem: `metric '${pattern.source}' found ${quotedLine(match)}, which is not a number` }
    if (!Number.isFinite(value)) return { problem: `'${name}' is not finite: ${match.trim()}` }
    values[name] = value
  }
  return { values, source: 'metric' }
}

function fromFile(path: string, objectives: Objectives): ProgramAnswer {
  let text: string
  try {
    // O_NONBLOCK: a pipe that somebody named value.json must not make us wait for its other end.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stats = fstatSync(file)
      if (!stats.isFile()) return { problem: 'value.json is not a file' }
      if (stats.size > TAIL_BYTES)
        return { problem: `value.json is too large: ${stats.size} bytes, but must have ${wanted(objectives)}` }
      text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
    } finally {
      closeSync(file)
    }
  } catch (error) {
    return { problem: `value.json cannot be read: ${(error as Error).message}` }
  }
  if (text.trim() === '') return { problem: 'value.json is empty; write it to another name first, then rename it' }
  const parsed = parsePythonJson(text)
  if (parsed === undefined) {
    const words = `value.json is not JSON, or only half of it: ${quotedLine(text)}`
    return { problem: `${words}; write it to another name first, then rename it` }
  }
  const answer = valuesOf(parsed.value, objectives)
  if (answer === undefined)
    return { problem: `value.json has ${quotedLine(text.trim())}, but must have ${wanted(objectives)}` }
  return 'problem' in answer ? { problem: `value.json: ${answer.problem}` } : { ...answer, source: 'value.json' }
}

function fromOutput(text: string, objectives: Objectives): ProgramAnswer {
  let nearly: string | undefined
  const lines = text.split(/[\r\n]+/)
  for (let k = lines.length - 1; k >= 0; k -= 1) {
    const line = lines[k]!.trim()
    const parsed = /^[-+{\dNIni]/.test(line) ? parsePythonJson(line) : undefined
    if (parsed === undefined) continue
    const answer = valuesOf(parsed.value, objectives)
    if (answer === undefined) nearly ??= line
    else
      return 'problem' in answer
        ? { problem: `${answer.problem}, in the line ${quotedLine(line)}` }
        : { ...answer, source: 'stdout' }
  }
  if (nearly !== undefined) return { problem: `no answer: the line ${quotedLine(nearly)} is not ${wanted(objectives)}` }
  return { problem: `no answer: there is neither a value.json nor a line of output that is ${wanted(objectives)}` }
}

/** The values in a piece of JSON, or what is wrong with them; undefined if it is not meant as an answer. */
function valuesOf(
  json: unknown,
  objectives: Objectives,
): { values: Record<string, number> } | { problem: string } | undefined {
  const names = Object.keys(objectives)
  const only = names.length === 1 ? names[0]! : undefined
  const found = new Map<string, unknown>()
  if (typeof json === 'number' && only !== undefined) {
    found.set(only, json)
  } else if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
    const record = json as Readonly<Record<string, unknown>>
    for (const name of names) if (Object.hasOwn(record, name)) found.set(name, record[name])
    if (only !== undefined && found.size === 0 && Object.hasOwn(record, 'value')) found.set(only, record['value'])
  }
  if (found.size === 0) return undefined
  const values: Record<string, number> = {}
  for (const name of names) {
    const value = found.get(name)
    if (!found.has(name)) return { problem: `there is no '${name}'` }
    if (typeof value !== 'number') return { problem: `'${name}' is not a number: ${quotedLine(JSON.stringify(value))}` }
    if (!Number.isFinite(value)) return { problem: `'${name}' is not finite: ${value}` }
    values[name] = value
  }
  return { values }
}

/** The forms of an answer, for a message. */
function wanted(objectives: Objectives): string {
  const names = Object.keys(objectives)
  if (names.length > 1) return `{${names.map((name) => `"${name}": …`).join(', ')}}`
  return names[0] === 'value' ? 'a number or {"value": …}' : `a number, {"value": …} or {"${names[0]}": …}`
}

/** A text in quotes on one line, cut where it is long. */
function quotedLine(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return `'${line.length > 80 ? `${line.slice(0, 77)}…` : line}'`
}

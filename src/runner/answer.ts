/**
 * The answer of a program: the last match of `--metric`, else its `value.json`, else the last line of its output that is
 * a result. The first that applies decides, also when it cannot be read: another source might hold an older value.
 */

import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs'
import { answerPath } from '../paths.ts'
import type { Objectives } from '../trial.ts'
import { TAIL_BYTES, readTail } from './log-tail.ts'
import { lastMatch } from './metric.ts'
import type { Metrics } from './metric.ts'
import { parseNumber, parsePythonJson } from './python-json.ts'

/** What was read, and where; or why there is no value. */
export type ProgramAnswer =
  | { readonly values: Readonly<Record<string, number>>; readonly source: 'metric' | 'value.json' | 'stdout' }
  | { readonly problem: string }

export interface AnswerOrder {
  readonly directory: string
  readonly stdoutPath: string
  readonly objectives: Objectives
  readonly metrics?: Metrics | undefined
  /** What `valueMark` gave before the program was started. */
  readonly markBefore: string | null
}

/** Tells one `value.json` from another that takes its place; null when there is none. */
export function valueMark(directory: string): string | null {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(answerPath(directory), { bigint: true })
    return [ino, size, mtimeNs, ctimeNs].join(' ')
  } catch {
    return null
  }
}

/** Reads the answer of a program that has ended well. */
export function readAnswer(order: AnswerOrder): ProgramAnswer {
  const { directory, stdoutPath, objectives, metrics, markBefore } = order
  if (metrics !== undefined) return byMetrics(withoutColours(readTail(stdoutPath)), metrics)
  const mark = valueMark(directory)
  if (mark !== null && mark !== markBefore) return fromFile(answerPath(directory), objectives)
  return fromOutput(withoutColours(readTail(stdoutPath)), objectives)
}

// Under FORCE_COLOR many programs colour what they print to a file too; Node's console.log does so with a mere number.
function withoutColours(text: string): string {
  return text.replace(/\x1b\[[0-9;:]*m/g, '')
}

function byMetrics(text: string, metrics: Metrics): ProgramAnswer {
  const values: Record<string, number> = {}
  for (const [name, pattern] of Object.entries(metrics)) {
    const match = lastMatch(text, pattern)
    if (match === undefined)
      return { problem: `no answer: metric '${pattern.source}' matches nothing in the last MiB of its standard output` }
    const value = parseNumber(match.trim().replace(/[,;]+$/, ''))
    if (value === undefined) return { problem: `metric '${pattern.source}' found ${quotedLine(match)}, which is no number` }
    if (!Number.isFinite(value)) return { problem: `'${name}' is not finite: ${match.trim()}` }
    values[name] = value
  }
  return { values, source: 'metric' }
}

function fromFile(path: string, objectives: Objectives): ProgramAnswer {
  let text: string
  try {
    // Never to wait for the other end of a pipe that somebody named value.json.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stats = fstatSync(file)
      if (!stats.isFile()) return { problem: 'value.json is no file' }
      if (stats.size > TAIL_BYTES)
        return { problem: `value.json is too large: ${stats.size} bytes, where one number is wanted` }
      text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
    } finally {
      closeSync(file)
    }
  } catch (error) {
    return { problem: `value.json cannot be read: ${(error as Error).message}` }
  }
  if (text.trim() === '') return { problem: 'value.json is empty; write it to another name first, then rename it' }
  const parsed = parsePythonJson(text)
  if (parsed === undefined)
    return {
      problem: `value.json is not JSON, or only half of it: ${quotedLine(text)}; write it to another name first, then rename it`,
    }
  const answer = valuesOf(parsed.value, objectives)
  if (answer === undefined)
    return { problem: `value.json holds ${quotedLine(text.trim())}; wanted is ${wanted(objectives)}` }
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
  return { problem: `no answer: neither value.json nor a line of output that is ${wanted(objectives)}` }
}

/** The values in a piece of JSON; undefined when it does not claim to be an answer. */
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
    if (typeof value !== 'number') return { problem: `'${name}' is no number: ${quotedLine(JSON.stringify(value))}` }
    if (!Number.isFinite(value)) return { problem: `'${name}' is not finite: ${value}` }
    values[name] = value
  }
  return { values }
}

function wanted(objectives: Objectives): string {
  const names = Object.keys(objectives)
  if (names.length > 1) return `{${names.map((name) => `"${name}": …`).join(', ')}}`
  return names[0] === 'value' ? 'a number or {"value": …}' : `a number, {"value": …} or {"${names[0]}": …}`
}

function quotedLine(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return `'${line.length > 80 ? `${line.slice(0, 77)}…` : line}'`
}

/**
 * Reads the values of a program by `--metric`: the last match of each pattern in its output or, with `--reduce`, the
 * first, the smallest, the largest or the mean of all matches.
 */

import { LONGEST_OUTPUT, isOutput } from '../space/objectives.ts'
import type { Output } from '../trial.ts'
import type { AnswerOrder, ProgramAnswer } from './answer-order.ts'
import type { Metrics } from './metric.ts'
import { SEARCH_LIMIT, searchAllInTime, searchInTime } from './pattern-search.ts'
import type { Found } from './pattern-search.ts'
import { TO_STDOUT, errorsOf, outputOf, quotedLine, wholeOutputOf } from './program-output.ts'
import { parseNumber } from './python-json.ts'
import { reduced } from './reduce.ts'
import type { Reducer } from './reduce.ts'

/** The values that the patterns find. Gives a promise only if one takes long. */
export function byMetrics(order: AnswerOrder, metrics: Metrics): ProgramAnswer | Promise<ProgramAnswer> {
  const text = outputOf(order)
  const values: Record<string, Output> = {}
  const entries = Object.entries(metrics)
  const from = (k: number): ProgramAnswer | Promise<ProgramAnswer> => {
    if (k === entries.length) return { values, source: 'metric' }
    const [name, pattern] = entries[k]!
    const take = (found: Found): ProgramAnswer | Promise<ProgramAnswer> => {
      if (found === 'late') return { problem: lateProblem(pattern) }
      const isObjective = Object.hasOwn(order.goals.objectives, name)
      if (found.match === undefined) return isObjective ? withoutMatch(order, pattern) : from(k + 1)
      const value = isObjective ? metricValue(name, pattern, found.match) : outputIn(found.match)
      if (typeof value === 'object') return value
      values[name] = value
      return from(k + 1)
    }
    const reducer = order.reducers?.[name] ?? 'last'
    if (reducer !== 'last')
      return byReducer(order, name, pattern, reducer, (value) => {
        values[name] = value
        return from(k + 1)
      })
    const found = searchInTime(text, pattern, order.over)
    return found instanceof Promise ? found.then(take) : take(found)
  }
  return from(0)
}

/** One number of all matches in the whole output, which `next` gets. */
function byReducer(
  order: AnswerOrder,
  name: string,
  pattern: RegExp,
  reducer: Reducer,
  next: (value: number) => ProgramAnswer | Promise<ProgramAnswer>,
): ProgramAnswer | Promise<ProgramAnswer> {
  const text = wholeOutputOf(order)
  if (text === undefined) {
    const remedy = `print less, or write the ${reducer} into value.json`
    return {
      problem: `no answer: its standard output is longer than 64 MiB, too long for --reduce ${reducer}; ${remedy}`,
    }
  }
  const take = (found: Found<readonly string[]>): ProgramAnswer | Promise<ProgramAnswer> => {
    if (found === 'late') return { problem: lateProblem(pattern) }
    if (found.match === undefined) return withoutMatch(order, pattern)
    const numbers = found.match.map((match) => parseNumber(withoutTail(match.trim())))
    const wrong = numbers.indexOf(undefined)
    if (wrong >= 0) return notNumber(pattern, found.match[wrong]!)
    const value = reduced(numbers as number[], reducer)
    return Number.isFinite(value) ? next(value) : { problem: `'${name}' is not finite: ${value}` }
  }
  const found = searchAllInTime(text, pattern, order.over)
  return found instanceof Promise ? found.then(take) : take(found)
}

function lateProblem({ source }: RegExp): string {
  const remedy = "make it simpler, with fewer '*' and '+' that may match the same text"
  return `metric '${source}' took longer than ${SEARCH_LIMIT} on the output; ${remedy}`
}

/** The problem of a pattern that matches nothing. It also says if the standard error has a match. */
function withoutMatch(order: AnswerOrder, pattern: RegExp): ProgramAnswer | Promise<ProgramAnswer> {
  const none = `no answer: metric '${pattern.source}' matches nothing in the last MiB of its standard output`
  const told = (found: Found): ProgramAnswer =>
    found === 'late' || found.match === undefined
      ? { problem: none }
      : { problem: `${none}, but ${quotedLine(found.match)} in its standard error: ${TO_STDOUT}` }
  const beside = searchInTime(errorsOf(order), pattern, order.over)
  return beside instanceof Promise ? beside.then(told) : told(beside)
}

function metricValue(name: string, pattern: RegExp, match: string): number | { readonly problem: string } {
  const value = parseNumber(withoutTail(match.trim()))
  if (value === undefined) return notNumber(pattern, match)
  return Number.isFinite(value) ? value : { problem: `'${name}' is not finite: ${match.trim()}` }
}

const notNumber = ({ source }: RegExp, match: string): { readonly problem: string } => ({
  problem: `metric '${source}' found ${quotedLine(match)}, which is not a number`,
})

/** What a pattern found, as an output: a truth value, a number or the text itself. */
function outputIn(match: string): Output {
  const text = withoutTail(match.trim())
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  const value = parseNumber(text)
  return value !== undefined && isOutput(value) ? value : text.slice(0, LONGEST_OUTPUT)
}

/** A text without the commas and semicolons at its end. */
function withoutTail(text: string): string {
  let end = text.length
  while (end > 0 && (text[end - 1] === ',' || text[end - 1] === ';')) end -= 1
  return text.slice(0, end)
}

/**
 * Known constraints on a space: conditions that every config must meet, such as `layers * width <= 4096`.
 *
 * A condition that names a parameter which is not active holds: it says nothing about such a config. `and` and `or`
 * look at their right side only if they must, so `kind == 'svm' and C < 1` says something about one branch alone. A
 * condition without a value, such as one that divides by zero, is not met.
 */

import type { Config } from '../trial.ts'
import type { Axes } from './axes.ts'
import { namesIn } from './derive.ts'
import { isSameText, parseExpression } from './expression/expression.ts'
import type { Expression } from './expression/expression.ts'
import { configAt, configCount } from './finite.ts'
import { BOOLEAN, isFailure, kindWords } from './expression/kinds.ts'
import type { Value } from './expression/kinds.ts'
import { refusal } from './options.ts'
import type { Rule } from './options.ts'
import type { Space, Where } from './parameter.ts'
import { INACTIVE, inConfig, kindsOfNames, valueWords } from './names.ts'
import { atPoint } from './scope.ts'
import { parseConfig } from './validate.ts'

/** A space of more configs is not walked to see which of them meet its conditions: it would take seconds. */
export const MOST_WALKED = 200_000

/** The most conditions of a space. */
const MOST = 100

/** What is taken for conditions. */
export const WHERE: Rule = {
  must: "a condition or a list of them, as in ['a * b <= 10']",
  holds: (given) => [given].flat().every((text) => typeof text === 'string'),
}

/** Why a config is out. */
interface Unmet {
  readonly text: string
  readonly because: string
}

/**
 * The conditions of a space; undefined if there are none.
 *
 * @param given  one condition, or a list of them
 * @throws TypeError or RangeError that names the condition, the column and the remedy
 */
export function parseWhere(space: Space, given: unknown): Where | undefined {
  if (given === undefined) return undefined
  if (!WHERE.holds(given)) throw refusal('where', WHERE.must, given)
  const list = [given].flat() as string[]
  if (list.length > MOST)
    throw new RangeError(`where: must have at most ${MOST} conditions, got ${list.length}; join some`)
  if (list.length === 0) return undefined
  const expressions = conditionsOf(space, list)
  const conditions = expressions.map((expression) => inConfig(expression, namesIn(space)))
  return {
    texts: expressions.map(({ text }) => text),
    isAllowed: (config) => conditions.every((condition) => isMet(condition, config)),
  }
}

/**
 * A config of the space that meets the conditions: a checked copy.
 *
 * @throws TypeError or RangeError for what is not a config, and one that names the condition that is not met
 */
export function parseAllowed(space: Space, where: Where | undefined, value: unknown): Config {
  const config = parseConfig(space, value)
  if (where === undefined || where.isAllowed(config)) return config
  const unmet = unmetBy(space, where, config)
  throw new RangeError(`config: does not meet '${unmet.text}' (${unmet.because}); change one of these values`)
}

/** Whether a model point meets all conditions, by the values that they name alone. @internal */
export function pointTest({ texts }: Where, axes: Axes): (x: Float64Array) => boolean {
  const conditions = conditionsOf(axes.space, texts).map((expression) => atPoint(expression, axes))
  return (x) => {
    for (const condition of conditions) if (!isMet(condition, x)) return false
    return true
  }
}

/**
 * The number of configs that may be tried: those of a finite space that meet the conditions. It is Infinity for a space
 * with conditions that has too many configs to look at each.
 */
export function allowedCount(space: Space, texts: readonly string[]): number {
  const count = configCount(space)
  const where = parseWhere(space, texts)
  if (where === undefined) return count
  if (count > MOST_WALKED) return Infinity
  let allowed = 0
  for (let i = 0; i < count; i++) if (where.isAllowed(configAt(space, i))) allowed++
  return allowed
}

/** How the conditions of a process differ from those of a study: one line for each. Their order does not count. */
export function whereDifference(wanted: readonly string[], stored: readonly string[]): string[] {
  const without = (all: readonly string[], others: readonly string[]): string[] =>
    all.filter((text) => !others.some((other) => isSameText(text, other)))
  return [
    ...without(wanted, stored).map((text) => `where '${text}': the study has no such condition, this run wants it`),
    ...without(stored, wanted).map((text) => `where '${text}': the study has this condition, this run does not`),
  ]
}

/** Conditions in a message. */
export const conditionWords = ({ texts }: Where): string => texts.map((text) => `'${text}'`).join(' and ')

/** The expressions of conditions. @internal */
export function conditionsOf(space: Space, texts: readonly string[]): Expression[] {
  const known = kindsOfNames(namesIn(space))
  return texts.map((text) => parseCondition(text, known))
}

function parseCondition(text: string, known: Parameters<typeof parseExpression>[2]): Expression {
  const expression = parseExpression(text.trim(), 'where', known)
  if ((expression.kinds & BOOLEAN) !== 0) return expression
  const remedy = 'compare it with something, as in a * b <= 10'
  throw new RangeError(
    `where '${expression.text}': must be true or false, got ${kindWords(expression.kinds)}; ${remedy}`,
  )
}

function isMet<P>(condition: (place: P) => Value, place: P): boolean {
  try {
    return condition(place) === true
  } catch (caught) {
    if (caught === INACTIVE) return true
    if (isFailure(caught)) return false
    throw caught
  }
}

function unmetBy(space: Space, { texts }: Where, config: Config): Unmet {
  const names = namesIn(space)
  const [expression] = conditionsOf(space, texts).filter((one) => !isMet(inConfig(one, names), config))
  if (expression === undefined) return { text: texts.join(' and '), because: 'by its own test' }
  const values = valueWords(expression, names, config)
  try {
    inConfig(expression, names)(config)
    return { text: expression.text, because: values }
  } catch (caught) {
    const failure = isFailure(caught) ? caught.failure : ''
    return { text: expression.text, because: [failure, values].filter((part) => part !== '').join(', ') }
  }
}

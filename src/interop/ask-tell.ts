/**
 * The optimizer over lines of JSON: a conversation that starts with a space and goes on with asks and tells.
 *
 *   {"space": {…}, "where": ["…"], "minimize": true, "budget": 100}  → {"ok": true}
 *   {"ask": 2}                                                       → {"trials": [{"id", "config"}, …]}
 *   {"tell": [{"id", "value"}, {"id", "failed"}, {"config", "value"}]} → {"ok": true}, each perhaps with "seconds"
 *   {"best": 1}                                                      → {"best": {"config", "value"}} or {"best": null}
 *   {"predict": {config}}                          → {"predict": {"value", "low", "high"}} or {"predict": null}
 *
 * The line with the space may have "objectives" in place of "minimize", "constraints" and "prefer". Then a result has
 * "values" with all that a trial says by name, and so have the answers.
 *
 *   {"tell": [{"id", "values": {"loss": 0.1, "latency": 3, "memory": 12}}]}
 *   {"best": 1}                                    → {"best": {"config", "value", "values", "outputs"}}
 *   {"front": 1}                                   → {"front": [{"config", "values", "outputs"}, …]}
 *   {"predict": {config}}                          → {"predict": {"loss": {"value", "low", "high"}, …}}
 *
 * Not more than `budget` configs are given; without it there is no limit. A line is one of these messages: nothing is
 * done that another key of the line contradicts. A wrong line is answered by {"error": "…"} and changes nothing: a
 * `tell` is taken whole or not at all.
 */

import type { Config, Constraints, Objectives, Preference, Said } from '../trial.ts'
import { COST, Optimizer } from '../optimizer.ts'
import type { OptimizerOptions } from '../optimizer.ts'
import { configText } from '../space/canonical.ts'
import { GOAL_RULES } from '../space/goals.ts'
import { didYouMean } from '../space/nearest-name.ts'
import { namedValues } from '../space/objectives.ts'
import type { SaidValues } from '../space/objectives.ts'
import { FLAG, checkOptions, isRecord, remedyFor, wholeNumber } from '../space/options.ts'
import type { Rules } from '../space/options.ts'
import type { Space } from '../space/parameter.ts'
import { shown } from '../space/shown.ts'
import { parseConfig } from '../space/validate.ts'
import { WHERE } from '../space/where.ts'

/** What each message may have beside its own key. */
const MESSAGES = {
  space: ['where', 'minimize', 'objectives', 'constraints', 'prefer', 'budget'],
  ask: [],
  tell: [],
  best: [],
  front: [],
  predict: [],
} as const satisfies Readonly<Record<string, readonly string[]>>

const VERBS = Object.keys(MESSAGES) as readonly (keyof typeof MESSAGES)[]

const SPACE: Rules = { ...GOAL_RULES, space: null, where: WHERE, minimize: FLAG, budget: null }

const RESULT: Rules = {
  id: { must: 'the id of an open trial', holds: (id) => typeof id === 'string' },
  config: null,
  value: null,
  values: { must: 'an object with a number for each objective, as in {"loss": 0.1}', holds: isRecord },
  failed: null,
  seconds: null,
}

const BUDGET = wholeNumber(1)

/** The most configs that one line may ask for. */
const MOST_CONFIGS = 100_000

/** The state of a conversation. */
export interface Conversation {
  readonly seed: number | undefined
  readonly sampler: OptimizerOptions['sampler'] | undefined
  optimizer: Optimizer | undefined
  /** How many configs are given in all. */
  budget: number
  /** How many have been given. */
  given: number
}

/** What is open while a line is checked. */
interface OpenTrials {
  /** The text of each open trial's config, by id. */
  readonly textOf: ReadonlyMap<string, string>
  readonly idsOf: ReadonlyMap<string, readonly string[]>
  /** The open trials that this line has told already. */
  readonly told: Set<string>
}

/** One result that was checked. It is taken only if all results of its line are good. */
interface Result {
  /** An open trial, or a config that was not asked for. */
  readonly what: { readonly id: string } | { readonly config: Config }
  /** Undefined for a failure. */
  readonly values: SaidValues | undefined
  readonly reason: string
  /** How long it took, if that is known. */
  readonly cost: { readonly seconds?: number }
}

export type Reply = Readonly<Record<string, unknown>>

/** Begins a conversation; without a seed, a random one is drawn; without a sampler, it is `auto`. */
export const conversation = (seed?: number, sampler?: OptimizerOptions['sampler']): Conversation => ({
  seed,
  sampler,
  optimizer: undefined,
  budget: Infinity,
  given: 0,
})

/** Answers one line. It never throws. */
export function answer(state: Conversation, line: string): Reply {
  try {
    const message: unknown = JSON.parse(line)
    if (!isRecord(message)) throw new RangeError(`line: must be a JSON object, got ${shown(message)}`)
    return answerTo(state, message)
  } catch (error) {
    const { message } = error as Error
    return { error: error instanceof SyntaxError ? `line: must be JSON (${message})` : message }
  }
}

function answerTo(state: Conversation, message: Readonly<Record<string, unknown>>): Reply {
  const verb = verbOf(message)
  if (verb === 'space') return begin(state, message)
  const { optimizer } = state
  if (optimizer === undefined) throw new RangeError(`'${verb}': must come after a space; begin with {"space": {…}}`)
  switch (verb) {
    case 'ask':
      return ask(state, optimizer, message.ask)
    case 'tell':
      return tell(optimizer, message.tell)
    case 'best':
      return best(optimizer, message.best)
    case 'front':
      return front(optimizer, message.front)
    case 'predict':
      return { predict: prediction(optimizer, message.predict) }
  }
  return verb satisfies never
}

/** Which message a line is. A line that has more than one would leave one of them undone. */
function verbOf(message: Readonly<Record<string, unknown>>): keyof typeof MESSAGES {
  const [verb, other] = VERBS.filter((name) => Object.hasOwn(message, name))
  if (verb === undefined) {
    const [first] = Object.keys(message)
    const choice = VERBS.map((name) => `'${name}'`).join(', ')
    const isOfSpace = MESSAGES.space.some((name) => name === first)
    const remedy = isOfSpace ? "; it belongs in the line with the 'space'" : didYouMean(first ?? '', VERBS)
    throw new RangeError(`line: must have one of ${choice}, got ${shown(first)}${remedy}`)
  }
  if (other !== undefined)
    throw new RangeError(`line: must be one message, got '${verb}' and '${other}'; write two lines`)
  const known: readonly string[] = [verb, ...MESSAGES[verb]]
  const unknown = Object.keys(message).find((name) => !known.includes(name))
  if (unknown === undefined) return verb
  const isOfSpace = MESSAGES.space.some((name) => name === unknown)
  const isDirection = unknown === 'maximize' && verb === 'space'
  const remedy = isOfSpace
    ? "; it belongs in the line with the 'space'"
    : isDirection
      ? '; write "minimize": false'
      : remedyFor(unknown, known)
  throw new RangeError(`'${unknown}': not part of a line with '${verb}'${remedy}`)
}

function begin(state: Conversation, message: Readonly<Record<string, unknown>>): Reply {
  if (state.optimizer !== undefined)
    throw new RangeError("'space': was given already; start another process for another space")
  checkOptions('a line with a space', message, SPACE, 'key')
  const { minimize = true, budget } = message
  if (budget !== undefined && budget !== null && !BUDGET.holds(budget)) {
    throw new RangeError(`'budget': must be a whole number of at least 1, got ${shown(budget)}; or leave it out`)
  }
  if (message.objectives !== undefined && message.minimize !== undefined)
    throw new RangeError("'minimize': contradicts 'objectives', which have a direction each; keep one of them")
  const objective = minimize ? { minimize: 'value' } : { maximize: 'value' }
  state.optimizer = new Optimizer(message.space as Space, {
    ...(message.objectives === undefined ? objective : { objectives: message.objectives as Objectives }),
    ...(message.constraints === undefined ? {} : { constraints: message.constraints as Constraints }),
    ...(message.prefer === undefined ? {} : { prefer: message.prefer as Preference }),
    ...(message.where === undefined ? {} : { where: message.where as readonly string[] }),
    ...(typeof budget === 'number' ? { budget } : {}),
    ...(state.seed === undefined ? {} : { seed: state.seed }),
    ...(state.sampler === undefined ? {} : { sampler: state.sampler }),
  })
  if (typeof budget === 'number') state.budget = budget
  return { ok: true }
}

function ask(state: Conversation, optimizer: Optimizer, count: unknown): Reply {
  if (!wholeNumber(1, MOST_CONFIGS).holds(count)) {
    throw new RangeError(`'ask': must be a whole number from 1 to 100,000, got ${shown(count)}`)
  }
  const { budget, given } = state
  if (given >= budget)
    throw new RangeError(
      `'ask': the budget of ${budget} is used up; begin again with a larger 'budget', or without one`,
    )
  const trials: { id: string; config: Config }[] = []
  while (trials.length < Math.min(count as number, budget - given)) {
    const suggestion = optimizer.ask()
    if (suggestion === undefined) break
    trials.push({ id: suggestion.id, config: suggestion.config as Config })
  }
  state.given += trials.length
  if (trials.length === 0)
    throw new RangeError("'ask': nothing is left to ask for; every config of the space has been tried")
  return { trials }
}

function tell(optimizer: Optimizer, results: unknown): Reply {
  if (!Array.isArray(results)) throw new TypeError(`'tell': must be a list of results, got ${shown(results)}`)
  const open = openTrials(optimizer)
  const checked = results.map((result: unknown) => check(optimizer, result, open))
  for (const { what, values, reason, cost } of checked) {
    if (values === undefined) optimizer.fail(what, reason, cost)
    else optimizer.tell(what, values, cost)
  }
  return { ok: true }
}

function openTrials(optimizer: Optimizer): OpenTrials {
  const textOf = new Map<string, string>()
  const idsOf = new Map<string, string[]>()
  for (const { id, config } of optimizer.pending()) {
    const text = configText(optimizer.space, config as Config)
    textOf.set(id, text)
    idsOf.set(text, [...(idsOf.get(text) ?? []), id])
  }
  return { textOf, idsOf, told: new Set() }
}

function best(optimizer: Optimizer, wanted: unknown): Reply {
  checkOne('best', wanted)
  const found = optimizer.recommend()
  if (found === undefined) return { best: null }
  const { config, value, values, outputs } = found
  return { best: { config, value, ...(isPlain(optimizer) ? {} : { values, outputs }) } }
}

function front(optimizer: Optimizer, wanted: unknown): Reply {
  checkOne('front', wanted)
  return { front: optimizer.front().map(({ config, values, outputs }) => ({ config, values, outputs })) }
}

function checkOne(verb: string, wanted: unknown): void {
  if (wanted !== 1 && wanted !== true && wanted !== null)
    throw new RangeError(`'${verb}': must be 1, got ${shown(wanted)}`)
}

/** The interval of the only objective, or of each; null if there are too few values, or the sampler has no model. */
function prediction(optimizer: Optimizer, config: unknown): unknown {
  const names = Object.keys(optimizer.objectives)
  const intervals = names.map((name) => [name, optimizer.predict(config, name)] as const)
  if (intervals.some(([, interval]) => interval === undefined)) return null
  return names.length === 1 ? intervals[0]![1] : Object.fromEntries(intervals)
}

/** Whether results have one number and nothing beside it. */
const isPlain = ({ objectives, goals }: Optimizer): boolean =>
  goals.constraints === undefined && Object.keys(objectives).join() === 'value'

function check(optimizer: Optimizer, result: unknown, open: OpenTrials): Result {
  if (!isRecord(result)) throw new TypeError(`result: must be an object with 'id' or 'config', got ${shown(result)}`)
  checkOptions('a result', result, RESULT, 'key')
  const { id, config } = result
  if (id === undefined && config === undefined)
    throw new TypeError(`result: must have an 'id' or a 'config', got ${shown(result)}`)
  const failed = result.failed === false ? null : (result.failed ?? null)
  if (failed !== null && failed !== true && typeof failed !== 'string')
    throw new TypeError(`'failed': must be a text that says why, or true, got ${shown(failed)}`)
  const values = failed === null ? valuesOf(result, optimizer.objectives) : undefined
  const rivals = ['value', 'values'].filter((key) => (result[key] ?? null) !== null)
  if (failed !== null && rivals.length > 0)
    throw new RangeError(`result: must have a '${rivals[0]}' or 'failed', got both; keep one`)
  const { seconds } = result
  if (seconds !== undefined) checkOptions('a result', { seconds }, COST, 'key')
  const cost = seconds === undefined ? {} : { seconds: seconds as number }
  const what = subjectOf(optimizer.space, id as string | undefined, config, open)
  return { what, values, reason: failed === true || failed === null ? '' : failed, cost }
}

/** What a result says: the value of the only objective, or everything by name. */
function valuesOf({ value, values }: Readonly<Record<string, unknown>>, objectives: Objectives): SaidValues {
  if (values !== undefined) {
    if ((value ?? null) !== null) throw new RangeError(`result: must have a 'value' or 'values', got both; keep one`)
    return namedValues(objectives, values as Said)
  }
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new RangeError(`'value': must be a finite number, got ${shown(value)}; tell a failure as {"failed": "why"}`)
  const names = Object.keys(objectives)
  if (names.length === 1) return value
  const form = names.map((name) => `"${name}": …`).join(', ')
  throw new RangeError(`'value': must be one for each objective; tell them as {"values": {${form}}}`)
}

/** The open trial that a result is about, or the config that was not asked for. */
function subjectOf(space: Space, id: string | undefined, given: unknown, open: OpenTrials): Result['what'] {
  const { textOf, idsOf, told } = open
  if (id !== undefined && !textOf.has(id))
    throw new RangeError(`trial ${shown(id)}: must be open, but was never asked for or is told already`)
  const config = given === undefined ? undefined : parseConfig(space, given)
  const text = config === undefined ? undefined : configText(space, config)
  if (id !== undefined && text !== undefined && textOf.get(id) !== text) {
    const remedy = "leave out the 'id' for a result from elsewhere"
    throw new RangeError(`trial '${id}': must have the config that was asked for, got ${shown(given)}; ${remedy}`)
  }
  const asked = id ?? idsOf.get(text ?? '')?.find((other) => !told.has(other))
  if (asked === undefined) return { config: config! }
  if (told.has(asked)) throw new RangeError(`trial '${asked}': is told twice in one line; tell it once`)
  told.add(asked)
  return { id: asked }
}

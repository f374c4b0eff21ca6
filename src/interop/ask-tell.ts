/**
 * The optimizer over lines of JSON: a conversation that starts with a space and goes on with asks and tells.
 *
 *   {"space": {…}, "where": ["…"], "minimize": true, "budget": 100}  → {"ok": true}
 *   {"ask": 2}                                                       → {"trials": [{"id", "config"}, …]}
 *   {"tell": [{"id", "value"}, {"id", "failed"}, {"config", "value"}]} → {"ok": true}, each perhaps with "seconds"
 *   {"best": 1}                                                      → {"best": {"config", "value"}} or {"best": null}
 *   {"predict": {config}}                          → {"predict": {"value", "low", "high"}} or {"predict": null}
 *
 * Not more than `budget` configs are given; without it there is no limit. A line is one of these messages: nothing is
 * done that another key of the line contradicts. A wrong line is answered by {"error": "…"} and changes nothing: a
 * `tell` is taken whole or not at all.
 */

import type { Config } from '../trial.ts'
import { COST, Optimizer } from '../optimizer.ts'
import type { OptimizerOptions } from '../optimizer.ts'
import { configText } from '../space/canonical.ts'
import { didYouMean } from '../space/nearest-name.ts'
import { FLAG, checkOptions, isRecord, remedyFor, wholeNumber } from '../space/options.ts'
import type { Rules } from '../space/options.ts'
import type { Space } from '../space/parameter.ts'
import { shown } from '../space/shown.ts'
import { parseConfig } from '../space/validate.ts'
import { WHERE } from '../space/where.ts'

/** What each message may have beside its own key. */
const MESSAGES = {
  space: ['where', 'minimize', 'budget'],
  ask: [],
  tell: [],
  best: [],
  predict: [],
} as const satisfies Readonly<Record<string, readonly string[]>>

const VERBS = Object.keys(MESSAGES) as readonly (keyof typeof MESSAGES)[]

const SPACE: Rules = { space: null, where: WHERE, minimize: FLAG, budget: null }

const RESULT: Rules = {
  id: { must: 'the id of an open trial', holds: (id) => typeof id === 'string' },
  config: null,
  value: null,
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
  readonly value: number | undefined
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
    case 'predict':
      // Null: there are too few values for a model, or the sampler has none.
      return { predict: optimizer.predict(message.predict) ?? null }
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
  const objective = minimize ? { minimize: 'value' } : { maximize: 'value' }
  state.optimizer = new Optimizer(message.space as Space, {
    ...objective,
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
  const checked = results.map((result: unknown) => check(optimizer.space, result, open))
  for (const { what, value, reason, cost } of checked) {
    if (value === undefined) optimizer.fail(what, reason, cost)
    else optimizer.tell(what, value, cost)
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
  if (wanted !== 1 && wanted !== true && wanted !== null)
    throw new RangeError(`'best': must be 1, got ${shown(wanted)}`)
  const found = optimizer.recommend()
  return { best: found === undefined ? null : { config: found.config, value: found.value } }
}

function check(space: Space, result: unknown, open: OpenTrials): Result {
  if (!isRecord(result)) throw new TypeError(`result: must be an object with 'id' or 'config', got ${shown(result)}`)
  checkOptions('a result', result, RESULT, 'key')
  const { id, config, value } = result
  if (id === undefined && config === undefined)
    throw new TypeError(`result: must have an 'id' or a 'config', got ${shown(result)}`)
  const failed = result.failed === false ? null : (result.failed ?? null)
  if (failed !== null && failed !== true && typeof failed !== 'string')
    throw new TypeError(`'failed': must be a text that says why, or true, got ${shown(failed)}`)
  if (failed !== null && (value ?? null) !== null)
    throw new RangeError(`result: must have a 'value' or 'failed', got both; keep one`)
  if (failed === null && (typeof value !== 'number' || !Number.isFinite(value))) {
    throw new RangeError(`'value': must be a finite number, got ${shown(value)}; tell a failure as {"failed": "why"}`)
  }
  const { seconds } = result
  if (seconds !== undefined) checkOptions('a result', { seconds }, COST, 'key')
  const cost = seconds === undefined ? {} : { seconds: seconds as number }
  const what = subjectOf(space, id as string | undefined, config, open)
  return failed === null
    ? { what, value: value as number, reason: '', cost }
    : { what, value: undefined, reason: failed === true ? '' : (failed as string), cost }
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

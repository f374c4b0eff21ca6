/**
 * The optimizer over lines of JSON: a conversation that starts with a space and goes on with asks and tells.
 *
 *   {"space": {…}, "minimize": true, "budget": 100}                  → {"ok": true}
 *   {"ask": 2}                                                       → {"trials": [{"id", "config"}, …]}
 *   {"tell": [{"id", "value"}, {"id", "failed"}, {"config", "value"}]} → {"ok": true}
 *   {"best": 1}                                                      → {"best": {"config", "value"}} or {"best": null}
 *
 * A wrong line is answered by {"error": "…"} and changes nothing: a `tell` is taken whole or not at all.
 */

import type { Config } from '../trial.ts'
import { Optimizer } from '../optimizer.ts'
import { didYouMean } from '../space/nearest-name.ts'
import type { Space } from '../space/parameter.ts'
import { shown } from '../space/shown.ts'
import { parseConfig } from '../space/validate.ts'

const VERBS = ['space', 'ask', 'tell', 'best'] as const

/** The most configs that one line may ask for. */
const MOST_CONFIGS = 100_000

/** The state of a conversation. */
export interface Conversation {
  readonly seed: number | undefined
  optimizer: Optimizer | undefined
  /** The configs that were asked for and have no result yet, by id. */
  readonly open: Map<string, Config>
}

/** One result that was checked. It is taken only if all results of its line are good. */
interface Result {
  /** The id of an open trial, or a config that was not asked for. */
  readonly what: string | { readonly config: Config }
  /** Undefined for a failure. */
  readonly value: number | undefined
  readonly reason: string
}

export type Reply = Readonly<Record<string, unknown>>

/** Begins a conversation; without a seed, a random one is drawn. */
export const conversation = (seed?: number): Conversation => ({ seed, optimizer: undefined, open: new Map() })

/** Answers one line. It never throws. */
export function answer(state: Conversation, line: string): Reply {
  try {
    const message: unknown = JSON.parse(line)
    if (typeof message !== 'object' || message === null || Array.isArray(message))
      throw new RangeError(`line: must be a JSON object, got ${shown(message)}`)
    return answerTo(state, message as Record<string, unknown>)
  } catch (error) {
    const { message } = error as Error
    return { error: error instanceof SyntaxError ? `line: must be JSON (${message})` : message }
  }
}

function answerTo(state: Conversation, message: Record<string, unknown>): Reply {
  if ('space' in message) return begin(state, message)
  const verb = VERBS.find((name) => name in message)
  if (verb === undefined) {
    const [first] = Object.keys(message)
    const choice = VERBS.map((name) => `'${name}'`).join(', ')
    throw new RangeError(`line: must have one of ${choice}, got ${shown(first)}${didYouMean(first ?? '', VERBS)}`)
  }
  const { optimizer } = state
  if (optimizer === undefined) throw new RangeError(`'${verb}': must come after a space; begin with {"space": {…}}`)
  if (verb === 'ask') return ask(state, optimizer, message.ask)
  if (verb === 'tell') return tell(state, optimizer, message.tell)
  const best = optimizer.recommend()
  return { best: best === undefined ? null : { config: best.config, value: best.value } }
}

function begin(state: Conversation, message: Record<string, unknown>): Reply {
  if (state.optimizer !== undefined)
    throw new RangeError("'space': was given already; start another process for another space")
  const { minimize = true, budget } = message
  if (typeof minimize !== 'boolean') throw new TypeError(`'minimize': must be true or false, got ${shown(minimize)}`)
  if (budget !== undefined && budget !== null && !(Number.isInteger(budget) && (budget as number) > 0)) {
    throw new RangeError(`'budget': must be a whole number of at least 1, got ${shown(budget)}; or leave it out`)
  }
  const objective = minimize ? { minimize: 'value' } : { maximize: 'value' }
  state.optimizer = new Optimizer(message.space as Space, {
    ...objective,
    ...(state.seed === undefined ? {} : { seed: state.seed }),
  })
  return { ok: true }
}

function ask(state: Conversation, optimizer: Optimizer, count: unknown): Reply {
  if (!(Number.isInteger(count) && (count as number) > 0 && (count as number) <= MOST_CONFIGS)) {
    throw new RangeError(`'ask': must be a whole number from 1 to 100,000, got ${shown(count)}`)
  }
  const trials: { id: string; config: Config }[] = []
  while (trials.length < (count as number)) {
    const suggestion = optimizer.ask()
    if (suggestion === undefined) break
    trials.push({ id: suggestion.id, config: suggestion.config as Config })
    state.open.set(suggestion.id, suggestion.config as Config)
  }
  if (trials.length === 0)
    throw new RangeError("'ask': nothing is left to ask for; every config of the space has been tried")
  return { trials }
}

function tell(state: Conversation, optimizer: Optimizer, results: unknown): Reply {
  if (!Array.isArray(results)) throw new TypeError(`'tell': must be a list of results, got ${shown(results)}`)
  const checked = results.map((result: unknown) => check(state, optimizer, result))
  const ids = checked.map((result) => result.what).filter((what): what is string => typeof what === 'string')
  const twice = ids.find((id, i) => ids.indexOf(id) !== i)
  if (twice !== undefined) throw new RangeError(`trial '${twice}': is told twice in one line; tell it once`)
  for (const { what, value, reason } of checked) {
    if (value === undefined) optimizer.fail(typeof what === 'string' ? { id: what } : what, reason)
    else optimizer.tell(typeof what === 'string' ? { id: what } : what, value)
    if (typeof what === 'string') state.open.delete(what)
  }
  return { ok: true }
}

function check(state: Conversation, optimizer: Optimizer, result: unknown): Result {
  if (typeof result !== 'object' || result === null)
    throw new TypeError(`result: must be an object with 'id' or 'config', got ${shown(result)}`)
  const { id, config, value, failed } = result as Record<string, unknown>
  if (id !== undefined && !(typeof id === 'string' && state.open.has(id))) {
    throw new RangeError(`trial ${shown(id)}: must be open, but was never asked for or is told already`)
  }
  if (id === undefined && config === undefined)
    throw new TypeError(`result: must have an 'id' or a 'config', got ${shown(result)}`)
  const what = typeof id === 'string' ? id : { config: parseConfig(optimizer.space, config) }
  if (failed !== undefined) return { what, value: undefined, reason: String(failed) }
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new RangeError(`'value': must be a finite number, got ${shown(value)}; tell a failure as {"failed": "why"}`)
  }
  return { what, value, reason: '' }
}

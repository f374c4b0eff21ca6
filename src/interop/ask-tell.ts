/**
 * The optimiser over lines of JSON: a conversation that starts with a space and goes on with asks and tells.
 *
 *   {"space": {…}, "minimize": true, "budget": 100}                  → {"ok": true}
 *   {"ask": 2}                                                       → {"trials": [{"id", "config"}, …]}
 *   {"tell": [{"id", "value"}, {"id", "failed"}, {"config", "value"}]} → {"ok": true}
 *   {"best": 1}                                                      → {"best": {"config", "value"}} or {"best": null}
 *
 * Anything wrong gives {"error": "…"} and leaves the state as it was: a `tell` is taken whole or not at all.
 */

import type { Config } from '../trial.ts'
import { Optimizer } from '../optimizer.ts'
import { didYouMean } from '../space/nearest-name.ts'
import { parseConfig } from '../space/validate.ts'
import type { Space } from '../space/parameter.ts'

/** What has been said so far. */
export interface Conversation {
  readonly seed: number | undefined
  optimizer: Optimizer | undefined
  /** Configs asked for and not answered yet, by id. */
  readonly open: Map<string, Config>
}

export type Reply = Readonly<Record<string, unknown>>

/** The beginning of a conversation; without a seed it is drawn at random. */
export const conversation = (seed?: number): Conversation => ({ seed, optimizer: undefined, open: new Map() })

/** Answers one line. */
export function answer(state: Conversation, line: string): Reply {
  try {
    const message: unknown = JSON.parse(line)
    if (typeof message !== 'object' || message === null || Array.isArray(message))
      throw new RangeError('a line must hold a JSON object')
    return answerTo(state, message as Record<string, unknown>)
  } catch (error) {
    return { error: error instanceof SyntaxError ? `this line is no JSON: ${error.message}` : (error as Error).message }
  }
}

const VERBS = ['space', 'ask', 'tell', 'best'] as const

function answerTo(state: Conversation, message: Record<string, unknown>): Reply {
  if ('space' in message) return begin(state, message)
  const verb = VERBS.find((name) => name in message)
  if (verb === undefined) {
    const [first = ''] = Object.keys(message)
    throw new RangeError(
      `'${first}' is none of ${VERBS.map((name) => `'${name}'`).join(', ')}${didYouMean(first, VERBS)}`,
    )
  }
  const { optimizer } = state
  if (optimizer === undefined) throw new RangeError(`'${verb}' comes before a space; begin with {"space": {…}}`)
  if (verb === 'ask') return ask(state, optimizer, message.ask)
  if (verb === 'tell') return tell(state, optimizer, message.tell)
  const best = optimizer.recommend()
  return { best: best === undefined ? null : { config: best.config, value: best.value } }
}

function begin(state: Conversation, message: Record<string, unknown>): Reply {
  if (state.optimizer !== undefined)
    throw new RangeError('the space was given already; start another process for another one')
  const { minimize = true, budget } = message
  if (typeof minimize !== 'boolean')
    throw new TypeError(`'minimize' must be true or false, got ${JSON.stringify(minimize)}`)
  if (budget !== undefined && budget !== null && !(Number.isInteger(budget) && (budget as number) > 0)) {
    throw new RangeError(`'budget' must be a whole number above 0, or be left out, got ${JSON.stringify(budget)}`)
  }
  const objective = minimize ? { minimize: 'value' } : { maximize: 'value' }
  state.optimizer = new Optimizer(message.space as Space, {
    ...objective,
    ...(state.seed === undefined ? {} : { seed: state.seed }),
  })
  return { ok: true }
}

function ask(state: Conversation, optimizer: Optimizer, count: unknown): Reply {
  if (!(Number.isInteger(count) && (count as number) > 0 && (count as number) <= 100_000)) {
    throw new RangeError(`'ask' takes a number of configs from 1 to 100,000, got ${JSON.stringify(count)}`)
  }
  const trials: { id: string; config: Config }[] = []
  while (trials.length < (count as number)) {
    const suggestion = optimizer.ask()
    if (suggestion === undefined) break
    trials.push({ id: suggestion.id, config: suggestion.config as Config })
    state.open.set(suggestion.id, suggestion.config as Config)
  }
  if (trials.length === 0) throw new RangeError('every config of the space was tried; nothing is left to ask for')
  return { trials }
}

/** One result, checked; it is taken only when all of its line are good. */
interface Result {
  readonly what: string | { readonly config: Config }
  readonly value: number | undefined
  readonly reason: string
}

function tell(state: Conversation, optimizer: Optimizer, results: unknown): Reply {
  if (!Array.isArray(results)) throw new TypeError(`'tell' takes a list of results, got ${JSON.stringify(results)}`)
  const checked = results.map((result: unknown) => check(state, optimizer, result))
  const ids = checked.map((result) => result.what).filter((what): what is string => typeof what === 'string')
  const twice = ids.find((id, i) => ids.indexOf(id) !== i)
  if (twice !== undefined) throw new RangeError(`trial '${twice}' is told twice in one line; tell it once`)
  for (const { what, value, reason } of checked) {
    if (value === undefined) optimizer.fail(typeof what === 'string' ? { id: what } : what, reason)
    else optimizer.tell(typeof what === 'string' ? { id: what } : what, value)
    if (typeof what === 'string') state.open.delete(what)
  }
  return { ok: true }
}

function check(state: Conversation, optimizer: Optimizer, result: unknown): Result {
  if (typeof result !== 'object' || result === null)
    throw new TypeError(`a result is an object with 'id' or 'config', got ${JSON.stringify(result)}`)
  const { id, config, value, failed } = result as Record<string, unknown>
  if (id !== undefined && !(typeof id === 'string' && state.open.has(id))) {
    throw new RangeError(`trial ${JSON.stringify(id)} is not open: it was never asked for, or was told already`)
  }
  if (id === undefined && config === undefined)
    throw new TypeError(`a result needs an 'id' or a 'config', got ${JSON.stringify(result)}`)
  const what = typeof id === 'string' ? id : { config: parseConfig(optimizer.space, config) }
  if (failed !== undefined) return { what, value: undefined, reason: String(failed) }
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new RangeError(
      `'value' must be a finite number, got ${JSON.stringify(value)}; tell a failure as {"failed": "why"}`,
    )
  }
  return { what, value, reason: '' }
}

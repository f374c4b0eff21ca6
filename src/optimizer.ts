/**
 * Ask and tell in memory. It is synchronous, uses no disk, and suggests what a study with the same seed and one worker
 * suggests.
 */

import type { Best, Config, Constraints, Goals, Json, Objectives, Preference, Said, TrialRecord } from './trial.ts'
import { samplerNamed } from './sampler/choose.ts'
import type { Interval } from './sampler/explanation.ts'
import { mayBeNoisy, recommend } from './sampler/recommend.ts'
import { parseEarlier } from './sampler/earlier.ts'
import { checkSampler, checkSuggestion } from './sampler/own.ts'
import type { Earlier, Question, Sampler, SamplerName } from './sampler/sampler.ts'
import { trialFront } from './sampler/trial-front.ts'
import { searchedAxes } from './space/allowed.ts'
import { configText } from './space/canonical.ts'
import { deepFreeze } from './space/json.ts'
import { GOAL_RULES, goalsOf, sought, worthOf } from './space/goals.ts'
import { isBetter, namedValues, objectiveAmong, split } from './space/objectives.ts'
import type { Ranked } from './space/objectives.ts'
import { checkOptions, isRecord, refusal, wholeNumber } from './space/options.ts'
import type { Rules } from './space/options.ts'
import type { ConfigOf, Space, Where } from './space/parameter.ts'
import { shown } from './space/shown.ts'
import { mustSearch, parseConfig, parseSpace } from './space/validate.ts'
import { WHERE, parseAllowed, parseWhere } from './space/where.ts'

/** What the constructor takes. */
const RULES: Rules = {
  ...GOAL_RULES,
  where: WHERE,
  sampler: null,
  seed: wholeNumber(0, 2 ** 32 - 1),
  budget: wholeNumber(1),
  earlier: null,
}

const COUNT = wholeNumber(1)

/** A hundred years: times must be dates. */
const LONGEST = 100 * 365 * 86_400

/** What may be said of what a result has cost. @internal */
export const COST: Rules = {
  seconds: {
    must: `a number of seconds from 0 to ${LONGEST}`,
    holds: (seconds) => typeof seconds === 'number' && seconds >= 0 && seconds <= LONGEST,
  },
}

/** What an `Optimizer` optimizes, and how. */
export interface OptimizerOptions {
  /** The name of the only objective, which is minimized. Without any objective, `value` is minimized. */
  readonly minimize?: string
  /** The name of the only objective, which is maximized. */
  readonly maximize?: string
  /** Several objectives: direction by name. The first one decides which result is best. */
  readonly objectives?: Objectives
  /** What a result must meet to become the best, as in `{ memory: { atMost: 16 }, valid: true }`. */
  readonly constraints?: Constraints
  /** Which result is the best of several objectives; default: the best by the first one. */
  readonly prefer?: Preference
  /** Conditions that every config must meet, such as `layers * width <= 4096`. */
  readonly where?: string | readonly string[]
  /** The sampler, by name or as an object; default `auto`. */
  readonly sampler?: SamplerName | Sampler
  /** A whole number from 0 to 2³² − 1; default: drawn at random. */
  readonly seed?: number
  /** How many configs will be tried, for samplers that ask how much is left. It ends nothing. */
  readonly budget?: number
  /** Trials of earlier studies of the same parameters and objectives (`sampler/earlier.ts`). They only teach. */
  readonly earlier?: readonly Earlier[]
}

/** A config to try, as `Optimizer.ask` gives it. */
export interface Asked<C = Config> {
  /** Its name in `tell` and `fail`. */
  readonly id: string
  /** How many configs were asked for before it. */
  readonly number: number
  /** Frozen, since the record of the optimizer holds it too. Copy it to change it. */
  readonly config: C
}

/** A result that was told, as `Optimizer.best` and `Optimizer.recommend` give it. */
type Found<C> = Pick<Best<C>, 'config' | 'value' | 'values' | 'outputs'>

/** What a result is about: a suggestion, by its id or as it was asked for, or a config that was found elsewhere. */
type Told = string | { readonly id: string } | { readonly config: unknown }

/** A number for a single objective, or a number for each objective by name, and outputs beside them. */
type Values = number | Said

/** What a result has cost. */
interface Cost {
  /** How long it took, at least 0. */
  readonly seconds?: number
}

/**
 * Suggests configs and learns from their values, in memory.
 *
 * @example
 * ```ts
 * import { float, Optimizer } from 'anthill'
 *
 * const optimizer = new Optimizer({ x: float(-5, 5) }, { seed: 1 })
 * for (let i = 0; i < 10; i++) {
 *   const asked = optimizer.ask()
 *   if (asked === undefined) break
 *   optimizer.tell(asked, (asked.config.x - 2) ** 2)
 * }
 * console.log(optimizer.best()?.config.x)
 * ```
 */
export class Optimizer<const S extends Space = Space> {
  /** What is searched, checked and frozen. */
  readonly space: Space
  readonly objectives: Objectives
  /** The same, with the constraints, and what is preferred among several objectives. */
  readonly goals: Goals
  /** The conditions that every config meets. */
  readonly where: readonly string[]
  readonly #where: Where | undefined
  readonly #sampler: Sampler
  readonly #seed: number
  readonly #budget: number | undefined
  readonly #earlier: readonly Earlier[] | undefined
  readonly #worth: ReturnType<typeof worthOf>
  readonly #records: TrialRecord[] = []
  readonly #open = new Map<string, Asked>()
  /** The same by the text of their configs: a config may be asked for more than once. */
  readonly #openOf = new Map<string, Asked[]>()
  readonly #tried = new Map<string, number>()
  #asked = 0
  #basis: Json | undefined
  #best: (Ranked & { readonly record: TrialRecord }) | null = null

  /**
   * @param space  what is searched
   * @throws RangeError or TypeError for a space or options that make no sense; RangeError if nothing in the space meets
   *   the conditions
   */
  constructor(space: S, options: OptimizerOptions = {}) {
    checkOptions('Optimizer', options, RULES)
    checkNotOptions(space)
    const { sampler = 'auto', seed, budget } = options
    this.#budget = budget
    checkSampler(sampler)
    this.space = mustSearch(parseSpace(space))
    this.goals = goalsOf(options)
    this.objectives = this.goals.objectives
    this.#where = parseWhere(this.space, options.where)
    this.where = this.#where?.texts ?? []
    this.#worth = worthOf(this.goals)
    this.#sampler = typeof sampler === 'string' ? samplerNamed(sampler) : sampler
    this.#budget = options.budget
    this.#seed = seed ?? Math.floor(Math.random() * 2 ** 32)
    const task = { ...sought({ space: this.space, where: this.#where, goals: this.goals }), seed: this.#seed }
    searchedAxes(task)
    this.#earlier = parseEarlier(task, options.earlier)
    this.#sampler.check?.(task)
  }

  /**
   * Several configs to try at once. Those that are open count for the next one as the options `pending` and `pick` of
   * the sampler say.
   *
   * @param count  at least 1
   * @returns fewer when the sampler has nothing left
   */
  ask(count: number): Asked<ConfigOf<S>>[]
  /**
   * The next config to try. Any number of suggestions may be open at once.
   *
   * @returns undefined when the sampler has nothing left, because every config of the space was tried
   * @throws what the sampler throws
   */
  ask(): Asked<ConfigOf<S>> | undefined
  ask(count?: number): Asked<ConfigOf<S>> | undefined | Asked<ConfigOf<S>>[] {
    if (count === undefined) return this.#ask()
    if (!COUNT.holds(count)) throw refusal("'count'", COUNT.must, count)
    const batch: Asked<ConfigOf<S>>[] = []
    while (batch.length < count) {
      const asked = this.#ask()
      if (asked === undefined) break
      batch.push(asked)
    }
    return batch
  }

  #ask(): Asked<ConfigOf<S>> | undefined {
    const number = this.#asked
    const suggested = this.#sampler.suggest(this.#question())
    if (suggested === undefined) return undefined
    const config = deepFreeze(checkSuggestion(this.#sampler, suggested, this.space, this.#where))
    this.#basis = suggested.basis ?? this.#basis
    this.#asked++
    const text = configText(this.space, config)
    this.#count(text)
    const asked = Object.freeze({ id: String(number), number, config })
    this.#open.set(asked.id, asked)
    this.#openOf.set(text, [...(this.#openOf.get(text) ?? []), asked])
    return asked as unknown as Asked<ConfigOf<S>>
  }

  /**
   * What the model whose turn it is predicts of a config: the median, one standard deviation below it, and one above.
   *
   * @param objective  which value; default: the first objective's
   * @returns undefined while there are too few values for a model, and if the sampler has none
   * @throws RangeError or TypeError for a config outside the space, or an unknown objective
   */
  predict(config: unknown, objective?: string): Interval | undefined {
    const name = objectiveAmong(this.objectives, objective)
    return this.#sampler.predict?.(this.#question(), parseConfig(this.space, config), name)
  }

  /** The suggestions that have no result yet, in the order in which they were asked for. */
  pending(): readonly Asked<ConfigOf<S>>[] {
    return [...this.#open.values()] as unknown as Asked<ConfigOf<S>>[]
  }

  /**
   * Takes a result.
   *
   * @param told    a suggestion, its id, or `{ config }` for a config that was found elsewhere. A config that was asked
   *   for ends its suggestion; a suggestion with another config than the one that was asked for is a result from
   *   elsewhere, and stays open
   * @param values  a number for a single objective, or a number for each objective by name; all finite
   * @param cost    `seconds`: how long it took to measure them, for a sampler with `perSecond`
   * @throws RangeError for an id that is not open, a config outside the space, or values or seconds that are missing or
   *   not finite; TypeError for a config or values of another type. Nothing has changed then
   */
  tell(told: Told, values: Values, cost?: Cost): void {
    const said = namedValues(this.objectives, values)
    const times = timesOf('tell', cost)
    const { id, number, config } = this.#take(told)
    const named = split(this.objectives, said)
    const value = named.values[Object.keys(this.objectives)[0]!]!
    this.#keep({ ...blank(this.#sampler.name, id, number, config), ...times, state: 'complete', value, ...named })
  }

  /**
   * Takes a suggestion that gave no value.
   *
   * @param told    a suggestion, its id, or `{ config }` for a config that was found elsewhere
   * @param reason  what went wrong; recorded as text
   * @param cost    `seconds`: how long it took
   * @throws RangeError for an id that is not open, or a config outside the space
   */
  fail(told: Told, reason: unknown = '', cost?: Cost): void {
    const times = timesOf('fail', cost)
    const { id, number, config } = this.#take(told)
    this.#keep({
      ...blank(this.#sampler.name, id, number, config),
      ...times,
      state: 'failed',
      reason: 'exception',
      detail: String(reason),
    })
  }

  /** The best result, by the first objective or what `prefer` says; undefined before one meets the constraints. */
  best(): Found<ConfigOf<S>> | undefined {
    return this.#best === null ? undefined : foundIn(this.#best.record)
  }

  /**
   * The config to use, by the first objective or what `prefer` says: the best one or, if the model finds the values
   * noisy, the one with the best predicted mean. Undefined before a result may be it.
   *
   * @returns `value` is what was told of the config; `mean` is the predicted mean with a 95 % interval, null without
   *   noise
   */
  recommend(): (Found<ConfigOf<S>> & { readonly isNoisy: boolean; readonly mean: Interval | null }) | undefined {
    const found = recommend(this.space, this.#records, this.goals, mayBeNoisy(this.#sampler.options))
    return found && { ...foundIn(found.trial), isNoisy: found.isNoisy, mean: found.mean }
  }

  /**
   * The results that meet the constraints and that no other such result beats: none is at least as good in every
   * objective and better in one. Best first by the first one; with one objective, the best ones.
   */
  front(): readonly TrialRecord[] {
    return trialFront(this.#records, this.goals)
  }

  /** Everything that was told so far, in that order. */
  trials(): readonly TrialRecord[] {
    return [...this.#records]
  }

  #question(): Question {
    return {
      ...sought({ space: this.space, where: this.#where, goals: this.goals }),
      seed: this.#seed,
      number: this.#asked,
      draw: 0,
      budget: this.#budget,
      trials: this.#records,
      pending: [...this.#open.values()].map((asked) => asked.config),
      earlier: this.#earlier,
      basis: this.#basis,
      isTried: (other, times = 1) => (this.#tried.get(configText(this.space, other)) ?? 0) >= times,
    }
  }

  #take(told: Told): { id: string; number: number | null; config: Config } {
    const { id, config } = partsOf(told)
    const asked = id === undefined ? undefined : this.#open.get(id)
    if (id !== undefined && asked === undefined)
      throw new RangeError(`suggestion '${id}': is not open (it was never asked for, or was told already)`)
    if (asked !== undefined && (config === undefined || config === asked.config)) return this.#close(asked)
    const parsed = deepFreeze(parseAllowed(this.space, this.#where, config))
    const text = configText(this.space, parsed)
    const same = this.#openOf.get(text) ?? []
    const closed = asked !== undefined && same.includes(asked) ? asked : same[0]
    if (closed !== undefined) return this.#close(closed)
    this.#count(text)
    return { id: text, number: null, config: parsed }
  }

  #close(asked: Asked): Asked {
    const text = configText(this.space, asked.config)
    const others = (this.#openOf.get(text) ?? []).filter((other) => other !== asked)
    if (others.length > 0) this.#openOf.set(text, others)
    else this.#openOf.delete(text)
    this.#open.delete(asked.id)
    return asked
  }

  #count(text: string): void {
    this.#tried.set(text, (this.#tried.get(text) ?? 0) + 1)
  }

  #keep(record: TrialRecord): void {
    this.#records.push(Object.freeze(record))
    // If two values are equal, the one told first counts.
    const told = { worth: this.#worth({ ...record.values, ...record.outputs }), number: this.#records.length, record }
    if (isBetter(told, this.#best)) this.#best = told
  }
}

/** @throws TypeError for options in the place of the space: all of them would be constants */
function checkNotOptions(space: unknown): void {
  const keys = isRecord(space) && isRecord(space.space) ? Object.keys(space) : []
  if (keys.length < 2 || keys.some((key) => key !== 'space' && !Object.hasOwn(RULES, key))) return
  const options = keys.filter((key) => key !== 'space').join(', ')
  throw new TypeError(`Optimizer: the space comes first, as in new Optimizer(space, { ${options} })`)
}

/** The id and the config of what a result is about. */
function partsOf(told: Told): { readonly id?: string | undefined; readonly config?: unknown } {
  if (typeof told === 'string') return { id: told }
  if (!isRecord(told))
    throw new TypeError(
      `result: must be about a suggestion, its id or { config }, got ${shown(told)}; pass what 'ask' gave`,
    )
  const { id, config } = told as { readonly id?: unknown; readonly config?: unknown }
  if (id !== undefined && typeof id !== 'string')
    throw new TypeError(`suggestion: 'id' must be a string, got ${shown(id)}`)
  if (id === undefined && config === undefined)
    throw new TypeError(`result: must have an 'id' or a 'config', got ${shown(told)}; pass what 'ask' gave`)
  return { id, config }
}

/** When a result began that took this long, if it has ended now. */
function timesOf(method: string, cost: Cost | undefined): Partial<Pick<TrialRecord, 'started' | 'ended'>> {
  checkOptions(method, cost, COST)
  if (cost?.seconds === undefined) return {}
  const now = Date.now()
  const iso = (ms: number): string => new Date(ms).toISOString()
  return { started: iso(now - Math.round(1000 * cost.seconds)), ended: iso(now) }
}

/** A result for the user, who may change it. */
function foundIn<C>({ config, value, values, outputs }: TrialRecord): Found<C> {
  return { config: structuredClone(config) as C, value: value!, values: { ...values }, outputs: { ...outputs } }
}

function blank(origin: string, id: string, number: number | null, config: Config): TrialRecord {
  return {
    id,
    number,
    config,
    origin: number === null ? 'told' : origin,
    repeat: 0,
    state: 'running',
    value: null,
    values: {},
    outputs: {},
    curve: [],
    attempt: 1,
    worker: null,
    started: null,
    ended: null,
    reason: null,
    detail: null,
  }
}

/**
 * Ask and tell in memory: no disk, synchronous, the same answers as a study with the same seed and one worker.
 */

import type { Config, Json, Objectives, TrialRecord } from './trial.ts'
import { samplerNamed } from './sampler/choose.ts'
import type { Interval } from './sampler/explanation.ts'
import { recommend } from './sampler/recommend.ts'
import type { Sampler, SamplerName } from './sampler/sampler.ts'
import { configText } from './space/canonical.ts'
import { namedValues, objectivesOf, worthOf } from './space/objectives.ts'
import type { ConfigOf, Space } from './space/parameter.ts'
import { parseConfig, parseSpace } from './space/validate.ts'

export interface OptimizerOptions {
  /** The one objective; default: minimize `value`. */
  readonly minimize?: string
  readonly maximize?: string
  readonly objectives?: Objectives
  readonly sampler?: SamplerName | Sampler
  /** An integer from 0 to 2³² − 1; drawn at random when left out. */
  readonly seed?: number
}

/** A config to try; `id` is its name in `tell`. */
export interface Asked<C = Config> {
  readonly id: string
  readonly number: number
  readonly config: C
}

type Values = number | Readonly<Record<string, number>>

export class Optimizer<const S extends Space = Space> {
  readonly space: Space
  readonly objectives: Objectives
  readonly #sampler: Sampler
  readonly #seed: number
  readonly #worth: ReturnType<typeof worthOf>
  readonly #records: TrialRecord[] = []
  readonly #open = new Map<string, Asked>()
  readonly #tried = new Map<string, number>()
  #asked = 0
  #basis: Json | undefined
  #best: TrialRecord | undefined

  /** @throws RangeError or TypeError for a space or options that make no sense */
  constructor(space: S, options: OptimizerOptions = {}) {
    const { sampler = 'auto', seed } = options
    if (seed !== undefined && !(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
      throw new RangeError(`option 'seed': must be a whole number from 0 to 2^32 - 1, got ${seed}`)
    }
    this.space = parseSpace(space)
    this.objectives = objectivesOf(options) ?? { value: 'minimize' }
    this.#worth = worthOf(this.objectives)
    this.#sampler = typeof sampler === 'string' ? samplerNamed(sampler) : sampler
    this.#seed = seed ?? Math.floor(Math.random() * 2 ** 32)
  }

  /** The next config to try; any number may be open at once. Undefined when the sampler has nothing left: every config of the space was tried. */
  ask(): Asked<ConfigOf<S>> | undefined {
    const number = this.#asked
    const suggested = this.#sampler.suggest({
      space: this.space,
      objectives: this.objectives,
      seed: this.#seed,
      number,
      draw: 0,
      trials: this.#records,
      pending: [...this.#open.values()].map((s) => s.config),
      basis: this.#basis,
      isTried: (tried, times = 1) => (this.#tried.get(configText(this.space, tried)) ?? 0) >= times,
    })
    if (suggested === undefined) return undefined
    const { config, basis } = suggested
    this.#basis = basis ?? this.#basis
    this.#asked++
    this.#count(configText(this.space, config))
    const suggestion = { id: String(number), number, config }
    this.#open.set(suggestion.id, suggestion)
    return suggestion as unknown as Asked<ConfigOf<S>>
  }

  /**
   * Takes a result: of a suggestion, by its id, or of a config that was found elsewhere.
   *
   * @throws RangeError for an id that is not open, a config outside the space, or values that are missing or not finite
   */
  tell(what: string | { readonly id: string } | { readonly config: unknown }, values: Values): void {
    const named = namedValues(this.objectives, values)
    const { id, number, config } = this.#take(what)
    const value = named[Object.keys(this.objectives)[0]!]!
    this.#keep({ ...blank(id, number, config), state: 'complete', value, values: named })
  }

  /** Takes a suggestion (or a config) that gave no value. */
  fail(what: string | { readonly id: string } | { readonly config: unknown }, reason: unknown = ''): void {
    const { id, number, config } = this.#take(what)
    this.#keep({ ...blank(id, number, config), state: 'failed', reason: 'exception', detail: String(reason) })
  }

  /** The best result so far by the first objective. */
  best():
    | { readonly config: ConfigOf<S>; readonly value: number; readonly values: Readonly<Record<string, number>> }
    | undefined {
    const best = this.#best
    return best === undefined
      ? undefined
      : { config: best.config as unknown as ConfigOf<S>, value: best.value!, values: best.values }
  }

  /**
   * The config to use: the best one, or, where the model finds the objective noisy, the one with the best posterior mean; `value` is
   * what was told of it, `mean` what the model says, with a 95 % interval (null without noise).
   */
  recommend():
    | {
        readonly config: ConfigOf<S>
        readonly value: number
        readonly isNoisy: boolean
        readonly mean: Interval | null
      }
    | undefined {
    const found = recommend(this.space, this.#records, this.objectives)
    return (
      found && {
        config: found.trial.config as unknown as ConfigOf<S>,
        value: found.trial.value!,
        isNoisy: found.isNoisy,
        mean: found.mean,
      }
    )
  }

  /** Everything told so far, in that order. */
  trials(): readonly TrialRecord[] {
    return [...this.#records]
  }

  #take(what: string | { readonly id: string } | { readonly config: unknown }): {
    id: string
    number: number | null
    config: Config
  } {
    const id = typeof what === 'string' ? what : 'id' in what ? what.id : undefined
    if (id !== undefined) {
      const open = this.#open.get(id)
      if (open === undefined)
        throw new RangeError(`suggestion '${id}' is not open: it was never asked for, or was told already`)
      this.#open.delete(id)
      return open
    }
    const config = parseConfig(this.space, (what as { config: unknown }).config)
    const text = configText(this.space, config)
    this.#count(text)
    return { id: text, number: null, config }
  }

  #count(text: string): void {
    this.#tried.set(text, (this.#tried.get(text) ?? 0) + 1)
  }

  #keep(record: TrialRecord): void {
    this.#records.push(record)
    const worth = this.#worth(record.values)
    if (worth !== undefined && (this.#best === undefined || worth < this.#worth(this.#best.values)!))
      this.#best = record
  }
}

function blank(id: string, number: number | null, config: Config): TrialRecord {
  return {
    id,
    number,
    config,
    state: 'running',
    value: null,
    values: {},
    curve: [],
    attempt: 1,
    worker: null,
    started: null,
    ended: null,
    reason: null,
    detail: null,
  }
}

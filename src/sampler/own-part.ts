/**
 * Parts of `bayesian` that somebody has written, and the gate that they pass.
 *
 * A part is an object with a name and one function. A study keeps the name only, so a process that joins it needs the
 * part again: it opens the study with a sampler that has it. Every answer of a part is checked before anything is
 * written. So an error, which names the part, costs one suggestion and no trial.
 *
 * A part must be a function of what it is given, and take chance from `random` alone: then its suggestions can be
 * replayed.
 */

import { didYouMean } from '../space/nearest-name.ts'
import { checkOptions, isRecord, refusal } from '../space/options.ts'
import { shown } from '../space/shown.ts'
import type { Json } from '../trial.ts'
import type { Value } from '../space/option-values.ts'

/** How a parameter looks to a part. A row has a number for each. */
export interface PartAxis {
  /**
   * `continuous`, `grid`: a coordinate from 0 to 1; `category`: the index of a value. NaN where the parameter is not
   * active.
   */
  readonly kind: 'continuous' | 'grid' | 'category'
  /** The number of values; Infinity on a continuous axis. */
  readonly count: number
}

export interface PartContext {
  readonly axes: readonly PartAxis[]
  /** The next random number in [0, 1), the same in a replay. */
  readonly random: () => number
}

/**
 * A model of your own. It sees the values with mean 0 and deviation 1, to be minimized, and predicts in these units.
 */
export interface OwnModel {
  readonly kind?: 'own'
  readonly name: string
  /** Learns from rows and their values. It must return at once. */
  readonly fit: (rows: readonly Float64Array[], values: Float64Array, context: PartContext) => OwnFit
}

export interface OwnFit {
  /** Mean and deviation for each row: of the function, without the noise of a measurement. */
  readonly predict: (rows: readonly Float64Array[]) => {
    readonly means: ArrayLike<number>
    readonly deviations: ArrayLike<number>
  }
}

/** An acquisition of your own. */
export interface OwnAcquisition {
  readonly kind?: 'own'
  readonly name: string
  /**
   * What a measurement is worth where a model predicts this mean and deviation: a finite number of at least 0. Values
   * are to be minimized; `best` is the lowest mean at a trial. Odds and beliefs are multiplied with it.
   */
  readonly worth: (mean: number, deviation: number, best: number) => number
}

/** A maximizer of your own. */
export interface OwnMaximizer {
  readonly kind?: 'own'
  readonly name: string
  /** Rows that are worth much, at least one. The best untried one is suggested, so more than one is better. */
  readonly maximize: (search: PartSearch) => readonly ArrayLike<number>[]
}

export interface PartSearch extends PartContext {
  /** The logarithm of what each row is worth. */
  readonly worth: (rows: readonly ArrayLike<number>[]) => Float64Array
  /** Rows of the best trials, the best first. */
  readonly centers: readonly Float64Array[]
}

/** A kernel of your own. */
export interface OwnKernel {
  readonly kind?: 'own'
  readonly name: string
  /**
   * The correlation at a distance r of at least 0, in lengthscales: 1 at 0, from −1 to 1 elsewhere, and positive
   * definite in as many dimensions as there are parameters.
   */
  readonly correlation: (r: number) => number
}

/** A prior mean of your own. */
export interface OwnMean {
  readonly kind?: 'own'
  readonly name: string
  /** The value far from all trials, by the values so far, all in units of the objective. */
  readonly of: (values: Float64Array) => number
}

/** A schedule of your own. */
export interface OwnSchedule {
  readonly kind?: 'own'
  readonly name: string
  /**
   * The number at a step.
   *
   * @param step  suggestions of models before this one, from 0
   * @param d     number of parameters
   */
  readonly of: (step: number, d: number) => number
}

/** What each part is called, and its function. */
const FUNCTIONS = {
  model: 'fit',
  acquisition: 'worth',
  maximizer: 'maximize',
  kernel: 'correlation',
  mean: 'of',
  schedule: 'of',
} as const

/** @internal */
export type PartName = keyof typeof FUNCTIONS

/** An option that may also be a part of one's own. @internal */
export function orOwn<T>(value: Value<T>, part: PartName): Value<T> {
  const key = FUNCTIONS[part]
  return {
    ...value,
    parse: (given, name) => {
      const isOwn = isRecord(given) && (given.kind ?? 'own') === 'own' && ('name' in given || key in given)
      if (!isOwn) return value.parse(given, name)
      checkOptions(`${part} of '${name}'`, given, { kind: null, name: null, [key]: null })
      return parsePart(given, name, part, Object.keys(value.tables ?? {})) as T
    },
  }
}

/** @param words  names of anthill's, which stand for something else */
function parsePart(given: Readonly<Record<string, unknown>>, at: string, part: PartName, words: readonly string[]) {
  const { name } = given
  const key = FUNCTIONS[part]
  if (typeof name !== 'string' || name === '')
    throw refusal(`option '${at}.name'`, `a text: a study keeps a ${part} of your own by its name`, name)
  if (words.includes(name))
    throw new RangeError(`option '${at}.name': '${name}' is one of anthill's; give your own ${part} another name`)
  const call = given[key]
  if (call === undefined) {
    throw new RangeError(
      `option '${at}': ${part} '${name}' is not one of anthill's, and this process does not have it; ` +
        `open the study with a sampler that has it, as in { name: '${name}', ${key}: … }${didYouMean(name, words)}`,
    )
  }
  if (typeof call !== 'function') throw refusal(`option '${at}.${key}'`, 'a function', call)
  return Object.freeze({ kind: 'own', name, [key]: call.bind(given) as unknown })
}

/** The names of the parts in the options of a sampler, as a study keeps them. @internal */
export function partNames(options: Json): string[] {
  if (Array.isArray(options)) return options.flatMap(partNames)
  if (!isRecord(options)) return []
  if (options.kind === 'own' && typeof options.name === 'string') return [options.name]
  return Object.values(options as Readonly<Record<string, Json>>).flatMap(partNames)
}

/**
 * What a part answers.
 *
 * @throws Error that names the part, if it throws
 *
 * @internal
 */
export function asked<T>(part: PartName, name: string, call: () => T): T {
  let answer: T
  try {
    answer = call()
  } catch (error) {
    const reason = error instanceof Error ? error.message : shown(error)
    throw new Error(`${part} '${name}': its '${FUNCTIONS[part]}' failed: ${reason}`, { cause: error })
  }
  if (isRecord(answer) && typeof answer.then === 'function')
    throw wrongAnswer(part, name, 'something at once', 'a promise')
  return answer
}

/** The error for an answer that is not what it must be. @internal */
export function wrongAnswer(part: PartName, name: string, must: string, got: string): TypeError {
  return new TypeError(`${part} '${name}': must give ${must}, got ${got}`)
}

/** A finite number that a part answers. @internal */
export function askedNumber(part: PartName, name: string, call: () => number): number {
  const answer: unknown = asked(part, name, call)
  if (!Number.isFinite(answer)) throw wrongAnswer(part, name, 'a finite number', shown(answer))
  return answer as number
}

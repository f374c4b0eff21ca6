/**
 * The trials of a study by column: what figures, tables and the script of the page work on. Index i is the same trial
 * in every column. Trials are in the order of their numbers; queued ones, which have none, come last.
 */

import { valueText } from '../space/canonical.ts'
import { activeValues, flatten, isActive, leafLabels } from '../space/flatten.ts'
import type { Leaf } from '../space/flatten.ts'
import { brokenBy, worthOf } from '../space/goals.ts'
import { listedValues } from '../space/levels.ts'
import type { Parameter, Space } from '../space/parameter.ts'
import type { Curve, Goals, Json, Output, TrialRecord, TrialState } from '../trial.ts'
import type { Places } from './mark.ts'

export interface Columns {
  readonly count: number
  readonly id: readonly string[]
  /** NaN without a number. */
  readonly number: Places
  readonly state: readonly TrialState[]
  readonly origin: readonly string[]
  readonly repeat: Int32Array
  /** By the names of the objectives, the first one first; NaN without a value. */
  readonly values: ReadonlyMap<string, Places>
  /** By name; null where a trial did not say it. */
  readonly outputs: ReadonlyMap<string, readonly (Output | null)[]>
  /** The constraints that each trial with a value breaks; most often none. */
  readonly breaks: readonly (readonly string[])[]
  /** The lower the better, by the first objective or by what the study prefers; NaN for a trial that cannot be best. */
  readonly worth: Places
  /** Index in `workers`; -1 without one. */
  readonly worker: Int32Array
  readonly workers: readonly string[]
  /** Milliseconds since 1970, of the last attempt; NaN if it has not begun or ended, or the time cannot be read. */
  readonly started: Places
  readonly ended: Places
  readonly attempt: Int32Array
  readonly reason: readonly (string | null)[]
  readonly detail: readonly (string | null)[]
  /** One for each leaf of the space, in the order of `flatten`. */
  readonly parameters: readonly ParameterColumn[]
  readonly curves: readonly Curve[]
}

export interface ParameterColumn {
  /** Its name; where two branches have it, with its branch, as in `opt.lr (opt.kind=sgd)`. */
  readonly label: string
  readonly leaf: Leaf
  readonly kind: 'linear' | 'log' | 'category'
  /** The values of a category in words, in the order of its indexes; empty for a number. */
  readonly words: readonly string[]
  /** The value, or the index of the category; NaN where the parameter is not active. */
  readonly at: Places
}

/** The columns of some trials. */
export function columnsOf(space: Space, goals: Goals, trials: readonly TrialRecord[]): Columns {
  const ordered = inColumnOrder(trials)
  const numbers = (of: (trial: TrialRecord) => number | null | undefined): Places =>
    Float64Array.from(ordered, (trial) => of(trial) ?? NaN)
  const breaks = ordered.map((trial) => brokenBy(goals, trial))
  const worth = worthOf(goals)
  const workers = [...new Set(ordered.flatMap(({ worker }) => worker ?? []))]
  const places = new Map(workers.map((worker, index) => [worker, index]))
  const outputs = [...new Set(ordered.flatMap((trial) => Object.keys(trial.outputs)))]
  return {
    count: ordered.length,
    id: ordered.map(({ id }) => id),
    number: numbers(({ number }) => number),
    state: ordered.map(({ state }) => state),
    origin: ordered.map(({ origin }) => origin),
    repeat: Int32Array.from(ordered, ({ repeat }) => repeat),
    values: new Map(Object.keys(goals.objectives).map((name) => [name, numbers(({ values }) => values[name])])),
    outputs: new Map(outputs.map((name) => [name, ordered.map((trial) => trial.outputs[name] ?? null)])),
    breaks,
    worth: Float64Array.from(ordered, ({ state, values, outputs: said }, i) =>
      state === 'complete' && breaks[i]!.length === 0 ? (worth({ ...values, ...said }) ?? NaN) : NaN,
    ),
    worker: Int32Array.from(ordered, ({ worker }) => (worker === null ? -1 : places.get(worker)!)),
    workers,
    started: numbers(({ started }) => timeOf(started)),
    ended: numbers(({ ended }) => timeOf(ended)),
    attempt: Int32Array.from(ordered, ({ attempt }) => attempt),
    reason: ordered.map(({ reason }) => reason),
    detail: ordered.map(({ detail }) => detail),
    parameters: parameterColumns(space, ordered),
    curves: ordered.map(({ curve }) => curve),
  }
}

/** Trials in the order of columns. */
export const inColumnOrder = (trials: readonly TrialRecord[]): TrialRecord[] =>
  [...trials].sort((a, b) => (a.number ?? Infinity) - (b.number ?? Infinity))

const timeOf = (time: string | null): number => (time === null ? NaN : Date.parse(time))

/** The index of the best trial of all, and so of each prefix's best; -1 where there is none yet. */
export function bestSoFar({ count, worth }: Pick<Columns, 'count' | 'worth'>): Int32Array {
  const best = new Int32Array(count)
  let index = -1
  for (let i = 0; i < count; i++) {
    if (worth[i]! < (index < 0 ? Infinity : worth[index]!)) index = i
    best[i] = index
  }
  return best
}

/** The largest number of a trial; -1 if none has one. */
export const lastNumber = ({ number }: Pick<Columns, 'number'>): number =>
  number.reduce((most, each) => (each > most ? each : most), -1)

/** How long each trial took, in milliseconds; NaN where that is not known, below 0 if a clock was set back. */
export const tookOf = (columns: Pick<Columns, 'started' | 'ended'>): Places =>
  columns.started.map((_, i) => tookAt(columns, i))

/** The same of one trial. */
export const tookAt = ({ started, ended }: Pick<Columns, 'started' | 'ended'>, i: number): number =>
  ended[i]! - started[i]!

function parameterColumns(space: Space, trials: readonly TrialRecord[]): ParameterColumn[] {
  const labels = leafLabels(space)
  const active = trials.map(({ config }) => activeValues(space, config))
  return flatten(space).map((leaf, index): ParameterColumn => {
    const listed = listedValues(leaf.parameter)
    const codes = new Map(listed?.map((value, code) => [JSON.stringify(value), code]))
    const placeOf = (value: Json | undefined): number =>
      value === undefined ? NaN : listed === undefined ? Number(value) : (codes.get(JSON.stringify(value)) ?? NaN)
    return {
      label: labels[index]!,
      leaf,
      kind: listed !== undefined ? 'category' : isLogarithmic(leaf.parameter) ? 'log' : 'linear',
      words: listed?.map((value) => valueText(leaf.parameter, value)) ?? [],
      at: Float64Array.from(trials, (_, i) => (isActive(leaf, active[i]!) ? placeOf(active[i]!.get(leaf.name)) : NaN)),
    }
  })
}

/** Whether a parameter is drawn on a logarithmic axis. */
export const isLogarithmic = (parameter: Parameter): boolean =>
  (parameter.type === 'float' || parameter.type === 'int') &&
  (parameter.log === true || (parameter.type === 'float' && parameter.scale === 'lognormal'))

/**
 * Trials as a page holds them: by column, in JSON, a fifth of the size that rows would have. What is rare is an entry
 * by index. Numbers are written with all their digits, so that the records come back exactly, but for curves, of which
 * a part is kept. Reading needs neither Node nor expressions: derived values are columns too.
 */

import { assembleBare } from '../space/assemble.ts'
import { activeValues, flatten, isActive, leafLabels, survey, valueAt } from '../space/flatten.ts'
import { listedValues, valueIndex } from '../space/levels.ts'
import type { Space } from '../space/parameter.ts'
import type { Config, Curve, FailureReason, Json, Output, Prediction, TrialRecord, TrialState } from '../trial.ts'

/** A number; NaN, infinities and -0, which JSON has no form for, are texts. */
type Written = number | string

/** By the index of a trial. */
type Rare<T> = Readonly<Record<string, T>>

export interface EmbeddedTrials {
  readonly id: readonly string[]
  readonly number: readonly (number | null)[]
  /** The first letter of each state; `z` is paused. */
  readonly state: string
  readonly origins: readonly string[]
  /** Indexes in `origins`. */
  readonly origin: readonly number[]
  /** By objective, and beside them by output; null where a trial has none. */
  readonly values: readonly (readonly [name: string, at: readonly (Written | null)[]])[]
  readonly outputs: readonly (readonly [name: string, at: readonly (Output | null)[]])[]
  readonly workers: readonly string[]
  readonly worker: readonly (number | null)[]
  /** What `started` counts milliseconds from; `took` counts them from `started`. A time in another form is a text. */
  readonly began: number
  readonly started: readonly (Written | null)[]
  readonly took: readonly (Written | null)[]
  /** Where it is not 1, and where it is not 0. */
  readonly attempt: Rare<number>
  readonly repeat: Rare<number>
  readonly reason: Rare<readonly [reason: FailureReason | null, detail: string | null]>
  readonly predicted: Rare<Prediction>
  /** One for each leaf of the space; the value, or its index in `listedValues`; null where it is not active. */
  readonly parameters: readonly { readonly name: string; readonly at: readonly (Written | null)[] }[]
  readonly derived: readonly { readonly name: string; readonly at: readonly Json[] }[]
  readonly curves: readonly (readonly [trial: number, steps: readonly number[], values: readonly (number | null)[]])[]
}

const LETTERS: Readonly<Record<TrialState, string>> = {
  complete: 'c',
  running: 'r',
  interrupted: 'i',
  failed: 'f',
  pruned: 'p',
  queued: 'q',
  paused: 'z',
}
const STATES = new Map(Object.entries(LETTERS).map(([state, letter]) => [letter, state as TrialState]))

/** The most points of one curve, and of all together. */
const MOST_POINTS = 100
const MOST_OF_ALL = 200_000

/** Trials of a space as columns. */
export function embedTrials(space: Space, trials: readonly TrialRecord[]): EmbeddedTrials {
  const origins = [...new Set(trials.map(({ origin }) => origin))]
  const workers = [...new Set(trials.flatMap(({ worker }) => worker ?? []))]
  const places = new Map(workers.map((worker, k) => [worker, k]))
  const begins = trials.flatMap(({ started }) => (isExact(started) ? Date.parse(started!) : []))
  const began = begins.reduce((least, time) => Math.min(least, time), begins[0] ?? 0)
  return {
    id: trials.map(({ id }) => id),
    number: trials.map(({ number }) => number),
    state: trials.map(({ state }) => LETTERS[state]).join(''),
    origins,
    origin: trials.map(({ origin }) => origins.indexOf(origin)),
    values: columnsBy(trials, ({ values }) => values).map(([name, at]) => [name, at.map(writtenOrNull)]),
    outputs: columnsBy(trials, ({ outputs }) => outputs),
    workers,
    worker: trials.map(({ worker }) => (worker === null ? null : places.get(worker)!)),
    began,
    started: trials.map(({ started }) => writtenTime(started, began)),
    took: trials.map(({ started, ended }) => writtenTime(ended, isExact(started) ? Date.parse(started!) : began)),
    attempt: rare(trials, ({ attempt }) => (attempt === 1 ? undefined : attempt)),
    repeat: rare(trials, ({ repeat }) => (repeat === 0 ? undefined : repeat)),
    reason: rare(trials, ({ reason, detail }) =>
      reason === null && detail === null ? undefined : ([reason, detail] as const),
    ),
    predicted: rare(trials, ({ predicted }) => predicted),
    ...configColumns(space, trials),
    curves: curvesOf(trials),
  }
}

/** The records of trials, as they were embedded. They share nothing with the embedded columns. */
export function embeddedRecords(space: Space, embedded: EmbeddedTrials): TrialRecord[] {
  const { values, outputs, derived, parameters } = embedded
  const curves = new Map(embedded.curves.map(([trial, steps, at]) => [trial, curveFrom(steps, at)]))
  const leaves = flatten(space)
  const listed = leaves.map(({ parameter }) => listedValues(parameter))
  const places = survey(space).derived
  return embedded.id.map((id, i) => {
    const config = assembleBare(space, (_, k) => {
      const at = read(parameters[k]!.at[i] ?? null)
      return at === null ? null : listed[k] === undefined ? at : listed[k][at]!
    })
    derived.forEach(({ at }, k) => putAt(config, places[k]!.path, () => at[i] ?? null))
    const said = fieldsAt(values, i, read)
    const started = readTime(embedded.started[i]!, embedded.began)
    const [reason, detail] = embedded.reason[i] ?? [null, null]
    const predicted = embedded.predicted[i]
    return {
      id,
      number: embedded.number[i]!,
      state: STATES.get(embedded.state[i]!)!,
      config,
      origin: embedded.origins[embedded.origin[i]!]!,
      repeat: embedded.repeat[i] ?? 0,
      value: Object.values(said)[0] ?? null,
      values: said,
      outputs: fieldsAt(outputs, i, (output) => output),
      curve: curves.get(i) ?? [],
      attempt: embedded.attempt[i] ?? 1,
      worker: embedded.worker[i] === null ? null : embedded.workers[embedded.worker[i]!]!,
      started,
      ended: readTime(embedded.took[i]!, isExact(started) ? Date.parse(started!) : embedded.began),
      reason,
      detail,
      ...(predicted === undefined ? {} : { predicted }),
    }
  })
}

function configColumns(space: Space, trials: readonly TrialRecord[]): Pick<EmbeddedTrials, 'parameters' | 'derived'> {
  const labels = leafLabels(space)
  const active = trials.map(({ config }) => activeValues(space, config))
  return {
    parameters: flatten(space).map((leaf, k) => {
      const listed = listedValues(leaf.parameter)
      const at = active.map((values) => {
        if (!isActive(leaf, values)) return null
        const value = values.get(leaf.name)!
        return listed === undefined ? written(value as number) : valueIndex(listed, value)
      })
      return { name: labels[k]!, at }
    }),
    derived: survey(space).derived.map((leaf) => ({
      name: leaf.name,
      at: trials.map(({ config }, i) => (isActive(leaf, active[i]!) ? valueAt(config, leaf) : null)),
    })),
  }
}

/** Sets a value in a config that was just made; nothing where its branch is not active. */
export function putAt(config: Config, path: readonly (string | number)[], valueOf: () => Json): void {
  let inside = config as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) {
    const next = inside[key]
    if (typeof next !== 'object' || next === null) return
    inside = next as typeof inside
  }
  const last = path.at(-1)!
  if (Object.hasOwn(inside, last)) inside[last] = valueOf()
}

const written = (value: number): Written =>
  Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value)
const writtenOrNull = (value: number | null): Written | null => (value === null ? null : written(value))
const read = (value: Written | null): number | null => (value === null ? null : Number(value))

/** Whether a time is in the form that a number of milliseconds gives back. */
const isExact = (time: string | null): boolean => {
  const at = time === null ? NaN : Date.parse(time)
  return Number.isFinite(at) && new Date(at).toISOString() === time
}
const writtenTime = (time: string | null, from: number): Written | null =>
  time === null ? null : isExact(time) ? Date.parse(time) - from : time
const readTime = (time: Written | null, from: number): string | null =>
  typeof time === 'number' ? new Date(from + time).toISOString() : time

/** The fields of records by name, in the order in which the names first appear. */
function columnsBy<T>(
  trials: readonly TrialRecord[],
  fieldsOf: (trial: TrialRecord) => Readonly<Record<string, T>>,
): [name: string, at: (T | null)[]][] {
  const names = [...new Set(trials.flatMap((trial) => Object.keys(fieldsOf(trial))))]
  return names.map((name) => [
    name,
    trials.map((trial) => (Object.hasOwn(fieldsOf(trial), name) ? fieldsOf(trial)[name]! : null)),
  ])
}

const fieldsAt = <T, V>(
  columns: readonly (readonly [name: string, at: readonly (T | null)[]])[],
  i: number,
  valueOf: (at: T) => V | null,
): Record<string, V> =>
  Object.fromEntries(
    columns.flatMap(([name, at]): [string, V][] => {
      const value = at[i] == null ? null : valueOf(at[i])
      return value === null ? [] : [[name, value]]
    }),
  )

function rare<T>(trials: readonly TrialRecord[], of: (trial: TrialRecord) => T | undefined): Rare<T> {
  return Object.fromEntries(
    trials.flatMap((trial, i): [string, T][] => {
      const value = of(trial)
      return value === undefined ? [] : [[String(i), value]]
    }),
  )
}

/** At most `MOST_POINTS` of each curve, fewer where there are very many curves; the ends always stay. */
function curvesOf(trials: readonly TrialRecord[]): EmbeddedTrials['curves'] {
  const curves = trials.flatMap(({ curve }, i): [number, Curve][] => (curve.length === 0 ? [] : [[i, curve]]))
  const most = Math.max(2, Math.min(MOST_POINTS, Math.floor(MOST_OF_ALL / Math.max(1, curves.length))))
  return curves.map(([i, curve]) => {
    const kept = thinnedCurve(curve, most)
    return [i, kept.map(([step]) => step), kept.map(([, value]) => (Number.isFinite(value) ? value : null))]
  })
}

/** Evenly chosen points of a curve, with its ends. */
export const thinnedCurve = (curve: Curve, most: number): Curve =>
  curve.length <= most
    ? curve
    : Array.from({ length: most }, (_, k) => curve[Math.round((k * (curve.length - 1)) / (most - 1))]!)

const curveFrom = (steps: readonly number[], values: readonly (number | null)[]): Curve =>
  steps.map((step, k) => [step, values[k] ?? NaN] as const)

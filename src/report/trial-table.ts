/** The trials of a study: the table of `ls`, its CSV and the objects of its `--json`, and the sheet of `show`. */

import { tookSeconds } from '../sampler/duration.ts'
import { flatten, survey } from '../space/flatten.ts'
import { brokenBy } from '../space/goals.ts'
import { spreadName } from '../space/objectives.ts'
import type { Space } from '../space/parameter.ts'
import { briefText, onOneLine, parameterTexts } from '../space/words.ts'
import { IMPORTED } from '../trial.ts'
import type { Config, Goals, Output, Prediction, TrialRecord } from '../trial.ts'
import { predictionText, roughNumber, shortDuration, shortNumber } from './number-text.ts'
import type { Lost } from './status-text.ts'
import { aligned, csvLine, tableLines } from './table.ts'

/** One element of the array of `ls --json`. */
export interface TrialLine {
  readonly id: string
  readonly number: number | null
  readonly state: string
  readonly value: number | null
  readonly values: Readonly<Record<string, number>>
  /** What it said beside them; constraints are judged by it. */
  readonly outputs: Readonly<Record<string, Output>>
  readonly config: Config
  readonly attempt: number
  readonly worker: string | null
  readonly started: string | null
  readonly ended: string | null
  /** How long the last attempt took, in seconds; null while it runs. */
  readonly took: number | null
  /** Where the curve of a pruned trial was expected to end; null if nobody predicted that. */
  readonly predicted: Prediction | null
  /** What proposed its config, and which measurement of it this is, from 0. */
  readonly origin: string
  readonly repeat: number
}

/** A trial as `ls --json` prints it. */
export const trialLine = (trial: TrialRecord): TrialLine => ({
  id: trial.id,
  number: trial.number,
  state: trial.state,
  value: trial.value,
  values: trial.values,
  outputs: trial.outputs,
  config: trial.config,
  attempt: trial.attempt,
  worker: trial.worker,
  started: trial.started,
  ended: trial.ended,
  took: tookSeconds(trial),
  predicted: trial.predicted ?? null,
  origin: trial.origin,
  repeat: trial.repeat,
})

/**
 * The table of `ls`; several objectives have a column each, and so have the outputs that constraints are about. A trial
 * that breaks one is marked by the word `breaks`. The state of a failed trial has the reason; `took` is the
 * time of the last attempt.
 */
export function trialTable(space: Space, goals: Goals, trials: readonly TrialRecord[]): string[] {
  const several = severalOf(goals)
  const limited = limitedOf(goals)
  const valueText = (value: number | null | undefined): string => (value == null ? '-' : shortNumber(value))
  return tableLines(
    [
      { title: 'number', align: 'right' },
      { title: 'id' },
      { title: 'state' },
      ...(several.length > 0 ? several : ['value']).map((title) => ({
        title: onOneLine(title),
        align: 'right' as const,
      })),
      ...limited.map((title) => ({ title: onOneLine(title), align: 'right' as const })),
      { title: 'took', align: 'right' },
      { title: 'config' },
    ],
    trials.map((trial) => [
      trial.number === null ? '-' : String(trial.number),
      trial.id.slice(0, 8),
      stateText(goals, trial),
      ...(several.length > 0 ? several.map((name) => trial.values[name]) : [trial.value]).map(valueText),
      ...limited.map((name) => outputText(trial.outputs[name])),
      tookText(trial),
      briefText(space, trial.config),
    ]),
  )
}

/** The state of a trial; why it does not count if it gave a value; and what was expected of a pruned one. */
function stateText(goals: Goals, trial: TrialRecord): string {
  if (trial.state === 'failed' && trial.reason !== null) return `failed: ${trial.reason}`
  if (trial.state === 'paused' && trial.detail !== null) return `paused: ${trial.detail}`
  if (trial.predicted !== undefined) return `${trial.state}: ${shortNumber(trial.predicted.middle)} expected`
  const broken = brokenBy(goals, trial)
  return broken.length === 0 ? trial.state : `breaks ${broken.join(', ')}`
}

/** The outputs that constraints are about. */
const limitedOf = ({ objectives, constraints = {} }: Goals): string[] =>
  Object.keys(constraints).filter((name) => !Object.hasOwn(objectives, name))

const outputText = (output: Output | undefined): string =>
  output === undefined ? '-' : typeof output === 'number' ? shortNumber(output) : onOneLine(String(output))

/** The names of the objectives if there are several. */
const severalOf = ({ objectives }: Goals): string[] => {
  const names = Object.keys(objectives)
  return names.length > 1 ? names : []
}

function tookText(trial: TrialRecord): string {
  const took = tookSeconds(trial)
  return took === null ? '-' : shortDuration(1000 * took)
}

/** The table of results from elsewhere, below a line that says what they are. */
export function importedTable(space: Space, goals: Goals, results: readonly TrialRecord[]): string[] {
  const names = [...Object.keys(goals.objectives), ...limitedOf(goals)]
  const textOf = (result: TrialRecord, name: string): string => outputText(result.values[name] ?? result.outputs[name])
  return [
    `${results.length} imported, outside the budget:`,
    ...tableLines(
      [
        { title: 'id' },
        { title: 'state' },
        ...names.map((title) => ({ title: onOneLine(title), align: 'right' as const })),
        { title: 'from' },
        { title: 'config' },
      ],
      results.map((result) => [
        result.id.slice(0, 8),
        stateText(goals, result),
        ...names.map((name) => textOf(result, name)),
        onOneLine(result.origin.slice(IMPORTED.length)),
        briefText(space, result.config),
      ]),
    ),
  ]
}

/**
 * CSV with one row per trial: each parameter in `param.<name>`, each derived value in `derived.<name>`, each of several
 * objectives in `value.<name>`, and each output of any trial in `output.<name>`.
 */
export function trialCsv(space: Space, goals: Goals, trials: readonly TrialRecord[]): string[] {
  const several = severalOf(goals)
  const outputs = [...new Set([...limitedOf(goals), ...trials.flatMap((trial) => Object.keys(trial.outputs))])]
  const parameters = parameterNames(space)
  const derived = [...new Set(survey(space).derived.map(({ name }) => name))]
  const head = [
    'id',
    'number',
    'state',
    'value',
    ...several.map((name) => `value.${name}`),
    ...outputs.map((name) => `output.${name}`),
    'attempt',
    'worker',
    'started',
    'ended',
    'took',
  ]
  return [
    csvLine([
      ...head,
      'reason',
      'origin',
      ...parameters.map((name) => `param.${name}`),
      ...derived.map((name) => `derived.${name}`),
    ]),
    ...trials.map((trial) => {
      const texts = parameterTexts(space, trial.config)
      return csvLine([
        trial.id,
        trial.number,
        trial.state,
        trial.value,
        ...several.map((name) => trial.values[name]),
        ...outputs.map((name) => csvText(trial.outputs[name])),
        trial.attempt,
        trial.worker,
        trial.started,
        trial.ended,
        tookSeconds(trial),
        trial.reason,
        trial.origin,
        ...[...parameters, ...derived].map((name) => texts.get(name)),
      ])
    }),
  ]
}

const csvText = (output: Output | undefined): string | number | undefined =>
  typeof output === 'boolean' ? String(output) : output

/** What `show` prints of a trial. */
export function trialSheet(space: Space, goals: Goals, trial: TrialRecord, directory: string, loss?: Lost): string[] {
  const lines: [string, string][] = [
    ['number', trial.number === null ? 'none yet' : String(trial.number)],
    ['id', trial.id],
    ['state', trial.state],
  ]
  lines.push(...valuePairs(trial))
  for (const broken of brokenBy(goals, trial)) lines.push(['breaks', `${broken}: it does not count for the best`])
  if (trial.reason !== null && trial.state !== 'complete') lines.push(['reason', trial.reason])
  if (trial.detail !== null && trial.state !== 'complete') lines.push(['detail', trial.detail.trimEnd()])
  if (trial.predicted !== undefined) lines.push(['expected', `to end at ${predictionText(trial.predicted)}`])
  lines.push(['attempt', String(trial.attempt)])
  if (trial.worker !== null) lines.push(['worker', trial.worker])
  if (trial.started !== null) lines.push(['started', trial.started])
  if (trial.ended !== null) lines.push(['ended', `${trial.ended} (${tookText(trial)})`])
  if (trial.curve.length > 0) {
    const [step, value] = trial.curve.at(-1)!
    const count = trial.curve.length === 1 ? '1 value' : `${trial.curve.length} values`
    lines.push(['reported', `${count}, the last ${shortNumber(value)} at step ${step}`])
  }
  lines.push(['directory', directory])
  if (loss !== undefined) lines.push(['lost', `${loss.words}; ${loss.remedy}`])
  const parameters = [...parameterTexts(space, trial.config)].map(([name, text]): [string, string] => [
    name,
    onOneLine(text),
  ])
  return [...aligned(lines), '', ...aligned(parameters).map((line) => `  ${line}`)]
}

/**
 * The value of a trial, or of each of several objectives by its name; then its outputs. If its program was run several
 * times, the first value has their standard deviation.
 */
export function valuePairs({
  value,
  values,
  outputs,
}: Pick<TrialRecord, 'value' | 'values' | 'outputs'>): [string, string][] {
  const named = Object.entries(values)
  const spread = named.length === 0 ? '' : spreadName(named[0]![0])
  const deviation = outputs[spread]
  const isSpread = typeof deviation === 'number'
  const said = Object.entries(outputs)
    .filter(([name]) => !isSpread || name !== spread)
    .map(([name, each]): [string, string] => [name, onOneLine(String(each))])
  const around = isSpread ? ` ± ${roughNumber(deviation)} (deviation of its runs)` : ''
  if (named.length > 1)
    return [...named.map(([name, each], k): [string, string] => [name, `${each}${k === 0 ? around : ''}`]), ...said]
  return value === null ? said : [['value', `${value}${around}`], ...said]
}

// Each name once: several branches may have a parameter of the same name.
function parameterNames(space: Space): string[] {
  const names = new Set<string>()
  for (const leaf of flatten(space)) {
    for (const condition of leaf.when) names.add(condition.name)
    names.add(leaf.name)
  }
  return [...names]
}

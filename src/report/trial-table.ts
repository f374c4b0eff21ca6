/** The trials of a study: the table of `ls`, its CSV and the objects of its `--json`, and the sheet of `show`. */

import { flatten } from '../space/flatten.ts'
import type { Space } from '../space/parameter.ts'
import { briefText, onOneLine, parameterTexts } from '../space/words.ts'
import type { Config, Objectives, TrialRecord } from '../trial.ts'
import { shortDuration, shortNumber } from './number-text.ts'
import type { Lost } from './status-text.ts'
import { aligned, csvLine, tableLines } from './table.ts'

/** One element of the array of `ls --json`. */
export interface TrialLine {
  readonly id: string
  readonly number: number | null
  readonly state: string
  readonly value: number | null
  readonly values: Readonly<Record<string, number>>
  readonly config: Config
  readonly attempt: number
  readonly worker: string | null
  readonly started: string | null
  readonly ended: string | null
  /** How long the last attempt took, in seconds; null while it runs. */
  readonly took: number | null
}

/** A trial as `ls --json` prints it. */
export const trialLine = (trial: TrialRecord): TrialLine => ({
  id: trial.id,
  number: trial.number,
  state: trial.state,
  value: trial.value,
  values: trial.values,
  config: trial.config,
  attempt: trial.attempt,
  worker: trial.worker,
  started: trial.started,
  ended: trial.ended,
  took: tookSeconds(trial),
})

/**
 * The table of `ls`; several objectives have a column each. The state of a failed trial has the reason; `took` is the
 * time of the last attempt.
 */
export function trialTable(space: Space, objectives: Objectives, trials: readonly TrialRecord[]): string[] {
  const several = severalOf(objectives)
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
      { title: 'took', align: 'right' },
      { title: 'config' },
    ],
    trials.map((trial) => [
      trial.number === null ? '-' : String(trial.number),
      trial.id.slice(0, 8),
      trial.state === 'failed' && trial.reason !== null ? `failed: ${trial.reason}` : trial.state,
      ...(several.length > 0 ? several.map((name) => trial.values[name]) : [trial.value]).map(valueText),
      tookText(trial),
      briefText(space, trial.config),
    ]),
  )
}

/** The names of the objectives if there are several. */
const severalOf = (objectives: Objectives): string[] => {
  const names = Object.keys(objectives)
  return names.length > 1 ? names : []
}

/**
 * The time that the last attempt took, in seconds, by the clocks of the hosts that wrote its two ends; null while it
 * runs.
 */
export function tookSeconds({ started, ended }: TrialRecord): number | null {
  if (started === null || ended === null) return null
  const tookMs = Date.parse(ended) - Date.parse(started)
  return Number.isFinite(tookMs) ? tookMs / 1000 : null
}

function tookText(trial: TrialRecord): string {
  const took = tookSeconds(trial)
  return took === null ? '-' : shortDuration(1000 * took)
}

/** CSV with one row per trial: each parameter in `param.<name>`, and each of several objectives in `value.<name>`. */
export function trialCsv(space: Space, objectives: Objectives, trials: readonly TrialRecord[]): string[] {
  const several = severalOf(objectives)
  const parameters = parameterNames(space)
  const head = [
    'id',
    'number',
    'state',
    'value',
    ...several.map((name) => `value.${name}`),
    'attempt',
    'worker',
    'started',
    'ended',
    'took',
  ]
  return [
    csvLine([...head, 'reason', ...parameters.map((name) => `param.${name}`)]),
    ...trials.map((trial) => {
      const texts = parameterTexts(space, trial.config)
      return csvLine([
        trial.id,
        trial.number,
        trial.state,
        trial.value,
        ...several.map((name) => trial.values[name]),
        trial.attempt,
        trial.worker,
        trial.started,
        trial.ended,
        tookSeconds(trial),
        trial.reason,
        ...parameters.map((name) => texts.get(name)),
      ])
    }),
  ]
}

/** What `show` prints of a trial. */
export function trialSheet(space: Space, trial: TrialRecord, directory: string, loss?: Lost): string[] {
  const lines: [string, string][] = [
    ['number', trial.number === null ? 'none yet' : String(trial.number)],
    ['id', trial.id],
    ['state', trial.state],
  ]
  lines.push(...valuePairs(trial))
  if (trial.reason !== null && trial.state !== 'complete') lines.push(['reason', trial.reason])
  if (trial.detail !== null && trial.state !== 'complete') lines.push(['detail', trial.detail.trimEnd()])
  lines.push(['attempt', String(trial.attempt)])
  if (trial.worker !== null) lines.push(['worker', trial.worker])
  if (trial.started !== null) lines.push(['started', trial.started])
  if (trial.ended !== null) lines.push(['ended', `${trial.ended} (${tookText(trial)})`])
  if (trial.curve.length > 0) {
    const [step, value] = trial.curve.at(-1)!
    lines.push(['reported', `${trial.curve.length} values, the last ${shortNumber(value)} at step ${step}`])
  }
  lines.push(['directory', directory])
  if (loss !== undefined) lines.push(['lost', `${loss.words}; ${loss.remedy}`])
  const parameters = [...parameterTexts(space, trial.config)].map(([name, text]): [string, string] => [
    name,
    onOneLine(text),
  ])
  return [...aligned(lines), '', ...aligned(parameters).map((line) => `  ${line}`)]
}

/** The value of a trial; with several objectives, the value of each by its name. */
export function valuePairs({ value, values }: Pick<TrialRecord, 'value' | 'values'>): [string, string][] {
  const named = Object.entries(values)
  if (named.length > 1) return named.map(([name, each]) => [name, String(each)])
  return value === null ? [] : [['value', String(value)]]
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

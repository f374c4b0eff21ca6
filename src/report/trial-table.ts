/** The trials of a study: the table of `ls`, its CSV and the objects of its `--json`, and the sheet of `show`. */

import { flatten } from '../space/flatten.ts'
import type { Space } from '../space/parameter.ts'
import { briefText, onOneLine, parameterTexts } from '../space/words.ts'
import type { Config, Objectives, TrialRecord } from '../trial.ts'
import { shortDuration, shortNumber } from './number-text.ts'
import { aligned, csvLine, tableLines } from './table.ts'

/** One element of the array of `ls --json`. */
export interface TrialLine {
  readonly id: string
  readonly number: number | null
  readonly state: string
  readonly value: number | null
  readonly config: Config
  readonly attempt: number
  readonly worker: string | null
  readonly started: string | null
  readonly ended: string | null
}

/** A trial as `ls --json` prints it. */
export const trialLine = (trial: TrialRecord): TrialLine => ({
  id: trial.id,
  number: trial.number,
  state: trial.state,
  value: trial.value,
  config: trial.config,
  attempt: trial.attempt,
  worker: trial.worker,
  started: trial.started,
  ended: trial.ended,
})

/** The table of `ls`. The state of a failed trial has the reason; `took` is the time of the last attempt. */
export const trialTable = (space: Space, trials: readonly TrialRecord[]): string[] =>
  tableLines(
    [
      { title: 'number', align: 'right' },
      { title: 'id' },
      { title: 'state' },
      { title: 'value', align: 'right' },
      { title: 'took', align: 'right' },
      { title: 'config' },
    ],
    trials.map((trial) => [
      trial.number === null ? '-' : String(trial.number),
      trial.id.slice(0, 8),
      trial.state === 'failed' && trial.reason !== null ? `failed: ${trial.reason}` : trial.state,
      trial.value === null ? '-' : shortNumber(trial.value),
      tookText(trial),
      briefText(space, trial.config),
    ]),
  )

/** The time that the last attempt took, by the clocks of the hosts that wrote its two ends; `-` while it runs. */
function tookText({ started, ended }: TrialRecord): string {
  if (started === null || ended === null) return '-'
  const took = Date.parse(ended) - Date.parse(started)
  return Number.isFinite(took) ? shortDuration(took) : '-'
}

/** CSV with one row per trial: each parameter in `param.<name>`, and each of several objectives in `value.<name>`. */
export function trialCsv(space: Space, objectives: Objectives, trials: readonly TrialRecord[]): string[] {
  const names = Object.keys(objectives)
  const several = names.length > 1 ? names : []
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
        trial.reason,
        ...parameters.map((name) => texts.get(name)),
      ])
    }),
  ]
}

/** What `show` prints of a trial. */
export function trialSheet(space: Space, trial: TrialRecord, directory: string): string[] {
  const lines: [string, string][] = [
    ['number', trial.number === null ? 'none yet' : String(trial.number)],
    ['id', trial.id],
    ['state', trial.state],
  ]
  lines.push(...valuePairs(trial))
  if (trial.reason !== null && trial.state !== 'complete') lines.push(['reason', trial.reason])
  if (trial.detail !== null && trial.state !== 'complete') lines.push(['detail', onOneLine(trial.detail)])
  lines.push(['attempt', String(trial.attempt)])
  if (trial.worker !== null) lines.push(['worker', trial.worker])
  if (trial.started !== null) lines.push(['started', trial.started])
  if (trial.ended !== null) lines.push(['ended', `${trial.ended} (${tookText(trial)})`])
  if (trial.curve.length > 0) {
    const [step, value] = trial.curve.at(-1)!
    lines.push(['reported', `${trial.curve.length} values, the last ${shortNumber(value)} at step ${step}`])
  }
  lines.push(['directory', directory])
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

/** The state of a study and its best trial, as `status` and `best` print them and as their `--json`. */

import type { Recommendation } from '../sampler/recommend.ts'
import { constraintText, preferenceText } from '../space/goals.ts'
import type { Space } from '../space/parameter.ts'
import { briefText, onOneLine } from '../space/words.ts'
import { IMPORTED } from '../trial.ts'
import type { Best, Config, Goals, TrialRecord } from '../trial.ts'
import { cellWidth, inLines } from './label.ts'
import { counted, numberWithin, shortDuration, shortNumber } from './number-text.ts'

/** The trials in each state, the workers in each state, and the best trial. */
export interface StudyCounts {
  readonly budget: number | null
  readonly trials: Readonly<
    Record<'complete' | 'running' | 'paused' | 'failed' | 'pruned' | 'interrupted' | 'queued', number>
  >
  readonly workers: Readonly<Record<'live' | 'silent' | 'done', number>>
  /** How long it takes until the budget is reached; null if nobody can say, left out if nobody has asked. */
  readonly left?: Left | null
  readonly best: Best | null
  /** How many results there are from elsewhere, and the best of them if it is better than `best`. */
  readonly imported?: number
  readonly betterImported?: TrialRecord | null
  /** How many earlier studies it has learned from, and how many results of them. */
  readonly earlier?: { readonly studies: number; readonly results: number }
}

/** How long a study will still take, in seconds, with an interval of 90 %, and how many trials run at a time. */
interface Left {
  readonly seconds: number
  readonly low: number
  readonly high: number
  readonly atOnce: number
  readonly from: number
}

/** What is gone of a trial's files, and what to do about it. */
export interface Lost {
  readonly words: string
  readonly remedy: string
}

/** A recommendation without its trial, which is printed separately. */
type ModelWords = Omit<Recommendation, 'trial'>

/** The best trial, in each `--json` that names it. */
export interface BestLine {
  readonly id: string
  readonly number: number | null
  readonly value: number
  readonly config: Config
  readonly directory: string
}

/** The object of `best --json`. With several objectives it has all values by name, and outputs where there are any. */
export const bestLine = (
  best: Best,
): BestLine & { readonly values?: Best['values']; readonly outputs?: Best['outputs'] } => ({
  id: best.id,
  number: best.number,
  value: best.value,
  config: best.config,
  directory: best.directory,
  ...(Object.keys(best.values).length > 1 ? { values: best.values } : {}),
  ...(Object.keys(best.outputs).length > 0 ? { outputs: best.outputs } : {}),
})

/** The object of `status --json`. */
export const statusLine = (counts: StudyCounts, loss?: Lost): object => ({
  ...trialsLine(counts),
  workers: pick(counts.workers, ['live', 'silent', 'done']),
  ...(counts.left === undefined ? {} : { left: counts.left }),
  best: counts.best === null ? null : { ...bestLine(counts.best), ...(loss === undefined ? {} : { lost: loss.words }) },
  ...((counts.imported ?? 0) === 0 ? {} : { imported: counts.imported, ...betterLine(counts.betterImported) }),
  ...(hasEarlier(counts) ? { earlier: counts.earlier } : {}),
})

const hasEarlier = ({ earlier }: StudyCounts): boolean => earlier !== undefined && earlier.studies > 0

/** What was learned from earlier studies, as in `2 studies, 140 results`. */
const earlierLines = ({ earlier = { studies: 0, results: 0 } }: StudyCounts): string[] =>
  earlier.studies === 0
    ? []
    : [
        `earlier  ${earlier.studies} ${earlier.studies === 1 ? 'study' : 'studies'}, ` +
          counted(earlier.results, 'result'),
      ]

/** The result from elsewhere that is better than the best trial, in each `--json` that names that trial. */
export const betterLine = (better: TrialRecord | null | undefined): object =>
  better == null
    ? {}
    : { betterImported: { value: better.value, values: better.values, config: better.config, origin: better.origin } }

/** The same in words. */
export function betterText(space: Space, better: TrialRecord): string {
  const from = onOneLine(better.origin.slice(IMPORTED.length))
  const values = valuesText({ value: better.value!, values: better.values })
  return `an imported result is better: ${values} (${from}), with ${briefText(space, better.config)}`
}

/** The trials of a study in a `--json`. */
export const trialsLine = ({ budget, trials }: Pick<StudyCounts, 'trials' | 'budget'>): object => ({
  budget,
  trials: pick(trials, [
    ...(['complete', 'running', 'failed', 'pruned', 'interrupted', 'queued'] as const),
    ...(trials.paused > 0 ? (['paused'] as const) : []),
  ]),
})

/** What `status` says of a study itself. */
export interface StudyWords {
  readonly directory: string
  readonly space: Space
  readonly goals: Goals
  /** The conditions that every config meets. */
  readonly where: readonly string[]
}

/** What `status` says of a piece of advice. */
interface Piece {
  readonly words: string
  readonly command?: string
}

/** What `status` prints. */
export function statusLines(
  { directory, space, goals, where }: StudyWords,
  counts: StudyCounts,
  loss?: Lost,
  advice: readonly Piece[] = [],
): string[] {
  const { workers, best } = counts
  const wanted = Object.entries(goals.objectives).map(([name, direction]) => `${direction} ${name}`)
  const limits = Object.entries(goals.constraints ?? {}).map(([name, each]) => constraintText(name, each))
  const seen = (['live', 'silent', 'done'] as const)
    .filter((state) => workers[state] > 0)
    .map((state) => `${workers[state]} ${state}`)
  const lines = [
    `study    ${directory}`,
    `wanted   ${wanted.join(', ')}`,
    ...where.map((condition) => `where    ${onOneLine(condition)}`),
    ...(limits.length === 0 ? [] : [`keeping  ${limits.join(', ')}`]),
    ...(goals.prefer === undefined ? [] : [`prefers  ${preferenceText(goals.prefer)}`]),
    `trials   ${trialsText(counts)}`,
    ...((counts.imported ?? 0) === 0 ? [] : [`         ${counts.imported} imported, outside the budget`]),
    ...earlierLines(counts),
    `workers  ${seen.length === 0 ? 'none' : seen.join(', ')}`,
    ...leftLines(counts),
  ]
  const better = counts.betterImported == null ? [] : [`         ${betterText(space, counts.betterImported)}`]
  const more = [...better, ...advice.flatMap(pieceLines)]
  if (best === null) return [...lines, `best     ${noBestText(goals, counts.trials.complete)}`, ...more]
  const label = best.number === null ? best.id.slice(0, 8) : `trial ${best.number}, ${best.id.slice(0, 8)}`
  return [
    ...lines,
    `best     ${valuesText(best)} (${label})`,
    `         ${briefText(space, best.config)}`,
    `         ${loss === undefined ? best.directory : `${loss.words}; ${loss.remedy}`}`,
    ...more,
  ]
}

/** A piece of advice below the rest. A command stays on one line. */
const pieceLines = ({ words, command }: Piece): string[] => [
  ...inLines(words, 71, cellWidth).map((line, row) => `${row === 0 ? 'advice   ' : '         '}${line}`),
  ...(command === undefined ? [] : [`         ${command}`]),
]

/** How long the study will still take, where trials are running and some are left. */
function leftLines({ left, budget, trials }: StudyCounts): string[] {
  if (left === undefined) return []
  if (left !== null) {
    const [middle, low, high] = [left.seconds, left.low, left.high].map((seconds) => shortDuration(1000 * seconds))
    const pace = left.atOnce === 1 ? '1 trial' : `${left.atOnce} trials`
    return [`left     about ${middle} (90 %: ${low} to ${high}), with ${pace} at a time`]
  }
  const isGoingOn = budget !== null && trials.running > 0 && endedCount(trials) < budget
  return isGoingOn ? ['left     not known before 3 trials have ended'] : []
}

/** The words in the place of the best trial while there is none. */
export function noBestText(goals: Goals, complete: number): string {
  const reason = noBestReason(goals, complete)
  return reason === undefined ? 'none yet' : `none yet: ${reason}`
}

/** The reason why none of the complete trials is the best; undefined if none is complete. */
export function noBestReason({ constraints, prefer }: Goals, complete: number): string | undefined {
  if (complete === 0) return undefined
  const wanted = [
    ...(constraints === undefined ? [] : ['meets all constraints']),
    ...(prefer === undefined ? [] : ['is preferred']),
  ]
  return `no trial of ${complete} ${wanted.join(' and ')}`
}

/** The value of a trial in few digits; with several objectives, each with its name. */
function valuesText({ value, values }: Pick<Best, 'value' | 'values'>): string {
  const named = Object.entries(values)
  if (named.length < 2) return shortNumber(value)
  return named.map(([name, each]) => `${name} ${shortNumber(each)}`).join(', ')
}

/** The trials of a study by state, and how many of the budget have ended. */
export function trialsText({ trials, budget }: Pick<StudyCounts, 'trials' | 'budget'>): string {
  const states = [
    `${trials.complete} complete`,
    ...(['running', 'paused', 'failed', 'pruned', 'interrupted', 'queued'] as const)
      .filter((state) => trials[state] > 0)
      .map((state) => `${trials[state]} ${state}`),
  ]
  return `${states.join(', ')}${budget === null ? '' : ` (${ofBudget(endedCount(trials), budget)})`}`
}

/** The budget is that of runs. Repeats of `confirm`, and trials of a process without a budget, may come on top. */
function ofBudget(ended: number, budget: number): string {
  if (ended <= budget) return `${ended} of ${budget} ended`
  return `${budget} of ${budget} ended, and ${ended - budget} beyond the budget, such as repeats by confirm`
}

/** How many trials have ended, in whatever way. */
export const endedCount = ({ complete, failed, pruned }: StudyCounts['trials']): number => complete + failed + pruned

/** What the model adds to `best --model --json`. */
export const modelLine = ({ isNoisy, luck, modelled, mean, judged }: ModelWords): object => ({
  isNoisy,
  luck,
  trials: modelled,
  mean,
  ...(judged.length > 0 ? { judged } : {}),
})

/** What the model adds to `best --model`, as names and texts. */
export function modelPairs({ prefer }: Goals, found: ModelWords): [string, string][] {
  const { judged } = found
  const words = judged.length === 0 ? '' : `${judged.join(', ')}, which must be met by predicted means too`
  return [...objectivePairs(prefer, found), ...(words === '' ? [] : [['noisy', words] as [string, string]])]
}

function objectivePairs(prefer: Goals['prefer'], { modelled, mean, luck }: ModelWords): [string, string][] {
  if (modelled === 0 && luck === 'none') return [['model', 'the study has no noise: this is the best trial']]
  if (modelled === 0) return [['model', 'too few trials to tell whether there is noise: this is the best trial']]
  if (luck === 'likely') {
    const why = 'the best ones differ by noise, so its value may be luck; measure the best few again (add --repeat)'
    return [['model', `the best of ${modelled} trials, but ${why}`]]
  }
  if (mean === null) {
    const doubt = luck === 'none' ? '' : ', but too few near the best to exclude it there'
    return [['model', `no noise in ${modelled} trials${doubt}: this is the best trial`]]
  }
  const [middle, low, high] = [mean.value, mean.low, mean.high].map((value) => numberWithin(mean, value))
  const sum = prefer !== undefined && 'weights' in prefer ? ` of ${preferenceText(prefer)}` : ''
  return [['mean', `${middle} (95 %: ${low} to ${high})${sum}, by a model of ${modelled} trials`]]
}

const pick = <K extends string>(counts: Readonly<Record<K, number>>, names: readonly K[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, counts[name]]))

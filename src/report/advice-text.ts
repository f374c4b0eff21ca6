/** The words of advice: each kind is one function of plain values. What is foreign in it is on one line and short. */

import { shortened } from './label.ts'
import { counted, numberWithin, percentText, roughNumber, shortDuration, shortNumber } from './number-text.ts'

/** A name, a condition or an error line of somebody else takes at most this many characters of a sentence. */
const LONGEST = 60

/** At most this many names are listed. */
const MOST_NAMES = 4

interface Range {
  readonly low: number
  readonly high: number
}

/** What is said, and how sure it is: what was counted, or an interval. */
export interface Said {
  readonly words: string
  readonly certainty: string
}

/** Which objective a sentence is about; empty in a study of one. */
const about = (objective: string | null): string => (objective === null ? '' : `${objective}: `)

export const quoted = (name: string): string => `'${shortened(name, LONGEST, (text) => [...text].length)}'`

/** Names in a sentence: `'a', 'b' and 'c'`. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map(quoted)
  const rest = names.length - shown.length
  const all = rest > 0 ? [...shown, `${rest} more`] : shown
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}

const between = ({ low, high }: Range): string =>
  `${numberWithin({ low, high }, low)} to ${numberWithin({ low, high }, high)}`

export const weakText = (objectives: readonly string[], why: string): Said => ({
  words:
    `No model predicts ${objectives.length === 0 ? 'values' : listed(objectives)} that it has not seen. ` +
    'Do not trust what is said of parameters yet.',
  certainty: why,
})

export interface AtBound {
  readonly parameter: string
  readonly isUpper: boolean
  readonly end: string
  readonly isNatural: boolean
  readonly there: number
  readonly of: number
  readonly deviations: number
}

export const boundText = ({ parameter, isUpper, end, isNatural, there, of, deviations }: AtBound): Said => {
  const many = there === of ? `all of the best ${of} trials` : `${there} of the best ${of} trials`
  const remedy = isNatural ? 'If it can go further at all, widen it' : 'If more is possible, widen it'
  return {
    words:
      `${quoted(parameter)} is at its ${isUpper ? 'upper' : 'lower'} end (${end}) in ${many}, and the model expects ` +
      `more beyond. ${remedy} in a new study, which may learn from this one (run --warm-start).`,
    certainty: `the last tenth before that end gains ${roughNumber(deviations)} standard deviations`,
  }
}

export const levelText = (parameter: string, level: string, tried: number, of: number, chance: number): Said => ({
  words:
    `${quoted(parameter)} was ${quoted(level)} in only ${counted(tried, 'trial')} of ${of}, ` +
    'and the model cannot exclude that it is the better choice. Try it.',
  certainty: `it is better with a chance of ${percentText(chance)}`,
})

export interface Scatter {
  readonly objective: string | null
  readonly noise: number
  readonly share: number
  readonly trials: number
  /** How far apart the best few are, and how many. */
  readonly apart: number
  readonly of: number
}

export const noiseText = ({ objective, noise, share, trials, apart, of }: Scatter): Said => ({
  words:
    `${about(objective)}one measurement scatters by ±${roughNumber(noise)}, ` +
    `and the best ${of} differ by ${roughNumber(apart)}: ` +
    'which of them is best, their values do not say. Measure good ones again (run --repeats 5), ' +
    'and go by the model until then.',
  certainty: `${percentText(share)} of the variance of ${trials} values is noise`,
})

export const luckyText = (value: number, trial: number, mean: number, range: Range): Said => ({
  words:
    `The best value, ${shortNumber(value)} of trial ${trial}, was luck too: measured again it would come out near ` +
    `${numberWithin(range, mean)}.`,
  certainty: `its mean lies in ${between(range)} with 95 %`,
})

export const flatText = (parameters: readonly string[], most: number, trials: number): Said => ({
  words:
    `${listed(parameters)} ${parameters.length === 1 ? 'changes' : 'change'} nothing that can be seen. ` +
    'Fixed in a new study, the search gets easier.',
  certainty:
    `${parameters.length === 1 ? 'it explains' : 'each explains'} at most ${percentText(most)} of the variance of ` +
    `${trials} values (80 % interval)`,
})

export interface FailingPlace {
  readonly conditions: readonly string[]
  readonly failed: number
  readonly within: number
  readonly allFailed: number
  /** How most of them end; null if it is not known. */
  readonly ending: string | null
}

export const failuresText = ({ conditions, failed, within, allFailed, ending }: FailingPlace): Said => {
  const where = conditions.map((text) => shortened(text, LONGEST, (each) => [...each].length)).join(' and ')
  const rest = within === failed ? 'nothing there has worked' : `${failed} of ${within} trials there failed`
  return {
    words:
      `${failed === allFailed ? `All ${failed}` : `${failed} of ${allFailed}`} failures have ${where}; ${rest}.` +
      (ending === null ? '' : ` They end with ${quoted(ending)}.`),
    certainty: 'by chance there would be a rule this good in fewer than 1 of 500 studies',
  }
}

export const failingText = (failed: number, of: number, alike: number, ending: string): Said => ({
  words:
    `${failed} of ${of} trials failed` +
    (alike === failed ? `, all of them with ${quoted(ending)}.` : `; ${alike} of them end with ${quoted(ending)}.`),
  certainty: 'counted; no rule over their parameters is clearly better than chance',
})

export const stoppedText = (last: number, hasNoise: boolean, room: Range & { readonly middle: number }): Said => ({
  words:
    `The last ${last} trials brought nothing${hasNoise ? ' beyond noise' : ''}, and the best place is likely to be ` +
    `better by only ${roughNumber(room.middle)}. Stop, or change the space.`,
  certainty: `better by ${between(room)} with 80 %`,
})

export const stillFrontText = (last: number, front: number): Said => ({
  words: `None of the last ${last} trials joined the front of ${counted(front, 'trial')}. Stop, or change the space.`,
  certainty: 'counted',
})

export const promisingText = (room: Range & { readonly middle: number }): Said => ({
  words:
    `The best place is likely to be better than any trial so far by ${roughNumber(room.middle)}: ` +
    'more trials are worth it.',
  certainty: `better by ${between(room)} with 80 %`,
})

export const nextText = (trials: number, chance: number, gain: number): Said => ({
  words: `Another ${trials} trials improve the best one by more than 1 % with a chance of ${percentText(chance)}.`,
  certainty: `by ${roughNumber(gain)} on average, if the model is right`,
})

interface TimeLeft extends Range {
  readonly seconds: number
  readonly atOnce: number
  readonly from: number
}

export const timeText = ({ seconds, low, high, atOnce, from }: TimeLeft): Said => ({
  words: `It will take about ${shortDuration(1000 * seconds)} more, with ${counted(atOnce, 'trial')} at a time.`,
  certainty: `${shortDuration(1000 * low)} to ${shortDuration(1000 * high)} with 90 %, by the latest ${from} trials`,
})

export interface Cheaper {
  readonly trial: number
  readonly value: number
  readonly best: number
  readonly took: number
  readonly bestTook: number
  /** The correlation of durations of configs that are near each other, and how many there are. */
  readonly correlation: number
  readonly of: number
}

export const costText = ({ trial, value, best, took, bestTook, correlation, of }: Cheaper): Said => ({
  words:
    `Trial ${trial} is as good as the best one but for noise (${shortNumber(value)}, the best ${shortNumber(best)}), ` +
    `and takes ${shortDuration(took)} instead of ${shortDuration(bestTook)}.`,
  certainty:
    'durations follow from the config: ' + `similar ones correlate by ${roughNumber(correlation)} over ${of} trials`,
})

export const idleText = (idle: number, gapMs: number, gaps: number, workers: number): Said => ({
  words: `Workers were idle for ${percentText(idle)} of their time: ${shortDuration(gapMs)} between two trials.`,
  certainty: `the median of ${gaps} gaps of ${counted(workers, 'worker')}`,
})

export const lostText = (lost: number, of: number): Said => ({
  words: `${lost} of ${of} attempts were lost with their workers. The doctor says whether the file system is to blame.`,
  certainty: 'counted',
})

export const pruningText = (pruned: number, savedMs: number, share: number, of: number): Said => ({
  words:
    `Ending ${counted(pruned, 'trial')} early saved about ${shortDuration(savedMs)} of trials, ` +
    `${percentText(share)} of all.`,
  certainty: `by the median duration of ${of} complete trials`,
})

export const constraintText = (rule: string, broken: number, of: number, nearest: number | null): Said => ({
  words:
    `None of ${of} complete trials counts for the best: ` +
    `${broken === of ? 'all' : broken} of them break ${quoted(rule)}.` +
    (nearest === null ? '' : ` Trial ${nearest} comes nearest.`),
  certainty: 'counted',
})

export const tightText = (rule: string, broken: number, of: number): Said => ({
  words: `${broken} of ${of} complete trials break ${quoted(rule)}, and so do not count for the best.`,
  certainty: 'counted',
})

export const harmonyText = (trial: number, of: number): Said => ({
  words: `Trial ${trial} is the best in every objective: so far they do not pull apart.`,
  certainty: `counted over ${of} trials`,
})

export const tradeText = (front: number, of: number): Said => ({
  words: `The objectives pull apart: no trial beats the ${front} of the front, each the best for some wish.`,
  certainty: `counted over ${of} trials`,
})

/** Why a trial was tried, in one paragraph, and as the object of `why --json`. */

import type { Fallback, ModelExplanation, Why } from '../sampler/explanation.ts'
import type { Space } from '../space/parameter.ts'
import { briefText } from '../space/words.ts'
import type { Objectives, TrialRecord } from '../trial.ts'
import { numberWithin, shortNumber } from './number-text.ts'

/** What `why --json` says. */
export const whyLine = ({ trial, origin, verdict, reason, explanation, nearest }: Why): object => ({
  id: trial.id,
  number: trial.number,
  state: trial.state,
  value: trial.value,
  config: trial.config,
  origin,
  verdict,
  reason,
  explanation,
  nearest,
})

/** What `why` prints: a paragraph, on one line. */
export function whyText(space: Space, objectives: Objectives, reasons: Why): string {
  const { trial, explanation } = reasons
  const [objective, direction] = Object.entries(objectives)[0]!
  const prediction = explanation?.by === 'model' ? explanation : undefined
  return [
    `Trial ${trial.number} (${trial.id.slice(0, 8)}) tried ${briefText(space, trial.config) || 'the one config of its space'} ${motive(reasons, objective)}.`,
    ...(prediction === undefined ? [] : [modeText(prediction)]),
    nearestText(reasons, prediction !== undefined),
    outcomeText(trial, objective, direction === 'maximize', prediction),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ')
}

function motive({ explanation, verdict, reason, origin }: Why, objective: string): string {
  if (verdict === 'queued') return 'because somebody had put it into the queue'
  if (verdict === 'different') {
    return (
      `by sampler '${origin}', which computed again gives another config, so that nobody can say why: ` +
      'it was made by another version, or the folder was changed'
    )
  }
  if (explanation === null) {
    const who = origin === '' ? 'by a sampler that nothing names any more' : `by sampler '${origin}'`
    return `${who}; ${reason === null ? 'it gives no reasons' : `the reasons can't be computed again: ${reason}`}`
  }
  switch (explanation.by) {
    case 'defaults':
      return 'since a study begins with the defaults that its space declares'
    case 'random':
      return 'drawn at random'
    case 'grid':
      return `as combination ${explanation.place + 1} of ${explanation.of} of the grid, or the first untried one behind it`
    case 'repeat':
      return `once more, after ${timesText(explanation.measurements)}, since nothing new was left and there was no model to ask`
    case 'sobol':
      return sobolText(explanation.index, explanation.isStandIn, explanation.because)
    case 'model':
      return modelText(explanation, objective)
  }
}

function sobolText(index: number, isStandIn: boolean, because: Fallback | undefined): string {
  const point = isStandIn
    ? `a random point in the place of point ${index} of a Sobol sequence, which had been tried`
    : `point ${index} of a scrambled Sobol sequence`
  if (because?.reason === 'opening') {
    return `as the ${ordinal(index + 1)} of ${because.of} opening points, which cover the space evenly before a model has a say (${point})`
  }
  if (because?.reason === 'few-values') {
    return `as ${point}: only ${because.values} ${because.values === 1 ? 'trial' : 'trials'} had given a value, too few for a model`
  }
  if (because?.reason === 'only-noise')
    return `as ${point}: the model whose turn it was found only noise, and covering the space was worth more`
  if (because?.reason === 'all-tried') return `as ${point}: what the models wanted had been tried`
  return `as ${point}`
}

const MODELS: Readonly<Record<ModelExplanation['model'], string>> = {
  plain: 'a Gaussian process of the values as they are',
  smooth: 'a Gaussian process that smooths over ripples',
  best: 'a Gaussian process of the values under their most likely map',
  forest: 'a random forest',
}

function modelText(e: ModelExplanation, objective: string): string {
  const { model, observed, failed, pending, acquisition, prediction, incumbent, works } = e
  const [middle, low, high, best] = [prediction.value, prediction.low, prediction.high, incumbent].map((value) =>
    numberWithin(prediction, value),
  )
  const others = [...(failed > 0 ? [`${failed} failed`] : []), ...(pending > 0 ? [`${pending} still running`] : [])]
  const seen = `${observed} ${observed === 1 ? 'trial' : 'trials'} with a value${others.length > 0 ? ` (${others.join(', ')})` : ''}`
  const wish =
    e.measurements === undefined
      ? `it expected the largest improvement there (log EI ${brief(acquisition.value)})`
      : `it wanted this one measured again, after ${timesText(e.measurements)}`
  return (
    `because it was the turn of model '${model}', ${MODELS[model]}, and of ${seen} ${wish}: ` +
    `it predicted ${objective} ${middle}, with one deviation ${low} to ${high}, where ${best} was the best to beat${elsewhereText(e.leftOut)}` +
    (works === undefined ? '' : `, and gave the trial a chance of ${percent(works)} not to fail`)
  )
}

function elsewhereText(leftOut: number | undefined): string {
  if (leftOut === undefined) return ''
  return leftOut === 1
    ? ' outside of the best basin, which held nothing more'
    : ` outside of the ${leftOut} best basins, which held nothing more`
}

function modeText({ mode, improves, prediction, incumbent, measurements, leftOut }: ModelExplanation): string {
  if (measurements !== undefined) return 'That tells what was luck from what was good.'
  const chance = `a chance of ${percent(improves)} to be better`
  if (leftOut !== undefined) return `That looks elsewhere: ${chance} than what is known there.`
  if (mode === 'explore') return `That explores: ${chance}, and uncertain enough to be worth a look.`
  return `That exploits: ${chance}, close to what is known${prediction.value === incumbent ? '' : ' to be good'}.`
}

function nearestText({ nearest }: Why, wasKnown: boolean): string {
  if (nearest.length === 0) return wasKnown ? '' : 'No other trial has ended yet.'
  const list = nearest.map(
    ({ number, id, state, value, distance }) =>
      `${number ?? id.slice(0, 8)} (${value === null || state !== 'complete' ? state : shortNumber(value)}, ${brief(distance)} away)`,
  )
  const all = list.length === 1 ? list[0] : `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`
  return `${wasKnown ? 'Known nearest' : 'Nearest of what has ended'}: ${list.length === 1 ? 'trial' : 'trials'} ${all}.`
}

function outcomeText(
  { state, value, reason }: TrialRecord,
  objective: string,
  isMaximized: boolean,
  e: ModelExplanation | undefined,
): string {
  if (state === 'running') return 'It still runs.'
  if (state === 'interrupted') return 'It was interrupted, and waits for the next worker.'
  if (state === 'failed') return `It failed${reason === null ? '' : ` (${reason})`}.`
  if (state === 'pruned') return `It was pruned${value === null ? '' : ` at ${objective} ${shortNumber(value)}`}.`
  if (value === null) return ''
  if (e === undefined) return `It came out at ${objective} ${shortNumber(value)}.`
  const { low, high } = e.prediction
  const better = isMaximized ? value > high : value < low
  const verdict =
    value >= low && value <= high
      ? 'within one deviation of the prediction'
      : `${better ? 'better' : 'worse'} than predicted`
  return `It came out at ${objective} ${shortNumber(value)}, ${verdict}.`
}

const timesText = (count: number): string => (count === 1 ? 'one measurement' : `${count} measurements`)

/** Distances and the like are not worth six digits. */
const brief = (value: number): string => shortNumber(Number(value.toPrecision(3)))

function percent(share: number): string {
  if (share < 0.005) return 'under 1 %'
  return share > 0.995 ? 'over 99 %' : `${Math.round(100 * share)} %`
}

function ordinal(n: number): string {
  const suffix = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')
  return `${n}${suffix}`
}

/** Why a trial was suggested: the paragraph of `why` and the object of its `--json`. */

import { wishNamed } from '../sampler/acquisition-table.ts'
import type { DesignName } from '../sampler/design-choice.ts'
import type {
  ConstraintsExplanation,
  Explanation,
  ModelExplanation,
  OddsExplanation,
  Why,
} from '../sampler/explanation.ts'
import type { ModelName } from '../sampler/model-choice.ts'
import type { Space } from '../space/parameter.ts'
import { briefText, onOneLine } from '../space/words.ts'
import type { Objectives, TrialRecord } from '../trial.ts'
import { briefNumber, numberWithin, shortDuration, shortNumber } from './number-text.ts'

/** What each model is, in the sentence of `modelText`. */
const MODELS: Readonly<Record<ModelName, string>> = {
  plain: 'a Gaussian process of the values as they are',
  smooth: 'a Gaussian process that smooths over ripples',
  best: 'a Gaussian process of the values under their most likely map',
  process: 'a Gaussian process with options of its own',
  forest: 'a random forest',
  'extra-trees': 'a forest of extremely randomized trees',
  bagging: 'a forest of bagged trees',
  subspace: 'a forest whose trees see some of the parameters each',
  boosted: 'gradient-boosted trees',
  constant: 'the mean of all values',
}

/** What each design is called. The design `center` has one point of its own. */
const DESIGNS: Readonly<Record<Exclude<DesignName, 'center'>, string>> = {
  sobol: 'a Sobol sequence',
  random: 'a random sample',
  halton: 'a Halton sequence',
  hammersley: 'a Hammersley set',
  lhs: 'a Latin hypercube',
  'k-lhs': 'a set of Latin hypercubes',
  grid: 'a grid in random order',
  given: 'a list of given configs and what follows them',
}

/** With a smaller chance of being better than this, a trial is not said to be worth a look because it is uncertain. */
const SMALL_CHANCE = 0.05

/** At most this many parents are named. */
const MOST_PARENTS = 5

type DesignPoint = Omit<Extract<Explanation, { by: 'design' }>, 'by' | 'name'>

/** The object of `why --json`. */
export const whyLine = ({ trial, origin, verdict, reason, explanation, nearest }: Why): object => ({
  id: trial.id,
  number: trial.number,
  state: trial.state,
  value: trial.value,
  values: trial.values,
  outputs: trial.outputs,
  config: trial.config,
  origin,
  verdict,
  reason,
  explanation,
  nearest,
})

/** The paragraph that `why` prints, on one line. */
export function whyText(space: Space, objectives: Objectives, reasons: Why): string {
  const { trial, explanation } = reasons
  const [objective, direction] = Object.entries(objectives)[0]!
  const prediction = explanation?.by === 'model' ? explanation : undefined
  const tried = briefText(space, trial.config) || 'the one config of its space'
  return [
    `Trial ${trial.number} (${trial.id.slice(0, 8)}) tried ${tried} ${motive(reasons, objective)}.`,
    ...(prediction === undefined ? [] : [modeText(prediction, direction === 'maximize')]),
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
      `by sampler '${origin}'; when asked again, the sampler gives another config, so the reasons are unknown ` +
      '(another version made the suggestion, or the folder was changed)'
    )
  }
  if (explanation === null) {
    const who = origin === '' ? 'by a sampler whose name is no longer recorded' : `by sampler '${origin}'`
    return `${who}; ${reason === null ? 'it gives no reasons' : `its reasons cannot be computed again: ${reason}`}`
  }
  switch (explanation.by) {
    case 'defaults':
      return 'because a study begins with the defaults of its space'
    case 'random':
      return 'drawn at random'
    case 'earlier':
      return (
        `because it was among the best of the earlier study '${onOneLine(explanation.from)}', where it gave ` +
        `${shortNumber(explanation.value)}, and far from what had been tried here`
      )
    case 'grid':
      return (
        `as combination ${explanation.place + 1} of ${explanation.of} of the grid, ` +
        'or as the first untried one after it'
      )
    case 'repeat':
      return (
        `once more, after ${timesText(explanation.measurements)}, because nothing new was left ` +
        'and there was no model to ask'
      )
    case 'sobol':
      return pointText(
        explanation,
        `point ${explanation.index} of a scrambled Sobol sequence`,
        'which cover the space evenly before',
      )
    case 'design':
      return pointText(explanation, placeText(explanation), 'which come before')
    case 'bred':
      return bredText(explanation)
    case 'odds':
      return oddsText(explanation)
    case 'constraints':
      return constraintsText(explanation)
    case 'model':
      return modelText(explanation, objective)
  }
  return explanation satisfies never
}

/** How a config was bred from trials before. */
function bredText({ sampler, parents, generation }: Extract<Explanation, { by: 'bred' }>): string {
  const shown = parents.slice(0, MOST_PARENTS)
  const rest = parents.length > shown.length ? ` and ${parents.length - shown.length} others` : ''
  const trials = `trial${parents.length === 1 ? '' : 's'} ${shown.join(', ')}${rest}`
  switch (sampler) {
    case 'local':
      if (parents.length === 0) return 'as a new beginning of the local search, since no small change was better'
      return `as a small change of ${trials}, the best since the local search began`
    case 'breed':
      return parents.length === 0 ? 'as a child of good trials' : `as a child of one or two of ${trials}`
    case 'evolve': {
      const among = parents.length === 0 ? '' : `, among ${trials}`
      return `as a child of two good trials, in generation ${generation}${among}`
    }
    case 'cma': {
      const teachers = generation === 1 ? 'one generation' : `${generation} generations`
      return generation === 0
        ? 'as one of the first points of CMA-ES'
        : `as CMA-ES wants it after ${teachers} of trials`
    }
  }
  return sampler satisfies never
}

/** Which point of a design it is. */
function placeText({ name, index }: Extract<Explanation, { by: 'design' }>): string {
  return name === 'center' ? 'the middle of the space' : `point ${index} of ${DESIGNS[name]}`
}

/** How a point of a design came to be tried: `place` says which it is, `before` what opening points do. */
function pointText({ index, isStandIn, because }: DesignPoint, place: string, before: string): string {
  const point = isStandIn ? `a random point in place of ${place}, which had been tried` : place
  if (because === undefined) return `as ${point}`
  switch (because.reason) {
    case 'opening': {
      const trial = `the ${ordinal(index + 1)} of ${because.of} opening points`
      return `as ${trial}, ${before} a model has a say (${point})`
    }
    case 'few-values': {
      const trials = because.values === 1 ? 'trial' : 'trials'
      return `as ${point}: only ${because.values} ${trials} had given a value, too few for a model`
    }
    case 'only-noise':
      return `as ${point}: the model whose turn it was found only noise, so covering the space was worth more`
    case 'all-tried':
      return `as ${point}: everything that the models suggested had been tried`
  }
  return because satisfies never
}

function oddsText({ observed, failed, pending, works }: OddsExplanation): string {
  const others = pending > 0 ? ` (${pending} still running)` : ''
  return (
    `because ${failed} ${failed === 1 ? 'trial' : 'trials'} had failed and ${observed} had given a value${others}, ` +
    `too few for a model of the values: there was little known there, and a chance of ${percent(works)} of a value`
  )
}

function constraintsText({ observed, failed, pending, constraints, works, seconds }: ConstraintsExplanation): string {
  const others = pending > 0 ? ` (${pending} still running)` : ''
  const trials = `${observed + failed} ${observed + failed === 1 ? 'trial' : 'trials'}${others}`
  const chances = chancesText(works, constraints)
  return `because none of ${trials} had met all constraints: there the chance is best${chances}${secondsText(seconds)}`
}

/** The chances of a value and of meeting each constraint. */
function chancesText(works: number | undefined, constraints: ModelExplanation['constraints'] = {}): string {
  const met = Object.entries(constraints).map(([name, odds]) => `${percent(odds)} to meet '${name}'`)
  return (
    (works === undefined ? '' : `, and a chance of ${percent(works)} that the trial would not fail`) +
    (met.length === 0 ? '' : `, with a chance of ${met.join(', ')}`)
  )
}

function modelText(e: ModelExplanation, objective: string): string {
  const { model, observed, failed, pending, prediction, incumbent, works } = e
  const [middle, low, high, best] = [prediction.value, prediction.low, prediction.high, incumbent].map((value) =>
    numberWithin(prediction, value),
  )
  const others = [
    ...(e.plateau === undefined ? [] : [`${e.plateau} of them on a plateau of bad values, taken for failures`]),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(pending > 0 ? [`${pending} still running`] : []),
  ]
  const trials = `${observed} ${observed === 1 ? 'trial' : 'trials'} with a value`
  const seen = others.length > 0 ? `${trials} (${others.join(', ')})` : trials
  const wish =
    e.measurements === undefined
      ? `${wishNamed(e.acquisition.name)}${numbersText(e.acquisition.with)}${portfolioText(e.portfolio)}`
      : `wanted this config measured again, after ${timesText(e.measurements)}`
  return (
    `because it was the turn of model '${model}', ${MODELS[model as ModelName] ?? 'which is one of your own'}, ` +
    `which had seen ${seen}${explainedText(e.explained)}${earlierText(e.earlier)} ` +
    `and ${wish}: ` +
    `it predicted ${objective} ${middle} (one standard deviation: ${low} to ${high})` +
    (e.predictions === undefined
      ? `, where ${best} was the best to beat${elsewhereText(e.leftOut)}`
      : othersText(e.predictions, objective) + targetText(e.target)) +
    chancesText(works, e.constraints) +
    secondsText(e.seconds) +
    beliefText(e.belief)
  )
}

/** How long the trial was expected to take, and how much that mattered. */
function secondsText(seconds: ModelExplanation['seconds']): string {
  if (seconds === undefined) return ''
  const [middle, low, high] = [seconds.value, seconds.low, seconds.high].map((each) => shortDuration(1000 * each))
  const share = seconds.power === 1 ? 'in full' : `by ${percent(seconds.power)}`
  return `, and that it would take ${middle} (${low} to ${high}), which counted ${share}`
}

/** What the priors say, and how much they still count. */
function beliefText(belief: ModelExplanation['belief']): string {
  if (belief === undefined) return ''
  const { times, weight } = belief
  const power = `to the power of ${briefNumber(weight)}`
  return `; by the priors it is ${briefNumber(times)} times as likely to be the best as without them (${power})`
}

/** What is predicted of the objectives after the first one. */
function othersText(predictions: NonNullable<ModelExplanation['predictions']>, first: string): string {
  return Object.entries(predictions)
    .filter(([name]) => name !== first)
    .map(([name, prediction]) => {
      const [middle, low, high] = [prediction.value, prediction.low, prediction.high].map((value) =>
        numberWithin(prediction, value),
      )
      return `, ${name} ${middle} (${low} to ${high})`
    })
    .join('')
}

/** How the objectives were made into one number. */
function targetText(target: ModelExplanation['target']): string {
  if (target === undefined) return ''
  const weights = Object.entries(target.weights).map(([name, weight]) => `${name} ${percent(weight)}`)
  return `, made into one number by ${target.scalarize} with the weights ${weights.join(', ')}`
}

/** How good the model is, where it is good for something. */
function explainedText(explained: number | undefined): string {
  return explained === undefined || explained < 0 ? '' : ` (and explains ${percent(explained)} of values held out)`
}

/** How much models of earlier studies counted. */
function earlierText(earlier: ModelExplanation['earlier'] = []): string {
  const list = earlier
    .filter(({ weight }) => weight > 0)
    .map(({ from, weight }) => `${percent(weight)} of '${onOneLine(from)}'`)
  return list.length === 0 ? '' : `, together with models of earlier studies (${list.join(', ')}),`
}

/** The numbers of this turn, as in ` (kappa 1.7)`. */
function numbersText(numbers: ModelExplanation['acquisition']['with']): string {
  const list = Object.entries(numbers ?? {}).map(
    ([name, value]) => `${name} ${value === null ? 'inf' : briefNumber(value)}`,
  )
  return list.length === 0 ? '' : ` (${list.join(', ')})`
}

/** What it could have wanted instead. */
function portfolioText(portfolio: ModelExplanation['portfolio']): string {
  if (portfolio === undefined) return ''
  const list = portfolio.of.map((name, i) => `${name} ${percent(portfolio.odds[i]!)}`)
  return `, drawn with the odds ${list.join(', ')}`
}

function elsewhereText(leftOut: number | undefined): string {
  if (leftOut === undefined) return ''
  return leftOut === 1
    ? ' outside the best region, which promised nothing more'
    : ` outside the ${leftOut} best regions, which promised nothing more`
}

function modeText(e: ModelExplanation, isMaximized: boolean): string {
  const { mode, improves, prediction, incumbent, measurements, leftOut } = e
  if (measurements !== undefined) return 'Another measurement tells a good config from a lucky one.'
  if (e.predictions !== undefined) {
    const aim = e.target === undefined ? 'better than each known trial in some objective' : 'better by that number'
    return `The trial ${mode}s: a chance of ${percent(improves)} of being ${aim}.`
  }
  const chance = `a chance of ${percent(improves)} of being better`
  if (leftOut !== undefined) return `The trial looks elsewhere: ${chance} than what is known there.`
  if (mode === 'exploit') {
    const gap = prediction.value - incumbent
    const isBetter = isMaximized ? gap > 0 : gap < 0
    const words =
      gap === 0 ? 'predicted to equal the best' : isBetter ? 'predicted to beat the best' : 'close to the best'
    return `The trial exploits: ${chance}, ${words}.`
  }
  if (improves < SMALL_CHANCE)
    return `The trial explores: predicted to be worse than the best, with ${chance}, but nothing untried promised more.`
  return `The trial explores: ${chance}, and uncertain enough to be worth a look.`
}

function nearestText({ nearest }: Why, wasKnown: boolean): string {
  if (nearest.length === 0) return wasKnown ? '' : 'No other trial has ended yet.'
  const list = nearest.map(({ number, id, state, value, distance }) => {
    const outcome = value === null || state !== 'complete' ? state : shortNumber(value)
    return `${number ?? id.slice(0, 8)} (${outcome}, ${briefNumber(distance)} away)`
  })
  const all = list.length === 1 ? list[0] : `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`
  return `Nearest ${wasKnown ? 'known' : 'ended'} ${list.length === 1 ? 'trial' : 'trials'}: ${all}.`
}

function outcomeText(
  trial: TrialRecord,
  objective: string,
  isMaximized: boolean,
  e: ModelExplanation | undefined,
): string {
  const { state, value, values, reason } = trial
  if (state === 'running') return 'It is still running.'
  if (state === 'paused') return 'It rests, and goes on when it is among the best at its step.'
  if (state === 'interrupted') return 'It was interrupted and waits for the next worker.'
  if (state === 'failed') return `It failed${reason === null ? '' : ` (${reason})`}.`
  if (state === 'pruned') return prunedText(trial, objective)
  if (value === null) return ''
  const others = Object.entries(values).filter(([name]) => name !== objective)
  const list = others.map(([name, each]) => `${name} ${shortNumber(each)}`).join(', ')
  const measured = `${objective} ${shortNumber(value)}${list === '' ? '' : ` (${list})`}`
  if (e === undefined) return `It came out at ${measured}.`
  const { low, high } = e.prediction
  const better = isMaximized ? value > high : value < low
  const verdict =
    value >= low && value <= high
      ? 'within one standard deviation of the prediction'
      : `${better ? 'better' : 'worse'} than predicted`
  return `It came out at ${measured}, ${verdict}.`
}

/** That a trial was pruned, and why. */
function prunedText({ value, detail }: TrialRecord, objective: string): string {
  const at = value === null ? '' : ` at ${objective} ${shortNumber(value)}`
  const why = detail === null ? '' : `: ${onOneLine(detail)}`
  return `It was pruned${at}${why}.`
}

const timesText = (count: number): string => (count === 1 ? 'one measurement' : `${count} measurements`)

function percent(share: number): string {
  if (share < 0.005) return 'under 1 %'
  return share > 0.995 ? 'over 99 %' : `${Math.round(100 * share)} %`
}

function ordinal(n: number): string {
  const suffix = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')
  return `${n}${suffix}`
}

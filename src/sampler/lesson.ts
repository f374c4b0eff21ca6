/** What earlier studies say, as a sampler sees it: their histories, and the points that they lend to the opening. */

import type { Axes } from '../space/axes.ts'
import { declaresDefault } from '../space/defaults.ts'
import type { Model } from '../surrogate/model.ts'
import { modelSet } from './model-set.ts'
import { historyOf } from './observations.ts'
import type { History, Observation } from './observations.ts'
import type { Earlier, Question } from './sampler.ts'

/** Most points of a process of an earlier study. */
const MOST_POINTS = 200

/**
 * Every second point before there is a model comes from the earlier studies: from the first on, unless the space says
 * itself where to begin.
 */
const isTurnOfEarlier = (number: number, { space, hasBeliefs }: Axes): boolean =>
  number % 2 === (hasBeliefs || declaresDefault(space) ? 1 : 0)

/**
 * A point is apart from another one if a number differs by more than this share of its range, or a choice differs. The
 * best points of a study lie together: without this, all that is lent would be of one basin.
 */
const APART = 0.2

/** A study with fewer values than this teaches no model. */
const FEWEST_POINTS = 5

// Trials of an earlier study do not change. What was fitted to them is kept for as long as they are.
const KNOWN_LESSONS = new WeakMap<Earlier['trials'], Lesson>()

/** What an earlier study says. */
export interface Lesson {
  readonly from: string
  readonly axes: Axes
  readonly history: History
  /** The points of its process. */
  readonly chosen: readonly Observation[]
  /** Its process, once it is asked for. */
  model?: Model
}

/** What the earlier studies of a question say. */
export function lessonsOf(question: Question, axes: Axes): readonly Lesson[] {
  const { earlier = [], objectives, constraints } = question
  return earlier.map(({ from, trials }) => {
    const known = KNOWN_LESSONS.get(trials)
    if (known?.axes === axes) return known
    const asked = { trials, pending: [], objectives, ...(constraints && { constraints }) }
    const history = historyOf(asked, axes)
    const weights = new Float64Array(axes.list.length).fill(1)
    const chosen =
      history.observed.length === 0 ? [] : modelSet(history.observed, MOST_POINTS, weights, axes.categories)
    const lesson = { from, axes, history, chosen }
    KNOWN_LESSONS.set(trials, lesson)
    return lesson
  })
}

/** Whether a study has enough values for a model. */
export const isEnough = ({ chosen }: Lesson): boolean => chosen.length >= FEWEST_POINTS

/** How much a model of an earlier study counts. */
export interface Weighed {
  readonly from: string
  readonly weight: number
}

/** A point of an earlier study, in the place of one of the design. */
export interface Lent {
  readonly from: string
  readonly observation: Observation
}

/**
 * The best point of the earlier studies that is apart from all that was tried here: the best of each study by turns.
 * Undefined where it is the design's turn, or none is left. With several objectives, the first one counts.
 */
export function lentPoint(
  question: Question,
  axes: Axes,
  history: History,
  lessons: readonly Lesson[],
): Lent | undefined {
  if (!isTurnOfEarlier(question.number, axes) || lessons.length === 0) return undefined
  const here = [...history.observed.map(({ x }) => x), ...history.failed, ...history.pending]
  const ordered = lessons.map(({ from, history: { observed } }) => ({ from, best: bestFirst(observed) }))
  const longest = Math.max(...ordered.map(({ best }) => best.length))
  for (let k = 0; k < longest; k++) {
    for (const { from, best } of ordered) {
      const observation = best[k]
      if (observation === undefined || !here.every((x) => isApart(observation.x, x, axes))) continue
      const { config } = observation.trial
      if (axes.allowed?.holds(observation.x) !== false && !question.isTried(config)) return { from, observation }
    }
  }
  return undefined
}

function bestFirst(observed: readonly Observation[]): readonly Observation[] {
  return observed.filter(({ breaks }) => breaks !== true).sort((a, b) => a.y - b.y)
}

function isApart(a: Float64Array, b: Float64Array, axes: Axes): boolean {
  return axes.list.some(({ kind }, k) => {
    const [left, right] = [a[k]!, b[k]!]
    if (kind === 'category' || Number.isNaN(left) !== Number.isNaN(right)) return !Object.is(left, right)
    return Math.abs(left - right) > APART
  })
}

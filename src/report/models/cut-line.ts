/**
 * The predicted value along one parameter, with all else as in the recommended trial: its mean, its band, and how sure
 * it is that the parameter matters there.
 */

import { normalCdf } from '../../numerics/special.ts'
import { rowsOf } from '../../numerics/vector.ts'
import { listedValues } from '../../space/levels.ts'
import { snapped } from '../../space/axes.ts'
import type { Axis } from '../../space/axes.ts'
import { movedTo, placesAlong } from './places.ts'
import type { Places } from './places.ts'
import { dropBetween, intervalAt, isAllowed, jointAt } from './surface.ts'
import type { Joint, Surface } from './surface.ts'
import type { Cut } from './views.ts'

/** Places along a number. */
export const CUT_PLACES = 49

/** The part of a parameter toward each end in which a gain is looked for. */
const LAST = 0.1

/**
 * The cut along an axis that is active at the center.
 *
 * @param average  the mean over everything else at each of the places, in the objective's unit
 */
export function cutAlong(surface: Surface, k: number, average: (places: Places) => readonly number[]): Cut {
  const axis = surface.axes.list[k]!
  const places = placesAlong(axis, CUT_PLACES)
  const { at, coordinates } = places
  const isListed = listedValues(axis.parameter) !== undefined
  const inner = isListed ? [] : innerCoordinates(axis, coordinates)
  const points = [...coordinates, ...inner].map((u) => movedTo(surface, [[k, u]]))
  points.push(surface.center)
  const joint = jointAt(surface, rowsOf(points, surface.axes.list.length), points.length)
  const isOpen = points.map((x) => isAllowed(surface, x))
  const bands = at.map((_, i) =>
    isOpen[i]!
      ? intervalAt(surface, joint.means[i]!, joint.covariance[i * joint.m + i]!)
      : { value: NaN, low: NaN, high: NaN },
  )
  const n = at.length
  const gain = (end: number, from: number): number =>
    isListed || n < 2 || !isOpen[end]! || !isOpen[from]! ? 0 : dropBetween(joint, from, end)
  return {
    parameter: k,
    at,
    mean: bands.map(({ value }) => value),
    low: bands.map(({ low }) => low),
    high: bands.map(({ high }) => high),
    average: average(places),
    beats: isListed ? at.map((_, i) => normalCdf(dropBetween(joint, points.length - 1, i))) : [],
    ...spanOf(joint, isOpen.slice(0, n), surface),
    gainAtLow: gain(0, n),
    gainAtHigh: gain(n - 1, n + 1),
  }
}

/** Where the last tenths begin, each at least one value away from its end. */
function innerCoordinates(axis: Axis, coordinates: readonly number[]): readonly [low: number, high: number] {
  const [first, second = first] = coordinates
  const [last, before = last] = coordinates.toReversed()
  return [Math.max(snapped(axis, LAST), second!), Math.min(snapped(axis, 1 - LAST), before!)]
}

/** The distance between the least and the largest mean of the places that are open. */
function spanOf(joint: Joint, isOpen: readonly boolean[], { judge }: Surface): Pick<Cut, 'span' | 'spanDeviations'> {
  const open = [...isOpen.keys()].filter((i) => isOpen[i])
  if (open.length === 0) return { span: 0, spanDeviations: 0 }
  const lowest = open.reduce((best, i) => (joint.means[i]! < joint.means[best]! ? i : best))
  const highest = open.reduce((best, i) => (joint.means[i]! > joint.means[best]! ? i : best))
  return {
    span: Math.abs(judge.valueOf(joint.means[highest]!) - judge.valueOf(joint.means[lowest]!)),
    spanDeviations: dropBetween(joint, highest, lowest),
  }
}

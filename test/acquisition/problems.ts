/** Criteria whose maximum is known, over spaces of every kind, for the tests of all maximizers. */

import type { Criterion } from '../../src/acquisition/criterion.ts'
import { axesOf } from '../../src/space/axes.ts'
import type { Axes } from '../../src/space/axes.ts'
import { branch, choice, float, int } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'

export interface Problem {
  readonly name: string
  readonly axes: Axes
  readonly valueOf: (x: Float64Array) => number
  /** Fills the gradient; left out where there is none. */
  readonly slope?: (x: Float64Array, gradient: Float64Array) => void
  /** The largest value. */
  readonly top: number
}

const numbers = (d: number): Axes =>
  axesOf(parseSpace(Object.fromEntries(Array.from({ length: d }, (_, k) => [`x${k}`, float(0, 1)]))))

const PLACES = [0.2345678, 0.8765432, 0.5551234, 0.1234567, 0.7654321, 0.4044444]

/** Two hills; the higher one is narrow. */
function hills(x: Float64Array): number {
  let near = 0
  let far = 0
  for (const [k, v] of x.entries()) {
    near += (v - PLACES[k]!) ** 2
    far += (v - 1 + PLACES[k]!) ** 2
  }
  return Math.exp(-20 * near) + 0.7 * Math.exp(-4 * far)
}

export const PROBLEMS: readonly Problem[] = [
  {
    name: 'smooth',
    axes: numbers(4),
    valueOf: (x) => -x.reduce((sum, v, k) => sum + (k + 1) * (v - PLACES[k]!) ** 2, 0),
    slope: (x, gradient) => x.forEach((v, k) => (gradient[k] = -2 * (k + 1) * (v - PLACES[k]!))),
    top: 0,
  },
  {
    name: 'narrow valley',
    axes: numbers(4),
    valueOf: (x) => {
      const sum = x.reduce((s, v, k) => s + v - PLACES[k]!, 0)
      return -1000 * sum ** 2 - x.reduce((s, v, k) => s + (v - PLACES[k]!) ** 2, 0)
    },
    top: 0,
  },
  {
    name: 'stepped',
    axes: numbers(4),
    // As a forest predicts: constant in cells of a twentieth of each range.
    valueOf: (x) => -x.reduce((sum, v, k) => sum + Math.abs(Math.floor(20 * v) - Math.floor(20 * PLACES[k]!)), 0),
    top: 0,
  },
  {
    name: 'mixed',
    axes: axesOf(
      parseSpace({
        x: float(0, 1),
        y: float(1e-4, 1, { log: true }),
        k: int(0, 1000),
        n: int(1, 8),
        c: choice([...'abcdef']),
        e: choice([...'uvw']),
        s: choice(['on', 'off']),
      }),
    ),
    // Which place is best on an axis of numbers depends on the categories.
    valueOf: (x) =>
      -((x[0]! - PLACES[x[4]! % 3]!) ** 2) -
      (x[1]! - 0.3) ** 2 -
      (x[2]! - 0.7001) ** 2 -
      Math.abs(x[3]! - 0.4375) -
      (x[4] === 4 ? 0 : 0.3) -
      (x[5] === 2 ? 0 : 0.2) -
      (x[6] === x[5]! % 2 ? 0 : 0.1),
    top: -((700.5 / 1001 - 0.7001) ** 2),
  },
  {
    name: 'conditional',
    axes: axesOf(
      parseSpace({
        x: float(0, 1),
        model: branch('kind', {
          svm: { c: float(0, 1), gamma: float(0, 1) },
          forest: { trees: int(1, 50), depth: int(1, 9), style: choice([...'abcd']) },
          none: {},
        }),
      }),
    ),
    valueOf: (x) => {
      const common = -((x[0]! - PLACES[0]!) ** 2)
      if (x[1] === 0) return common - 0.2 - (x[2]! - 0.1) ** 2 - (x[3]! - 0.9) ** 2
      if (x[1] === 2) return common - 0.1
      return common - Math.abs(x[4]! - 0.33) - Math.abs(x[5]! - 0.5) - (x[6] === 3 ? 0 : 0.3)
    },
    top: 0,
  },
  // The top lies 3.5e-4 beside that of the narrow hill; found by gradient ascent.
  { name: 'two hills', axes: numbers(4), valueOf: hills, top: 1.0023180621646661 },
]

/** The criterion of a problem. It cannot tell which means are promising, so it looks at all candidates. */
export function criterionOfProblem({ axes, valueOf, slope }: Problem): Criterion {
  const d = axes.list.length
  const values = (points: Float64Array, m: number): Float64Array =>
    Float64Array.from({ length: m }, (_, c) => valueOf(points.subarray(c * d, (c + 1) * d)))
  return {
    d,
    values,
    lengthscales: new Float64Array(d).fill(0.5),
    promising: (points, m) => ({ rows: Int32Array.from({ length: m }, (_, c) => c), values: values(points, m) }),
    ...(slope && {
      slope: (x: Float64Array, gradient: Float64Array) => {
        slope(x, gradient)
        return valueOf(x)
      },
    }),
  }
}

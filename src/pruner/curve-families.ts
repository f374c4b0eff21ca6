/**
 * Where a curve ends, by an ensemble of parametric families.
 *
 *   x, y   n   places (from 1 at the first step) and values of the points that are used
 *   φ          a shape: x^−α (pow3), e^−βx (exp3) or ln x, with α or β from a grid
 *   y ≈ c + a φ(x) + ε,  ε ~ N(0, σ²)
 *
 * For a given shape the model is linear. With a flat prior on c, a and ln σ, the value at a later place has a Student-t
 * distribution with n − 2 degrees of freedom, and the shape has a weight proportional to (sum of squares)^(−(n−2)/2),
 * once φ is standardized over the points. The prediction is the mixture of all shapes: so the uncertainty about the
 * shape is part of its error, and no search can end at a poor local optimum. What the families get wrong about the
 * curves of a study (a rate that is lowered halfway, say) is not in it: the caller adds that error.
 *
 * Sources: Domhan, Springenberg & Hutter, IJCAI 2015 (the families and the rule); Gelman et al., Bayesian Data
 * Analysis, 3rd ed., §14.2 (the predictive distribution).
 */

import { normalCdf } from '../numerics/special.ts'

/** How many exponents each family tries. */
const GRID = 32

/** Exponents α of pow3. A smaller one is close to ln x; with a larger one, a curve is flat after two steps. */
const ALPHA = { from: 0.05, to: 4 }

/** Rates β of exp3, in units of 1 / (place of the end). */
const BETA = { from: 0.3, to: 60 }

/**
 * The noise of a curve is taken for at least this share of its range: a curve that follows no family exactly would give
 * the nearest shape all weight.
 */
const LEAST_NOISE = 0.02

/** What a mixture of distributions says about the end of a curve. */
export interface EndOfCurve {
  readonly mean: number
  /** One standard deviation. */
  readonly deviation: number
  /** Probability that the curve ends below a value. */
  readonly chanceBelow: (value: number) => number
}

/** The prediction of one shape, and how likely the shape is. */
interface Shape {
  weight: number
  readonly mean: number
  readonly scale: number
}

/**
 * The end of a curve.
 *
 * @param x    n ≥ 4 places in ascending order, all at least 1
 * @param y    n finite values
 * @param end       the place of the end, beyond the last one
 * @param variance  that of an error which comes on top
 */
export function endOfCurve(x: Float64Array, y: Float64Array, end: number, variance = 0): EndOfCurve {
  const n = x.length
  const freedom = n - 2
  const range = y.reduce((a, b) => Math.max(a, b)) - y.reduce((a, b) => Math.min(a, b))
  const floor = n * (LEAST_NOISE * range) ** 2 + Number.MIN_VALUE
  const shapes: Shape[] = []
  const add = (prior: number, phi: (place: number) => number): void => {
    const shape = fitted(x, y, end, phi, floor)
    if (shape !== undefined) shapes.push({ ...shape, weight: Math.log(prior) + shape.weight })
  }
  add(1, Math.log)
  for (let k = 0; k < GRID; k++) {
    const between = ({ from, to }: typeof ALPHA): number => from * (to / from) ** (k / (GRID - 1))
    const alpha = between(ALPHA)
    const beta = between(BETA) / end
    add(1 / GRID, (place) => place ** -alpha)
    add(1 / GRID, (place) => Math.exp(-beta * place))
  }
  const largest = Math.max(...shapes.map(({ weight }) => weight))
  let sum = 0
  for (const shape of shapes) sum += shape.weight = Math.exp(shape.weight - largest)
  let mean = 0
  for (const shape of shapes) mean += (shape.weight /= sum) * shape.mean
  // The variance of a Student-t distribution needs more than two degrees of freedom.
  const spread = freedom / Math.max(freedom - 2, 1)
  let all = variance
  for (const shape of shapes) all += shape.weight * (spread * shape.scale ** 2 + (shape.mean - mean) ** 2)
  return {
    mean,
    deviation: Math.sqrt(all),
    chanceBelow: (value) => {
      let chance = 0
      for (const { weight, mean: at, scale } of shapes)
        chance += weight * studentCdf((value - at) / Math.hypot(scale, Math.sqrt(variance)), freedom)
      return chance
    },
  }
}

/** A shape fitted to points; its weight is a logarithm, without its prior. Undefined if it is flat over the points. */
function fitted(
  x: Float64Array,
  y: Float64Array,
  end: number,
  phi: (place: number) => number,
  floor: number,
): Shape | undefined {
  const n = x.length
  let meanPhi = 0
  let meanY = 0
  for (let i = 0; i < n; i++) {
    meanPhi += phi(x[i]!) / n
    meanY += y[i]! / n
  }
  let [pp, py, yy] = [0, 0, 0]
  for (let i = 0; i < n; i++) {
    const dp = phi(x[i]!) - meanPhi
    const dy = y[i]! - meanY
    pp += dp * dp
    py += dp * dy
    yy += dy * dy
  }
  if (!(pp > Number.EPSILON ** 2 * meanPhi ** 2)) return undefined
  const a = py / pp
  const squares = Math.max(yy - a * py, 0) + floor
  const away = phi(end) - meanPhi
  const scale = Math.sqrt((squares / (n - 2)) * (1 + 1 / n + (away * away) / pp))
  return { weight: -((n - 2) / 2) * Math.log(squares), mean: meanY + a * away, scale }
}

/**
 * The distribution function of Student's t, to about 0.002. Source: Wallace, Ann. Math. Stat. 30 (1959), eq. 4.1, as
 * given by Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions 2, §28.
 */
export function studentCdf(t: number, freedom: number): number {
  const factor = (8 * freedom + 1) / (8 * freedom + 3)
  return normalCdf(Math.sign(t) * factor * Math.sqrt(freedom * Math.log1p((t * t) / freedom)))
}

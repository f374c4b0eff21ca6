/**
 * Output warping: monotone maps of an objective's values that make them look more like draws of a Gaussian process.
 *
 *   y   n   values, to be minimized
 *   t   n   warped values, standardized to mean 0 and standard deviation 1
 *
 * Each warp comes with the log Jacobian of y → t, so that the evidences of models under different warps can be
 * compared.
 *
 *   identity      t = y
 *   yeo-johnson   the power transform of the standardized values, with the power of maximum likelihood
 *   log           t = ln(1 + (y − min y) / scale): spreads the good values and compresses the bad ones
 *   bilog         t = sign(y) ln(1 + |y| / s), where s is the median of |y|: for values whose 0 means something
 *
 * Sources: Yeo & Johnson 2000, "A new family of power transformations", Biometrika 87; Snelson, Rasmussen & Ghahramani
 * 2003, "Warped Gaussian processes", for the Jacobian; Eriksson & Poloczek 2021, "Scalable constrained Bayesian
 * optimization" (bilog).
 */

/** The powers that Yeo-Johnson may choose: −2, −1.75, …, 3. */
const POWERS = Float64Array.from({ length: 21 }, (_, i) => -2 + 0.25 * i)

/** A value further above the lowest one than this many times the median's distance from it is cut off there. */
const FARTHEST = 1e6

export type Warp =
  | { readonly kind: 'identity' }
  | { readonly kind: 'yeo-johnson' }
  /** `scale` is in units of the distance from the lowest value to the median. */
  | { readonly kind: 'log'; readonly scale: number }
  | { readonly kind: 'bilog' }

export interface Warped {
  /** n, with mean 0 and standard deviation 1; all 0 if all values are equal */
  readonly values: Float64Array
  /** Σ ln dt/dy, up to a constant that is the same for every warp of the same values */
  readonly logJacobian: number
  /**
   * From an objective's value to the warped one. Under `log`, a value below the lowest one counts as the lowest.
   */
  readonly forward: (y: number) => number
  /** From a warped value back to the objective's; infinite beyond the range of the map */
  readonly inverse: (t: number) => number
}

/** Warps at least one value; the values may be as large or as small as a double can be. */
export function warped(y: Float64Array, warp: Warp): Warped {
  const fromLowest = inUnitsOfMedian(y)
  switch (warp.kind) {
    case 'identity':
      return standardized(fromLowest)
    case 'log': {
      let logJacobian = 0
      const t = fromLowest.values.map((value) => {
        logJacobian -= Math.log(warp.scale + value)
        return Math.log1p(value / warp.scale)
      })
      return standardized({
        values: t,
        logJacobian,
        forward: (value) => Math.log1p(Math.max(fromLowest.forward(value), 0) / warp.scale),
        inverse: (value) => fromLowest.inverse(warp.scale * Math.expm1(value)),
      })
    }
    case 'bilog': {
      const zero = fromLowest.forward(0)
      const sizes = fromLowest.values.map((value) => Math.abs(value - zero)).sort()
      const unit = sizes.find((size, i) => i >= sizes.length >> 1 && size > 0) ?? 1
      let logJacobian = 0
      const bilog = (value: number): number => Math.sign(value) * Math.log1p(Math.abs(value) / unit)
      const t = fromLowest.values.map((value) => {
        logJacobian -= Math.log(unit + Math.abs(value - zero))
        return bilog(value - zero)
      })
      return standardized({
        values: t,
        logJacobian,
        forward: (value) => bilog(fromLowest.forward(value) - zero),
        inverse: (value) => fromLowest.inverse(zero + Math.sign(value) * unit * Math.expm1(Math.abs(value))),
      })
    }
    case 'yeo-johnson': {
      const { values, forward, inverse } = standardized(fromLowest)
      const spread = deviationOf(fromLowest.values)
      const power = bestPower(values)
      const { values: t, logJacobian } = yeoJohnson(values, power)
      return standardized({
        values: t,
        logJacobian: logJacobian - values.length * Math.log(spread > 0 ? spread : 1),
        forward: (value) => yeoJohnson(Float64Array.of(forward(value)), power).values[0]!,
        inverse: (value) => inverse(yeoJohnsonInverse(value, power)),
      })
    }
  }
}

/** (y − min y) / (median − min y): the lowest value becomes 0, the median 1. */
function inUnitsOfMedian(y: Float64Array): Warped {
  const sorted = Float64Array.from(y).sort()
  const low = sorted[0]!
  // If the median equals the lowest value (a plateau), the next larger value takes its place.
  const above = sorted.find((value, i) => i >= sorted.length >> 1 && value > low) ?? sorted.at(-1)!
  const unit = above / 2 - low / 2
  if (!(unit > 0)) return { values: new Float64Array(y.length), logJacobian: 0, forward: () => 0, inverse: () => low }
  const forward = (value: number): number => Math.min((value / 2 - low / 2) / unit, FARTHEST)
  return {
    values: y.map(forward),
    logJacobian: 0,
    forward,
    inverse: (t) => 2 * (low / 2 + t * unit),
  }
}

/** Shifts and scales to mean 0 and standard deviation 1. */
function standardized({ values: t, logJacobian, forward, inverse }: Warped): Warped {
  const n = t.length
  const mean = t.reduce((sum, value) => sum + value, 0) / n
  const deviation = deviationOf(t)
  if (!(deviation > 0))
    return { values: new Float64Array(n), logJacobian, forward: () => 0, inverse: () => inverse(mean) }
  const unit = (value: number): number => (value - mean) / deviation
  return {
    values: t.map(unit),
    forward: (value) => unit(forward(value)),
    logJacobian: logJacobian - n * Math.log(deviation),
    inverse: (value) => inverse(mean + deviation * value),
  }
}

/** The standard deviation. */
function deviationOf(t: Float64Array): number {
  const mean = t.reduce((sum, value) => sum + value, 0) / t.length
  return Math.sqrt(t.reduce((sum, value) => sum + (value - mean) ** 2, 0) / t.length)
}

/** The power under which the values are most like a sample of a normal distribution. */
function bestPower(values: Float64Array): number {
  let best = 1
  let highest = -Infinity
  for (const power of POWERS) {
    const { values: t, logJacobian } = yeoJohnson(values, power)
    const likelihood = logJacobian - values.length * Math.log(deviationOf(t))
    if (likelihood > highest) {
      highest = likelihood
      best = power
    }
  }
  return best
}

/** The transform of Yeo & Johnson 2000, eq. 2.1. */
function yeoJohnson(values: Float64Array, power: number): { values: Float64Array; logJacobian: number } {
  let logJacobian = 0
  const t = values.map((x) => {
    const logOfOne = Math.log1p(Math.abs(x))
    logJacobian += (power - 1) * Math.sign(x) * logOfOne
    if (x >= 0) return power === 0 ? logOfOne : Math.expm1(power * logOfOne) / power
    return power === 2 ? -logOfOne : -Math.expm1((2 - power) * logOfOne) / (2 - power)
  })
  return { values: t, logJacobian }
}

/** The inverse of the transform. */
function yeoJohnsonInverse(t: number, power: number): number {
  if (t >= 0) return power === 0 ? Math.expm1(t) : beyond(1 + power * t, power) - 1
  return power === 2 ? -Math.expm1(-t) : 1 - beyond(1 - (2 - power) * t, 2 - power)
}

/** base^(1 / power); infinity at the pole of a negative power and beyond. */
const beyond = (base: number, power: number): number => (base > 0 ? base ** (1 / power) : Infinity)

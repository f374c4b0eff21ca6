/**
 * A model that sees nothing of the parameters: the mean and the variance of the values, everywhere. What it suggests is
 * as good as chance, so it shows what a model is worth.
 */

export interface Constant {
  readonly d: number
  readonly mean: number
  readonly variance: number
}

/** Fits a constant to at least one value; the variance is that of the population, 0 for a single value. */
export function fitConstant(y: Float64Array, d: number): Constant {
  const mean = y.reduce((sum, value) => sum + value / y.length, 0)
  return { d, mean, variance: y.reduce((sum, value) => sum + (value - mean) ** 2 / y.length, 0) }
}

/** Fills predictions for m points. */
export function predictConstantInto(constant: Constant, m: number, mean: Float64Array, variance: Float64Array): void {
  mean.fill(constant.mean, 0, m)
  variance.fill(constant.variance, 0, m)
}

/**
 * A weighted ensemble of models, as one model: it predicts the weighted sum of their means.
 *
 *   w   weights, which sum to 1
 *   μ = Σ w μᵢ,  σ² = Σ w² σᵢ²
 *
 * Source: Feurer, Letham & Bakshy 2018, "Scalable meta-learning for Bayesian optimization using ranking-weighted
 * Gaussian process ensembles", section 4.
 */

import type { Model } from './model.ts'

/**
 * Models of standardized values as one model. Dimension, lengthscales, noise and signal are those of the first one.
 * Models of weight 0 cost nothing.
 *
 * @param models   of the same parameters
 * @param weights  one for each; they sum to 1
 */
export function ensembleModel(models: readonly Model[], weights: Float64Array): Model {
  const { d, lengthscales, noise, signal } = models[0]!
  const parts = models.flatMap((model, i) => (weights[i]! > 0 ? [{ model, weight: weights[i]! }] : []))
  const predict: Model['predict'] = (points, m) => {
    const means = new Float64Array(m)
    const variances = new Float64Array(m)
    for (const { model, weight } of parts) {
      const part = model.predict(points, m)
      for (let c = 0; c < m; c++) {
        means[c] = means[c]! + weight * part.means[c]!
        variances[c] = variances[c]! + weight * weight * part.variances[c]!
      }
    }
    return { means, variances }
  }
  const drawn: Model['drawn'] = (anchors, m, random) =>
    ensembleModel(
      parts.map(({ model }) => model.drawn(anchors, m, random)),
      Float64Array.from(parts, ({ weight }) => weight),
    )
  const slope = slopeOf(parts, d)
  const n = parts.reduce((sum, { model }) => sum + model.n, 0)
  return { d, n, lengthscales, noise, signal, predict, drawn, ...(slope && { slope }) }
}

/** How a model is stacked on another one: μ = ρ·(mean of the base) + shift + scale·(mean of the residuals). */
export interface Stack {
  readonly rho: number
  readonly shift: number
  readonly scale: number
}

/**
 * A model of what a base does not explain, on top of that base, whose mean counts as known. The variance is that of the
 * residuals.
 *
 * Source: Golovin et al. 2017, "Google Vizier: a service for black-box optimization", section 3.3.
 */
export function stackedModel(base: Model, residual: Model, { rho, shift, scale }: Stack): Model {
  const { d } = residual
  const predict: Model['predict'] = (points, m) => {
    const { means } = base.predict(points, m)
    const rest = residual.predict(points, m)
    return {
      means: means.map((mean, c) => rho * mean + shift + scale * rest.means[c]!),
      variances: rest.variances.map((variance) => scale * scale * variance),
    }
  }
  const drawn: Model['drawn'] = (anchors, m, random) =>
    stackedModel(base, residual.drawn(anchors, m, random), { rho, shift, scale })
  const { slope: ofBase } = base
  const { slope: ofRest } = residual
  const sum = { mean: 0, variance: 0, meanGradient: new Float64Array(d), varianceGradient: new Float64Array(d) }
  const slope: Model['slope'] = (x) => {
    const below = ofBase!(x)
    const rest = ofRest!(x)
    sum.mean = rho * below.mean + shift + scale * rest.mean
    sum.variance = scale * scale * rest.variance
    for (let k = 0; k < d; k++) {
      sum.meanGradient[k] = rho * below.meanGradient[k]! + scale * rest.meanGradient[k]!
      sum.varianceGradient[k] = scale * scale * rest.varianceGradient[k]!
    }
    return sum
  }
  const hasSlope = ofBase !== undefined && ofRest !== undefined
  const { lengthscales, noise, signal } = residual
  return { d, n: base.n + residual.n, lengthscales, noise, signal, predict, drawn, ...(hasSlope && { slope }) }
}

/** The prediction at a point with its gradients, which are weighted as the prediction is; undefined without slopes. */
function slopeOf(
  parts: readonly { readonly model: Model; readonly weight: number }[],
  d: number,
): Model['slope'] | undefined {
  const slopes = parts.flatMap(({ model, weight }) => (model.slope ? [{ slope: model.slope, weight }] : []))
  if (slopes.length < parts.length) return undefined
  const sum = { mean: 0, variance: 0, meanGradient: new Float64Array(d), varianceGradient: new Float64Array(d) }
  return (x) => {
    sum.mean = 0
    sum.variance = 0
    sum.meanGradient.fill(0)
    sum.varianceGradient.fill(0)
    for (const { slope, weight } of slopes) {
      const part = slope(x)
      sum.mean += weight * part.mean
      sum.variance += weight * weight * part.variance
      for (let k = 0; k < d; k++) {
        sum.meanGradient[k] = sum.meanGradient[k]! + weight * part.meanGradient[k]!
        sum.varianceGradient[k] = sum.varianceGradient[k]! + weight * weight * part.varianceGradient[k]!
      }
    }
    return sum
  }
}

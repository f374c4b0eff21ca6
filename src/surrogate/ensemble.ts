/**
 * A weighted ensemble of models, as one model: it predicts the weighted sum of their means.
 *
 *   w   weights, which sum to 1
 *   μ = Σ w μᵢ,  σ² = Σ w² σᵢ²
 *
 * Source: Feurer, Letham & Bakshy 2018, "Scalable meta-learning for Bayesian optimization using ranking-weighted Gaussian
 * process ensembles", section 4.
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

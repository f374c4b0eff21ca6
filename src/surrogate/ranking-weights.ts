/**
 * How much each of several models counts, by how well it ranks the values that were measured.
 *
 *   y   n   values
 *   f   n   what a model predicts of them
 *   c   n   how often a draw with replacement has each of them
 *
 * A pair is misranked if the model has it in the other order. A model's weight is the share of the draws in which it
 * misranks the fewest pairs. Only ranks matter, so the models may be of values on other scales.
 *
 * Source: Feurer, Letham & Bakshy 2018, "Scalable meta-learning for Bayesian optimization using ranking-weighted
 * Gaussian process ensembles", sections 4.1 and 4.2; values are drawn as in its later version (2022).
 */

import type { Random } from '../numerics/random.ts'

/** Draws: a weight is known to about 0.05. */
const DRAWS = 100

/**
 * A model is left out if its median loss exceeds this quantile of the losses of the first one. Without this, many
 * useless models would each win by chance now and then, and together outweigh the first (their section 4.2).
 */
const GUARD_QUANTILE = 0.95

/**
 * The weights of models; they sum to 1. If the first model is among the best of a draw, the draw is its own.
 *
 * @param predictions  for each model n predictions; those of the first by leaving each value out
 * @param values       n, at least 2
 */
export function rankingWeights(
  predictions: readonly Float64Array[],
  values: Float64Array,
  random: Random,
): Float64Array {
  const n = values.length
  const counts = new Float64Array(n)
  const losses = predictions.map(() => new Float64Array(DRAWS))
  const misranked = predictions.map((predicted) => misrankedPairs(predicted, values))
  for (let s = 0; s < DRAWS; s++) {
    counts.fill(0)
    for (let i = 0; i < n; i++) {
      const drawn = Math.min(Math.floor(random.next() * n), n - 1)
      counts[drawn] = counts[drawn]! + 1
    }
    for (const [i, pairs] of misranked.entries()) losses[i]![s] = lossIn(pairs, counts, n)
  }
  const limit = quantileOf(losses[0]!, GUARD_QUANTILE)
  const isKept = losses.map((loss, i) => i === 0 || quantileOf(loss, 0.5) <= limit)
  const weights = new Float64Array(predictions.length)
  for (let s = 0; s < DRAWS; s++) {
    const least = losses.reduce((low, loss, i) => (isKept[i] ? Math.min(low, loss[s]!) : low), Infinity)
    const winners = losses.flatMap((loss, i) => (isKept[i] && loss[s] === least ? [i] : []))
    const owners = winners[0] === 0 ? [0] : winners
    for (const i of owners) weights[i] = weights[i]! + 1 / owners.length
  }
  return weights.map((won) => won / DRAWS)
}

/** n × n, above the diagonal: 1 where a model has a pair in the wrong order. Equal values say nothing. */
function misrankedPairs(predicted: Float64Array, values: Float64Array): Uint8Array {
  const n = values.length
  const pairs = new Uint8Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      if (values[i] === values[j]) continue
      if (predicted[i]! < predicted[j]! !== values[i]! < values[j]!) pairs[i * n + j] = 1
    }
  }
  return pairs
}

/** How many pairs of a draw are misranked. */
function lossIn(pairs: Uint8Array, counts: Float64Array, n: number): number {
  let loss = 0
  for (let i = 0; i < n; i++) {
    if (counts[i] === 0) continue
    let row = 0
    for (let j = i + 1; j < n; j++) row += pairs[i * n + j]! * counts[j]!
    loss += counts[i]! * row
  }
  return loss
}

function quantileOf(values: Float64Array, share: number): number {
  const sorted = values.toSorted()
  return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)]!
}

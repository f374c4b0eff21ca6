/** Two methods of gradient descent. */

/** One step: overwrites the weights `w`, given the gradient `g` of the loss there. */
export type Step = (w: Float64Array, g: Float64Array) => void

const MOMENTUM = 0.9

/** Stochastic gradient descent with momentum: v ← 0.9 v − lr g, w ← w + v. */
export function sgd(size: number, lr: number): Step {
  const velocity = new Float64Array(size)
  return (w, g) => {
    for (let k = 0; k < size; k++) {
      velocity[k] = MOMENTUM * velocity[k]! - lr * g[k]!
      w[k]! += velocity[k]!
    }
  }
}

/** Adam with the constants of its authors (Kingma and Ba 2015, algorithm 1). */
export function adam(size: number, lr: number): Step {
  const mean = new Float64Array(size)
  const square = new Float64Array(size)
  let t = 0
  return (w, g) => {
    t++
    const rate = (lr * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t)
    for (let k = 0; k < size; k++) {
      mean[k] = 0.9 * mean[k]! + 0.1 * g[k]!
      square[k] = 0.999 * square[k]! + 0.001 * g[k]! * g[k]!
      w[k]! -= (rate * mean[k]!) / (Math.sqrt(square[k]!) + 1e-8)
    }
  }
}

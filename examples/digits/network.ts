/**
 * A neural network with one hidden layer, and the gradient by which it learns.
 *
 * | symbol | meaning | shape |
 * | --- | --- | --- |
 * | x | an input | inputs |
 * | h | the hidden units of x: activation(W₁ x + b₁) | hidden |
 * | p | the probability of each class: softmax(W₂ h + b₂) | classes |
 * | w | all weights: W₁, b₁, W₂, b₂ one after the other, row-major | (inputs + 1) hidden + (hidden + 1) classes |
 * | g | the gradient of the loss with respect to w | as w |
 *
 * The loss is the mean cross entropy −log p[label] over a batch, plus ½ l2 ‖W₁, W₂‖².
 */

export interface Layers {
  readonly inputs: number
  readonly hidden: number
  readonly classes: number
}

export type Activation = 'relu' | 'tanh'

export interface Network extends Layers {
  readonly activation: Activation
  readonly w: Float64Array
  readonly h: Float64Array
  readonly p: Float64Array
}

export interface Example {
  readonly pixels: Float64Array
  readonly label: number
}

/**
 * A network with random weights, uniform in ±√(6 / (in + out)) for each layer (Glorot and Bengio 2010, equation 16).
 */
export function createNetwork(layers: Layers, activation: Activation, random: () => number): Network {
  const { inputs, hidden, classes } = layers
  const { b1, w2, b2, size } = offsets(layers)
  const w = new Float64Array(size)
  const width1 = Math.sqrt(6 / (inputs + hidden))
  const width2 = Math.sqrt(6 / (hidden + classes))
  for (let k = 0; k < b1; k++) w[k] = width1 * (2 * random() - 1)
  for (let k = w2; k < b2; k++) w[k] = width2 * (2 * random() - 1)
  return { ...layers, activation, w, h: new Float64Array(hidden), p: new Float64Array(classes) }
}

/** The class to which the network assigns x. */
export function classOf(network: Network, x: Float64Array): number {
  hiddenInPlace(network, x)
  probabilitiesInPlace(network)
  let best = 0
  for (let c = 1; c < network.classes; c++) if (network.p[c]! > network.p[best]!) best = c
  return best
}

/**
 * Writes the gradient over a batch into g. Each hidden unit is left out with probability `dropout`, and the others are
 * scaled up so that their sum stays the same on average.
 */
export function gradientInto(
  network: Network,
  batch: readonly Example[],
  options: { readonly l2: number; readonly dropout: number },
  random: () => number,
  g: Float64Array,
): void {
  const { inputs, hidden, classes, activation, w, h, p } = network
  const { b1, w2, b2 } = offsets(network)
  const { l2, dropout } = options
  const share = 1 / batch.length
  g.fill(0)
  for (const { pixels: x, label } of batch) {
    hiddenInPlace(network, x)
    if (dropout > 0) for (let j = 0; j < hidden; j++) h[j] = random() < dropout ? 0 : h[j]! / (1 - dropout)
    probabilitiesInPlace(network)
    p[label]! -= 1 // now ∂loss / ∂(W₂ h + b₂)
    for (let c = 0; c < classes; c++) {
      const slope = share * p[c]!
      g[b2 + c]! += slope
      for (let j = 0; j < hidden; j++) g[w2 + c * hidden + j]! += slope * h[j]!
    }
    for (let j = 0; j < hidden; j++) {
      if (h[j] === 0) continue // left out, or relu at 0: the gradient is 0
      let slope = 0
      for (let c = 0; c < classes; c++) slope += p[c]! * w[w2 + c * hidden + j]!
      const undropped = h[j]! * (1 - dropout)
      slope *= (share * (activation === 'relu' ? 1 : 1 - undropped * undropped)) / (1 - dropout)
      g[b1 + j]! += slope
      for (let i = 0; i < inputs; i++) g[j * inputs + i]! += slope * x[i]!
    }
  }
  for (let k = 0; k < b1; k++) g[k]! += l2 * w[k]!
  for (let k = w2; k < b2; k++) g[k]! += l2 * w[k]!
}

function offsets({ inputs, hidden, classes }: Layers): { b1: number; w2: number; b2: number; size: number } {
  const b1 = inputs * hidden
  const w2 = b1 + hidden
  const b2 = w2 + hidden * classes
  return { b1, w2, b2, size: b2 + classes }
}

function hiddenInPlace(network: Network, x: Float64Array): void {
  const { inputs, hidden, activation, w, h } = network
  const { b1 } = offsets(network)
  for (let j = 0; j < hidden; j++) {
    let sum = w[b1 + j]!
    for (let i = 0; i < inputs; i++) sum += w[j * inputs + i]! * x[i]!
    h[j] = activation === 'tanh' ? Math.tanh(sum) : Math.max(0, sum)
  }
}

function probabilitiesInPlace(network: Network): void {
  const { hidden, classes, w, h, p } = network
  const { w2, b2 } = offsets(network)
  let largest = -Infinity
  for (let c = 0; c < classes; c++) {
    let sum = w[b2 + c]!
    for (let j = 0; j < hidden; j++) sum += w[w2 + c * hidden + j]! * h[j]!
    p[c] = sum
    largest = Math.max(largest, sum)
  }
  let total = 0
  for (let c = 0; c < classes; c++) total += p[c] = Math.exp(p[c]! - largest)
  for (let c = 0; c < classes; c++) p[c]! /= total
}

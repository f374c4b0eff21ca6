/** The network of the digits example: its gradient is right, and it learns. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { classOf, createNetwork, gradientInto } from '../../examples/digits/network.ts'
import type { Activation, Example, Network } from '../../examples/digits/network.ts'
import { randomFrom } from '../../examples/digits/random.ts'
import { scratch } from '../support/scratch.ts'

const program = fileURLToPath(new URL('../../dist/examples/digits/train.js', import.meta.url))

test('the data is the test set of UCI: 1,797 digits, with the documented number of each', () => {
  const text = readFileSync(new URL('../../examples/digits/digits.txt', import.meta.url), 'utf8')
  const lines = text.trimEnd().split('\n')
  expect(lines.filter((line) => !/^[0-9a-g]{64} [0-9]$/.test(line))).toEqual([])
  const counts = Array<number>(10).fill(0)
  for (const line of lines) counts[Number(line.at(-1))]!++
  expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]) // optdigits.names, section 9
})

for (const activation of ['relu', 'tanh'] as const) {
  test(`the gradient with ${activation} agrees with differences of the loss`, () => {
    const { network, batch } = smallProblem(activation)
    const l2 = 0.1
    const g = new Float64Array(network.w.length)
    gradientInto(network, batch, { l2, dropout: 0 }, () => 0.5, g)
    const step = 1e-6
    for (let k = 0; k < network.w.length; k++) {
      const difference = lossAt(k, step) - lossAt(k, -step)
      expect(g[k]!, `weight ${k}`).toBeCloseTo(difference / (2 * step), 7)
    }

    function lossAt(k: number, shift: number): number {
      const w = network.w.slice()
      w[k]! += shift
      return loss({ ...network, w }, batch, l2)
    }
  })
}

for (const activation of ['relu', 'tanh'] as const) {
  test(`the gradient with ${activation} and dropout is the gradient of the network without the dropped units`, () => {
    const {
      network,
      batch: [example],
    } = smallProblem(activation)
    const draws = [0.1, 0.9, 0.5, 0.2]
    const kept = draws.map((draw) => (draw < 0.3 ? 0 : 1 / 0.7))
    const g = new Float64Array(network.w.length)
    gradientInto(network, [example!], { l2: 0, dropout: 0.3 }, () => draws.shift()!, g)

    const w = network.w.map((weight, k) => (isAbove(k) ? weight * kept[k % 4]! : weight))
    const thinned = new Float64Array(w.length)
    gradientInto({ ...network, w }, [example!], { l2: 0, dropout: 0 }, () => 0.5, thinned)
    for (let k = 0; k < g.length; k++)
      expect(g[k]!, `weight ${k}`).toBeCloseTo(isAbove(k) ? thinned[k]! * kept[k % 4]! : thinned[k]!, 12)
  })
}

test('the seed determines a training completely, and a training learns', () => {
  const errorOf = (seed: string, ...words: string[]): number => {
    const env = { ...process.env, ANTHILL_SEED: seed }
    const options = ['--dropout', '0.2', '--epochs', '3', ...words]
    const stdout = execFileSync(process.execPath, [program, ...options], { cwd: scratch(), env, encoding: 'utf8' })
    return (JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as { error: number }).error
  }
  const errors = ['1', '2', '3'].map((seed) => errorOf(seed))
  expect(errors.map((_, k) => errorOf(String(k + 1)))).toEqual(errors)
  expect(new Set(errors).size).toBeGreaterThan(1)
  for (const error of errors) expect(error).toBeLessThan(0.4) // guessing gives 0.9
  expect(errorOf('1', '--optimizer', 'sgd', '--lr', '0.1', '--activation', 'tanh')).toBeLessThan(0.4)
})

test('a wrong option is named', () => {
  const trained = (...words: string[]): string =>
    execFileSync(process.execPath, [program, ...words], { cwd: scratch(), encoding: 'utf8', stdio: 'pipe' })
  expect(() => trained('--optimizer', 'newton')).toThrow("--optimizer: must be one of adam, sgd, got 'newton'")
  expect(() => trained('--lr', 'fast')).toThrow("--lr: must be a number, got 'fast'")
})

/** Whether weight k of the small problem connects a hidden unit, `k % 4`, with a class. */
function isAbove(k: number): boolean {
  return k >= 24 && k < 36
}

function smallProblem(activation: Activation): { network: Network; batch: Example[] } {
  const random = randomFrom(3)
  const network = createNetwork({ inputs: 5, hidden: 4, classes: 3 }, activation, random)
  // The thresholds begin at 0. This moves them too.
  for (let k = 0; k < network.w.length; k++) network.w[k]! += 0.1 * (random() - 0.5)
  const batch = Array.from({ length: 6 }, (_, k) => ({
    pixels: Float64Array.from({ length: 5 }, random),
    label: k % 3,
  }))
  return { network, batch }
}

/** The loss of network.ts, implemented a second time in the plainest way. */
function loss(network: Network, batch: readonly Example[], l2: number): number {
  const { inputs, hidden, classes, w } = network
  const thresholds = new Set<number>()
  for (let j = 0; j < hidden; j++) thresholds.add(inputs * hidden + j)
  for (let c = 0; c < classes; c++) thresholds.add(w.length - classes + c)
  const squares = w.reduce((sum, weight, k) => (thresholds.has(k) ? sum : sum + weight * weight), 0)
  const entropies = batch.map(({ pixels, label }) => {
    classOf(network, pixels)
    return -Math.log(network.p[label]!)
  })
  return entropies.reduce((sum, entropy) => sum + entropy, 0) / batch.length + (l2 / 2) * squares
}

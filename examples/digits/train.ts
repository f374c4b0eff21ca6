/**
 * A program to tune: a neural network learns to read handwritten digits. It prints the share that it misreads among the
 * digits of writers that it has not seen. Like any program it takes options and leaves files where it runs; it knows
 * nothing about anthill but the seed in ANTHILL_SEED.
 *
 *     npm start                                        # tuned: many trials, two at a time
 *     cat runs/digits/best_instance/misread.txt        # what the best network misread
 *     cd /tmp && node "$OLDPWD"/dist/examples/digits/train.js --lr 0.003 --hidden 48      # once, by hand
 */

import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { adam, sgd } from './descent.ts'
import { drawn, readDigits } from './digits.ts'
import { classOf, createNetwork, gradientInto } from './network.ts'
import { randomFrom, shuffleInPlace } from './random.ts'

const { values } = parseArgs({
  options: {
    optimizer: { type: 'string', default: 'adam' },
    lr: { type: 'string', default: '0.001' },
    batch: { type: 'string', default: '32' },
    hidden: { type: 'string', default: '32' },
    activation: { type: 'string', default: 'relu' },
    dropout: { type: 'string', default: '0' },
    l2: { type: 'string', default: '0.0001' },
    epochs: { type: 'string', default: '40' },
  },
})

const random = randomFrom(Number(process.env['ANTHILL_SEED'] ?? 1))
const digits = readDigits()
const training = digits.slice(0, 1200)
const validation = digits.slice(1200) // later in the file, hence by other writers

const network = createNetwork(
  { inputs: 64, hidden: number('hidden'), classes: 10 },
  oneOf(['relu', 'tanh'], 'activation'),
  random,
)
const descent = oneOf(['adam', 'sgd'], 'optimizer') === 'adam' ? adam : sgd
const step = descent(network.w.length, number('lr'))
const gradient = new Float64Array(network.w.length)
const [batch, l2, dropout] = [number('batch'), number('l2'), number('dropout')]

let misread = validation
for (let epoch = 1; epoch <= number('epochs'); epoch++) {
  shuffleInPlace(training, random)
  for (let first = 0; first < training.length; first += batch) {
    gradientInto(network, training.slice(first, first + batch), { l2, dropout }, random, gradient)
    step(network.w, gradient)
  }
  misread = validation.filter(({ pixels, label }) => classOf(network, pixels) !== label)
  console.log(`epoch ${epoch}: ${misread.length} of ${validation.length} misread`)
}

writeFileSync(
  'misread.txt',
  misread.map((digit) => `a ${digit.label}, read as ${classOf(network, digit.pixels)}:\n${drawn(digit)}\n`).join('\n'),
)
console.log(JSON.stringify({ error: misread.length / validation.length }))

function number(name: keyof typeof values): number {
  const value = Number(values[name])
  if (!Number.isFinite(value)) throw new RangeError(`--${name}: must be a number, got '${values[name]}'`)
  return value
}

function oneOf<const W extends string>(words: readonly W[], name: keyof typeof values): W {
  const word = words.find((other) => other === values[name])
  if (word === undefined) throw new RangeError(`--${name}: must be one of ${words.join(', ')}, got '${values[name]}'`)
  return word
}

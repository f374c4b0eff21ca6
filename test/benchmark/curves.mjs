/**
 * Epochs until the target on surfaces of learning curves whose ranks cross, with each pruner and without one. It uses
 * the build in dist/.
 *
 *   node test/benchmark/curves.mjs [--seeds 10] [--first-seed 0] [--families fast,deep,late] [--only none,median]
 *   node test/benchmark/curves.mjs --serve     answers curves.py, which runs Optuna on the same curves
 *
 * A trial has 81 epochs, and its value is the loss after the last one. The target is what one in 1,000 random configs
 * reaches. Only a trial that ran to its end counts. The epochs of all trials are added up until one reaches the target,
 * at most those of 60 whole trials. Prints medians over the seeds, and in how many runs the target was reached.
 */

import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { randomStream } from '../../dist/numerics/random.js'
import { prunerNamed } from '../../dist/pruner/choose.js'
import { prunerFromWords } from '../../dist/pruner/pruner-words.js'
import { samplerNamed } from '../../dist/sampler/choose.js'
import { choice, float, int } from '../../dist/space/parameter.js'
import { parseSpace } from '../../dist/space/validate.js'

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    'first-seed': { type: 'string', default: '0' },
    families: { type: 'string', default: 'fast,deep,late' },
    only: { type: 'string', default: '' },
    serve: { type: 'boolean', default: false },
  },
})
const EPOCHS = 81
const MOST_EPOCHS = 60 * EPOCHS
const MOST_TRIALS = 300
const SAMPLES = 4000
const SHARE = 1 / 1000

const SPACE = parseSpace({
  rate: float(1e-4, 1, { log: true }),
  decay: float(1e-6, 1e-1, { log: true }),
  width: int(8, 512, { log: true }),
  kind: choice(['a', 'b', 'c']),
  drop: float(0, 0.8),
  mix: float(0, 1),
})

/** Coordinates of a config in the unit cube; `kind` is 0, 1 or 2. */
const unit = ({ rate, decay, width, kind, drop, mix }) => ({
  r: (Math.log10(rate) + 4) / 4,
  d: (Math.log10(decay) + 6) / 5,
  w: Math.log2(width / 8) / 6,
  k: 'abc'.indexOf(kind),
  p: drop / 0.8,
  m: mix,
})

/** What the seed of a family draws: where its best config lies. */
function placeOf(family, seed) {
  const random = randomStream('curves', family, seed)
  const at = () => 0.25 + 0.5 * random.next()
  return { r: at(), d: at(), w: at(), k: Math.floor(3 * random.next()), p: at(), m: at() }
}

/**
 * The loss that a config has in the end, by how far it is from the best one: a narrow, bent valley with ripples, and
 * little difference between configs that are far from it.
 */
function endOf({ r, d, w, k, p, m }, best) {
  const [a, b, c, e, f] = [r - best.r, d - best.d, w - best.w, p - best.p, m - best.m]
  const far = 6 * (a + 0.6 * c + b * e) ** 2 + 2 * b ** 2 + 1.5 * c ** 2 + 2 * (e - f * f) ** 2 + 1.5 * f ** 2
  const ripples = 0.04 * (3 - Math.cos(12 * a) - Math.cos(14 * f) - Math.cos(10 * e))
  return 0.1 + 0.9 * (1 - Math.exp(-far)) + ripples + (k === best.k ? 0 : 0.08)
}

/**
 * The families, as the loss without noise after a share t of the epochs.
 *
 * - fast: a power law. A large rate falls fast and ends high, so that good configs look bad at first.
 * - deep: an exponential, and overfitting: a wide config with little decay rises again.
 * - late: a plateau until the rate is lowered at half of the epochs; how high it is says little about the end.
 */
const FAMILIES = {
  fast: (u, best, t) => endOf(u, best) + (1 + 0.4 * u.w) * (1 + EPOCHS * t * 4 ** (4 * u.r - 2)) ** -0.7,
  deep: (u, best, t) =>
    endOf(u, best) + 1.2 * Math.exp(-(2 + 12 * u.r) * t) + 0.5 * Math.max(0, u.w - u.d) * Math.max(0, t - 0.4) ** 2,
  late: (u, best, t) => {
    const plateau = 0.25 + 0.5 * u.r + 0.2 * Math.exp(-6 * t)
    const drop = t <= 0.5 ? 1 : Math.exp(-14 * (t - 0.5))
    return endOf(u, best) + plateau * drop + 0.6 * Math.exp(-20 * t)
  },
}

/** The losses of a config after each epoch. The noise of a config is the same each time. */
function curveOf(family, seed, config) {
  const u = unit(config)
  const best = placeOf(family, seed)
  const noise = randomStream('noise', family, seed, JSON.stringify(config))
  return Array.from({ length: EPOCHS }, (_, k) => {
    const bump = noise.next() + noise.next() + noise.next() - 1.5
    return FAMILIES[family](u, best, (k + 1) / EPOCHS) + 0.01 * bump
  })
}

/** What one in 1,000 random configs reaches in the end. */
function targetOf(family, seed) {
  const random = samplerNamed('random')
  const ends = Array.from({ length: SAMPLES }, (_, number) => {
    const { config } = random.suggest(questionOf([], 7, number, undefined))
    return curveOf(family, seed, config).at(-1)
  })
  return ends.sort((a, b) => a - b)[Math.floor(SHARE * SAMPLES)]
}

function questionOf(trials, seed, number, basis) {
  const tried = new Set(trials.map(({ config }) => JSON.stringify(config)))
  return {
    space: SPACE,
    trials,
    pending: [],
    objectives: { loss: 'minimize' },
    seed,
    number,
    draw: 0,
    basis,
    isTried: (config) => tried.has(JSON.stringify(config)),
  }
}

/** Epochs until the target with one pruner; the limit if it is not reached. */
function epochsOf(family, seed, sampler, pruner) {
  const target = targetOf(family, seed)
  const trials = []
  let [epochs, basis] = [0, undefined]
  while (epochs < MOST_EPOCHS && trials.length < MOST_TRIALS) {
    const number = trials.length
    const suggestion = sampler.suggest(questionOf(trials, seed, number, basis))
    basis = suggestion.basis ?? basis
    const { config } = suggestion
    const losses = curveOf(family, seed, config)
    const curve = []
    let verdict
    while (verdict === undefined && curve.length < EPOCHS) {
      curve.push([curve.length + 1, losses[curve.length]])
      epochs++
      if (curve.length < EPOCHS) verdict = pruner.stops({ curve, others: trials, direction: 'minimize', number })
    }
    const value = curve.at(-1)[1]
    const state = verdict === undefined ? 'complete' : 'pruned'
    const outcome = { state, value, values: { loss: value }, curve, detail: verdict?.because ?? null }
    const predicted = verdict?.predicted
    trials.push({
      ...{ id: String(number), number, config, outputs: {}, attempt: 1, worker: 'w', started: null, ended: null },
      ...{ reason: null, ...outcome, ...(predicted === undefined ? {} : { predicted }) },
    })
    if (state === 'complete' && value <= target) return epochs
  }
  return MOST_EPOCHS
}

const RUNS = {
  none: ['none', {}],
  median: ['median', {}],
  halving: ['halving', {}],
  hyperband: ['hyperband max=81', {}],
  families: ['curve', {}],
  'families, predicted': ['curve', { pruned: 'predicted' }],
  linear: ['curve model=linear', {}],
  'linear, predicted': ['curve model=linear', { pruned: 'predicted' }],
}

const median = (list) => {
  const [sorted, half] = [[...list].sort((a, b) => a - b), list.length >> 1]
  return list.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

/** Answers lines of JSON: a curve, or what curves.py must know of a run. */
async function serve() {
  for await (const line of createInterface({ input: process.stdin })) {
    const { family, seed, config } = JSON.parse(line)
    const answer =
      config === undefined
        ? { target: targetOf(family, seed), epochs: EPOCHS, most: MOST_EPOCHS, trials: MOST_TRIALS }
        : curveOf(family, seed, config)
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
}

function main() {
  const families = flags.families.split(',')
  const seeds = Array.from({ length: Number(flags.seeds) }, (_, i) => i + Number(flags['first-seed']))
  for (const [name, [words, options]] of Object.entries(RUNS)) {
    if (flags.only !== '' && !flags.only.split(';').includes(name)) continue
    const cells = families.map((family) => {
      const all = seeds.map((seed) => {
        const { name: kind, options: given } = prunerFromWords(words)
        return epochsOf(family, seed, samplerNamed('auto', options), prunerNamed(kind, given))
      })
      const reached = all.filter((epochs) => epochs < MOST_EPOCHS).length
      return `${family} ${String(median(all)).padStart(6)} (${reached}/${all.length})`
    })
    console.log(`${name.padEnd(22)} ${cells.join('   ')}`)
  }
}

if (flags.serve) await serve()
else main()

/**
 * How much a belief about the optimum saves or costs; prints medians over seeds. It uses the build in dist/.
 *
 *   node test/benchmark/beliefs.mjs [--seeds 10] [--first-seed 0] [--problems a,b] [--kinds right,fair,vague,wrong]
 *     [--trials 60] [--options '{…}']
 *
 * The target of a problem is the median of the best values that `--trials` trials reach without a belief. Each row says
 * after how many trials the median of the runs with a belief has reached it, and the share of `--trials` that this is.
 * A run goes on for one and a half times as many.
 *
 *   right   each number has a normal prior around its optimum, with a deviation of a tenth of its range
 *   fair    the same, with a mean that is drawn so that the optimum is like a draw from the prior
 *   vague   the same, with its mean one deviation off
 *   wrong   the same, with its mean in the corner that is farthest away
 *
 * The tables are smooth surrogates of tuning a program: logarithmic, linear and whole numbers, and choices.
 */

import { parseArgs } from 'node:util'
import { normalDraw } from '../../dist/numerics/draws.js'
import { randomStream } from '../../dist/numerics/random.js'
import { Optimizer } from '../../dist/optimizer.js'
import { bayesian } from '../../dist/sampler/bayesian.js'
import { choice, float, int } from '../../dist/space/parameter.js'
import { PROBLEMS } from './problems.mjs'

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    'first-seed': { type: 'string', default: '0' },
    problems: { type: 'string' },
    kinds: { type: 'string', default: 'right,fair,vague,wrong' },
    trials: { type: 'string', default: '60' },
    options: { type: 'string', default: '{}' },
  },
})

/** A deviation is this share of a range. */
const SHARE = 0.1

const { abs, exp, log10, max } = Math
const softly = (x) => Math.log1p(exp(x))

const TABLES = {
  hartmann6: {
    space: PROBLEMS.hartmann6.space,
    optimum: { x0: 0.20169, x1: 0.150011, x2: 0.476874, x3: 0.275332, x4: 0.311652, x5: 0.6573 },
    f: PROBLEMS.hartmann6.make(),
  },
  // A network: a learning rate that must fit the batch and the width, with overfitting and divergence.
  network: {
    space: {
      lr: float(1e-5, 1, { log: true }),
      batch: int(8, 1024, { log: true }),
      width: int(16, 1024, { log: true }),
      layers: int(1, 8),
      dropout: float(0, 0.8),
      decay: float(1e-7, 1e-1, { log: true }),
    },
    optimum: { lr: 3e-3, batch: 64, width: 256, layers: 3, dropout: 0.25, decay: 1e-4 },
    f: ({ lr, batch, width, layers, dropout, decay }) => {
      const rate = log10(lr / 3e-3) - 0.5 * log10(batch / 64) + 0.4 * log10(width / 256) + 0.08 * (layers - 3)
      const size = log10(width / 256) + 0.15 * (layers - 3)
      const held = dropout - 0.25 - 0.12 * size + 0.05 * log10(decay / 1e-4)
      return (
        0.06 +
        0.05 * rate ** 2 +
        (0.2 * softly(8 * (rate - 1.2))) / 8 +
        0.03 * size ** 2 +
        0.02 * (layers - 3) ** 2 * 0.2 +
        0.25 * held ** 2 +
        0.004 * log10(decay / 1e-4) ** 2 +
        0.01 * log10(batch / 64) ** 2
      )
    },
  },
  // A support vector machine: a valley along C γ, and a choice of kernels.
  machine: {
    space: {
      C: float(1e-3, 1e4, { log: true }),
      gamma: float(1e-6, 10, { log: true }),
      shrink: float(0, 1),
      kernel: choice(['rbf', 'poly', 'linear']),
    },
    optimum: { C: 30, gamma: 2e-3, shrink: 0.4 },
    f: ({ C, gamma, shrink, kernel }) => {
      const [c, g] = [log10(C / 30), log10(gamma / 2e-3)]
      const off = { rbf: 0, poly: 0.02, linear: 0.05 }[kernel]
      const narrow = kernel === 'linear' ? 0.3 * c ** 2 : 0.12 * (c + g) ** 2 + 0.02 * (c - 0.5 * g) ** 2
      return 0.08 + off + 0.25 * (1 - exp(-narrow)) + 0.03 * (shrink - 0.4) ** 2
    },
  },
  // Boosted trees: many weak interactions, a rate against a number of rounds, and two ways to hold back.
  trees: {
    space: {
      rate: float(1e-3, 1, { log: true }),
      rounds: int(20, 2000, { log: true }),
      depth: int(1, 14),
      rows: float(0.2, 1),
      columns: float(0.2, 1),
      lambda: float(1e-3, 1e3, { log: true }),
    },
    optimum: { rate: 0.05, rounds: 400, depth: 6, rows: 0.7, columns: 0.6, lambda: 1 },
    f: ({ rate, rounds, depth, rows, columns, lambda }) => {
      const work = log10((rate * rounds) / 20)
      const deep = (depth - 6) / 4 - 0.3 * log10(lambda)
      return (
        0.12 +
        0.06 * max(-work, 0) ** 2 +
        0.02 * max(work, 0) ** 2 +
        0.01 * log10(rate / 0.05) ** 2 +
        0.02 * deep ** 2 +
        0.003 * log10(lambda) ** 2 +
        0.08 * (rows - 0.7 + 0.2 * deep) ** 2 +
        0.05 * (columns - 0.6) ** 2 +
        0.003 * abs(deep * log10(rate / 0.05))
      )
    },
  },
}

/** The share of a range at which a value lies, and back. */
const lineOf = ({ low, high, log }) => {
  const [to, from] = log ? [log10, (x) => 10 ** x] : [(x) => x, (x) => x]
  const [a, b] = [to(low), to(high)]
  return { width: b - a, at: (x) => (to(x) - a) / (b - a), of: (u) => from(a + u * (b - a)) }
}

const MEANS = {
  right: (u) => u,
  fair: (u, random) => Math.min(Math.max(u + SHARE * normalDraw(random), 0), 1),
  vague: (u) => (u < 0.5 ? u + SHARE : u - SHARE),
  wrong: (u) => (u < 0.5 ? 1 : 0),
}

/** A space with a normal prior for each number. */
function believing({ space, optimum }, kind, seed) {
  const random = randomStream('fair', seed)
  const entries = Object.entries(space).map(([name, parameter]) => {
    if (optimum[name] === undefined) return [name, parameter]
    const line = lineOf(parameter)
    const mean = line.of(MEANS[kind](line.at(optimum[name]), random))
    return [name, { ...parameter, prior: { kind: 'normal', mean, deviation: SHARE * line.width } }]
  })
  return Object.fromEntries(entries)
}

const median = (list) => {
  const sorted = [...list].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

/** The best values after each trial. */
function curve(space, f, seed, trials, budget, options) {
  const optimizer = new Optimizer(space, { seed, budget, sampler: bayesian(options) })
  const bests = []
  let best = Infinity
  while (bests.length < trials) {
    const asked = optimizer.ask()
    const value = f(asked.config)
    optimizer.tell(asked, value)
    bests.push((best = Math.min(best, value)))
  }
  return bests
}

const trials = Number(flags.trials)
const longest = Math.ceil(1.5 * trials)
const options = JSON.parse(flags.options)
const seeds = Array.from({ length: Number(flags.seeds) }, (_, i) => i + Number(flags['first-seed']))
for (const name of flags.problems?.split(',') ?? Object.keys(TABLES)) {
  const table = TABLES[name]
  const without = seeds.map((seed) => curve(table.space, table.f, seed, trials, trials, {}))
  const target = median(without.map((bests) => bests.at(-1)))
  console.log(`${name}: without a belief, ${trials} trials reach ${target.toPrecision(6)}`)
  for (const kind of flags.kinds.split(',')) {
    const runs = seeds.map((seed) => curve(believing(table, kind, seed), table.f, seed, longest, trials, options))
    const reached = runs.map((bests) => {
      const first = bests.findIndex((best) => best <= target)
      return first < 0 ? Infinity : first + 1
    })
    const middle = median(reached)
    const late = reached.filter((at) => at === Infinity).length
    console.log(
      `  ${kind.padEnd(6)} ${String(middle).padStart(5)} trials, ${(middle / trials).toFixed(2)} of them` +
        `   best run ${Math.min(...reached)}` +
        (late === 0 ? '' : `, ${late} of ${seeds.length} never within ${longest}`),
    )
  }
}

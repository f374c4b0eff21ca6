/**
 * Trials to a target with an earlier study, compared with a cold start of the same seed. It uses the build in dist/.
 *
 *   node test/benchmark/transfer.mjs [--seeds 20] [--first-seed 0] [--kinds related,unrelated] [--options '{…}']
 *     [--earlier 50] [--out FILE]
 *
 * The surfaces are taken by turns, by the seed, on the unit cube. A current problem sees its surface through an affine
 * map of each parameter and of the values, drawn from the seed, so that its optimum moves by a tenth of the range in
 * a random direction. The earlier study is one of `--earlier` trials, by the default sampler:
 *
 *   related    on the surface as it is
 *   unrelated  on a random sum of waves
 *
 * A run ends at the target or after `most` trials, and then counts as one more. Prints for each kind the median of the
 * trials, the runs that missed the target, and the ratio to the cold start: its median and its geometric mean.
 */

import { appendFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Optimizer } from '../../dist/optimizer.js'
import { normalDraw } from '../../dist/numerics/draws.js'
import { randomStream } from '../../dist/numerics/random.js'
import { bayesian } from '../../dist/sampler/bayesian.js'
import { float } from '../../dist/space/parameter.js'
import { HELD_OUT, PROBLEMS } from './problems.mjs'

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    'first-seed': { type: 'string', default: '0' },
    kinds: { type: 'string', default: 'related,unrelated' },
    options: { type: 'string', default: '{}' },
    earlier: { type: 'string', default: '50' },
    out: { type: 'string' },
  },
})

/** The regret that ends a run, and the most trials. */
const SURFACES = {
  branin: { regret: 0.01, most: 60 },
  hartmann3: { regret: 0.01, most: 60 },
  rosenbrock4: { regret: 2, most: 80 },
  hartmann6: { regret: 0.3, most: 80 },
}

const WAVES = 12

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]
const geometricMean = (list) => Math.exp(list.reduce((sum, value) => sum + Math.log(value), 0) / list.length)
const cube = (d) => Object.fromEntries(Array.from({ length: d }, (_, k) => [`x${k}`, float(0, 1)]))

/** A surface on the unit cube. */
function surfaceOf(name, seed) {
  const { space, make, optimum } = { ...PROBLEMS, ...HELD_OUT }[name]
  const f = make(randomStream('problem', name, seed).next)
  const sides = Object.entries(space)
  const at = (u) => f(Object.fromEntries(sides.map(([key, { low, high }], k) => [key, low + u[k] * (high - low)])))
  return { d: sides.length, optimum, at }
}

/** The same seen through an affine map: outside the surface, the nearest point of its border counts. */
function mapped({ d, optimum, at }, draws) {
  const scales = Array.from({ length: d }, () => 0.95 + 0.1 * draws.next())
  const direction = Array.from({ length: d }, () => normalDraw(draws))
  const length = Math.hypot(...direction)
  const shifts = direction.map((t) => (0.1 * t) / length)
  const [a, b] = [0.5 + 2 * draws.next(), 10 * draws.next()]
  const inside = (t) => Math.min(Math.max(t, 0), 1)
  return {
    d,
    optimum: a * optimum + b,
    unit: a,
    at: (u) => a * at(u.map((t, k) => inside(0.5 + scales[k] * (t - 0.5) + shifts[k]))) + b,
  }
}

/** A random sum of waves. */
function waves(d, draws) {
  const list = Array.from({ length: WAVES }, () => ({
    k: Array.from({ length: d }, () => 8 * (draws.next() - 0.5)),
    phase: 2 * Math.PI * draws.next(),
  }))
  return {
    d,
    at: (u) => list.reduce((sum, { k, phase }) => sum + Math.cos(phase + u.reduce((s, t, i) => s + k[i] * t, 0)), 0),
  }
}

/** Runs at most `most` trials. */
function run({ d, at, optimum, unit }, { seed, most, regret, earlier }) {
  const sampler = bayesian(JSON.parse(flags.options))
  const optimizer = new Optimizer(cube(d), { seed, sampler, ...(earlier && { earlier }) })
  for (let n = 1; n <= most; n++) {
    const trial = optimizer.ask()
    const value = at(Object.values(trial.config))
    optimizer.tell(trial, value)
    if (regret !== undefined && value - optimum <= regret * unit) return { trials: n, isMissed: false }
  }
  return { trials: most + 1, isMissed: true, records: optimizer.trials() }
}

const first = Number(flags['first-seed'])
console.log('| kind | trials, cold | trials, warm | missed, cold | missed, warm | ratio, median | ratio, mean |')
console.log('| --- | --- | --- | --- | --- | --- | --- |')
for (const kind of flags.kinds.split(',')) {
  const pairs = []
  for (let seed = first; seed < first + Number(flags.seeds); seed++) {
    const names = Object.keys(SURFACES)
    const name = names[seed % names.length]
    const surface = surfaceOf(name, seed)
    const problem = mapped(surface, randomStream('map', seed))
    const before = kind === 'related' ? surface : waves(surface.d, randomStream('waves', seed))
    const { records } = run(before, { seed: seed + 1000, most: Number(flags.earlier) })
    const cold = run(problem, { seed, ...SURFACES[name] })
    const warm = run(problem, { seed, ...SURFACES[name], earlier: [{ from: kind, trials: records }] })
    pairs.push({ cold, warm })
    const line = { kind, name, seed, cold: cold.trials, warm: warm.trials }
    if (flags.out) appendFileSync(flags.out, `${JSON.stringify(line)}\n`)
  }
  const ratios = pairs.map(({ cold, warm }) => warm.trials / cold.trials)
  const cells = [
    median(pairs.map(({ cold }) => cold.trials)),
    median(pairs.map(({ warm }) => warm.trials)),
    pairs.filter(({ cold }) => cold.isMissed).length,
    pairs.filter(({ warm }) => warm.isMissed).length,
    median(ratios).toFixed(2),
    geometricMean(ratios).toFixed(2),
  ]
  console.log(`| ${kind} | ${cells.join(' | ')} |`)
}

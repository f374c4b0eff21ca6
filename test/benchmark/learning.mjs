/**
 * How well the default sampler learns from failures, penalties and noise; prints medians over seeds. It uses the build
 * in dist/, or that of another version beside it.
 *
 *   node test/benchmark/learning.mjs [--dist other/dist] [--seeds 10] [--only chance,plateau,noise,square]
 *
 * Every objective is drawn by the seed, so that an optimizer gains nothing by preferring the middle. A run whose name
 * begins with "fail" or ends with "none" is what those below it are to be compared with.
 */

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const { values: flags } = parseArgs({
  options: {
    dist: { type: 'string', default: new URL('../../dist', import.meta.url).pathname },
    seeds: { type: 'string', default: '10' },
    'first-seed': { type: 'string', default: '0' },
    only: { type: 'string', default: 'chance,plateau,noise,square' },
  },
})
const load = (file) => import(pathToFileURL(resolve(flags.dist, file)).href)
const { Optimizer } = await load('optimizer.js')
const { float } = await load('space/parameter.js')
const { randomStream } = await load('numerics/random.js')

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]
const normal = (random) => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
const seeds = (count) => Array.from({ length: count }, (_, i) => i + Number(flags['first-seed']))
const isWanted = (part) => flags.only.split(',').includes(part)

const SQUARE = { x: float(0, 1), y: float(0, 1) }

/** Runs one study; `measure` gives a value, or null for a failure. */
function study(space, seed, budget, measure) {
  const optimizer = new Optimizer(space, { seed })
  const outcomes = []
  for (let i = 0; i < budget; i++) {
    const trial = optimizer.ask()
    const outcome = measure(trial.config, i)
    outcomes.push({ config: trial.config, outcome })
    if (outcome === null) optimizer.fail(trial, 'failed')
    else optimizer.tell(trial, outcome)
  }
  return { optimizer, outcomes }
}

/** The lowest outcome of a study. */
const lowest = ({ outcomes }) => Math.min(...outcomes.map(({ outcome }) => outcome ?? Infinity))

/** The lowest value of a sphere on the slanted edge x + 0.3 y = 0.5, where it is convex. */
function distanceToEdge(f) {
  const at = (y) => f({ x: 0.5 - 0.3 * y, y })
  let [low, high] = [0, 1]
  for (let i = 0; i < 100; i++) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3]
    if (at(a) < at(b)) high = b
    else low = a
  }
  return at(low)
}

/** A sphere whose optimum the seed draws from a box. */
function sphere(seed, [low, high]) {
  const random = randomStream('sphere', seed)
  const [a, b] = [low[0] + random.next() * (high[0] - low[0]), low[1] + random.next() * (high[1] - low[1])]
  return ({ x, y }) => (x - a) ** 2 + (y - b) ** 2
}

const INNER = [
  [0.2, 0.2],
  [0.8, 0.8],
]

function print(name, values, more = '') {
  const [middle, best, worst] = [median(values), Math.min(...values), Math.max(...values)].map((value) =>
    value.toPrecision(3).padStart(9),
  )
  console.log(`${name.padEnd(44)} median ${middle}  best ${best}  worst ${worst}  ${more}`)
}

const count = Number(flags.seeds)

if (isWanted('chance')) {
  const run = (budget, fails) =>
    seeds(count).map((seed) => {
      const f = sphere(seed, INNER)
      const random = randomStream('luck', seed)
      return lowest(study(SQUARE, seed, budget, (config, i) => (fails(i, random) ? null : f(config))))
    })
  print(
    'sphere, 30 trials, none',
    run(30, () => false),
  )
  print(
    'sphere, 30 trials, number 6 fails by chance',
    run(30, (i) => i === 6),
  )
  print(
    'sphere, 30 trials, number 2 fails by chance',
    run(30, (i) => i === 2),
  )
  print(
    'sphere, 30 trials, number 10 fails by chance',
    run(30, (i) => i === 10),
  )
  print(
    'sphere, 50 trials, a fifth fails by chance',
    run(50, (_, random) => random.next() < 0.2),
  )
  const branin = ({ x, y }) => {
    const [u, v] = [15 * x - 5, 15 * y]
    const b = 5.1 / (4 * Math.PI ** 2)
    return (
      (v - b * u * u + (5 / Math.PI) * u - 6) ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(u) + 10 - 0.39788735773
    )
  }
  print(
    'branin, 50 trials, a fifth fails by chance',
    seeds(count).map((seed) => {
      const random = randomStream('luck', seed)
      return lowest(study(SQUARE, seed, 50, (config) => (random.next() < 0.2 ? null : branin(config))))
    }),
  )
}

if (isWanted('plateau')) {
  // The optimum lies in the part that works, anywhere: at the edge too.
  const parts = {
    'half of the box': [0.5, [0, 0.1], [0.45, 0.9]],
    '10 % of the box': [0.9, [0.1, 0.1], [0.85, 0.9]],
    '90 % of the box': [0.1, [0, 0.1], [0.08, 0.9]],
  }
  for (const [part, [edge, low, high]] of Object.entries(parts)) {
    for (const height of [null, 1e10, 100, 3]) {
      const regrets = seeds(count).map((seed) => {
        const f = sphere(seed, [low, high])
        return lowest(study(SQUARE, seed, 40, (config) => (config.x > edge ? height : f(config))))
      })
      print(`${height === null ? 'fail' : `plateau of ${height}`} in ${part}`, regrets)
    }
  }
  // Where the optimum of what works lies on the edge itself, the values call for what fails.
  const edges = seeds(count).map((seed) => {
    const f = sphere(seed, [
      [0.6, 0.1],
      [0.8, 0.9],
    ])
    const best = lowest(study(SQUARE, seed, 40, (config) => (config.x + 0.3 * config.y > 0.5 ? null : f(config))))
    return best - distanceToEdge(f)
  })
  print('fail beyond a slanted edge, at the optimum', edges)
}

if (isWanted('noise')) {
  const LOGS = { x: float(1e-4, 1, { log: true }), y: float(1e-4, 1, { log: true }) }
  const clean = (seed) => {
    const random = randomStream('bowl', seed)
    const [a, b] = [0, 1].map(() => Math.log(1e-4) * (0.2 + 0.6 * random.next()))
    return ({ x, y }) => (Math.log(x) - a) ** 2 + (Math.log(y) - b) ** 2
  }
  const many = 2 * count
  for (const [deviation, isNoise] of [
    [0.4, true],
    [0.3, true],
    [0.2, true],
    [0, false],
  ]) {
    let right = 0
    const regrets = seeds(many).map((seed) => {
      const f = clean(seed)
      const random = randomStream('noise', seed)
      const { optimizer } = study(LOGS, seed, 50, (config) => 1 + f(config) + deviation * normal(random))
      const recommended = optimizer.recommend()
      if (recommended.isNoisy === isNoise) right++
      return f(recommended.config)
    })
    print(`log-scaled bowl, noise ${deviation} of 1`, regrets, `isNoisy right in ${right} of ${many}`)
  }
}

if (isWanted('square')) {
  const feasible = seeds(Math.ceil(count / 2)).map((seed) => {
    const random = randomStream('square', seed)
    const [left, bottom] = [0.8 * random.next(), 0.8 * random.next()]
    const f = sphere(seed, [
      [left, bottom],
      [left + 0.2, bottom + 0.2],
    ])
    const isInside = ({ x, y }) => x >= left && x <= left + 0.2 && y >= bottom && y <= bottom + 0.2
    const { outcomes } = study(SQUARE, seed, 60, (config) => (isInside(config) ? f(config) : null))
    return outcomes.filter(({ outcome }) => outcome !== null).length
  })
  print('4 % feasible, 60 trials: how many give a value', feasible)
}

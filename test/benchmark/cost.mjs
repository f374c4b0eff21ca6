/**
 * Time to a target where trials take tenfold as long along one parameter. It uses the build in dist/.
 *
 *   node test/benchmark/cost.mjs [--seeds 10] [--first-seed 0] [--problems a,b] [--ways false,true,cooled] [--out FILE]
 *
 * The duration of a trial is ten to the power of the first parameter's place in its range, times a log-normal factor of
 * deviation 0.1; it is simulated, and told with the value. The optimum lies where trials are cheap, in the middle, or
 * where they are dear, by the seed. A run ends at the target or after `most` trials, and then counts with all the time
 * that it took. Prints the sums of the seconds of all trials up to the target, as medians over seeds, and the ratio to
 * the run without prices with the same seed: its median and its geometric mean.
 */

import { appendFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Optimizer } from '../../dist/optimizer.js'
import { randomStream } from '../../dist/numerics/random.js'
import { bayesian } from '../../dist/sampler/bayesian.js'
import { HELD_OUT, PROBLEMS } from './problems.mjs'

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    'first-seed': { type: 'string', default: '0' },
    problems: { type: 'string', default: 'branin,hartmann3,levy6,ackley5' },
    ways: { type: 'string', default: 'false,true,cooled' },
    out: { type: 'string' },
  },
})

/** The regret that ends a run, and the most trials. */
const TARGETS = {
  branin: { regret: 0.01, most: 60 },
  hartmann3: { regret: 0.01, most: 60 },
  rosenbrock4: { regret: 2, most: 80 },
  levy6: { regret: 0.3, most: 80 },
  ackley5: { regret: 1, most: 80 },
  hartmann6: { regret: 0.3, most: 80 },
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]
const geometricMean = (list) => Math.exp(list.reduce((sum, value) => sum + Math.log(value), 0) / list.length)

/** The place of a number in its range, from 0 to 1. */
const placeIn = ({ low, high }, value) => (value - low) / (high - low)

function secondsToTarget(name, seed, perSecond) {
  const { space, make, optimum } = { ...PROBLEMS, ...HELD_OUT }[name]
  const { regret, most } = TARGETS[name]
  const objective = make(randomStream('problem', name, seed).next)
  const draws = randomStream('durations', seed)
  const [first] = Object.keys(space)
  // By turns, trials get longer upwards and downwards.
  const secondsOf = (config) => {
    const place = placeIn(space[first], config[first])
    const normal = Math.sqrt(-2 * Math.log(1 - draws.next())) * Math.cos(2 * Math.PI * draws.next())
    return 60 * 10 ** (seed % 2 === 0 ? place : 1 - place) * Math.exp(0.1 * normal)
  }
  const optimizer = new Optimizer(space, {
    seed,
    budget: most,
    sampler: bayesian(perSecond ? { perSecond } : {}),
  })
  let total = 0
  for (let n = 1; n <= most; n++) {
    const trial = optimizer.ask()
    const seconds = secondsOf(trial.config)
    const value = objective(trial.config)
    total += seconds
    optimizer.tell(trial, value, { seconds })
    if (value - optimum <= regret) return { total, trials: n }
  }
  return { total, trials: Infinity }
}

const ways = flags.ways.split(',').map((way) => (way === 'cooled' ? way : way === 'true'))
const first = Number(flags['first-seed'])
const all = new Map(ways.map((way) => [way, []]))
console.log('| problem | perSecond | seconds | trials | missed | ratio, median | ratio, mean |')
console.log('| --- | --- | --- | --- | --- | --- | --- |')
for (const name of flags.problems.split(',')) {
  const runs = new Map(ways.map((way) => [way, []]))
  for (let seed = first; seed < first + Number(flags.seeds); seed++)
    for (const way of ways) {
      const run = secondsToTarget(name, seed, way)
      runs.get(way).push(run)
      if (flags.out) appendFileSync(flags.out, `${JSON.stringify({ name, seed, way, ...run })}\n`)
    }
  for (const way of ways) {
    const ratios = runs.get(way).map(({ total }, i) => total / runs.get(ways[0])[i].total)
    all.get(way).push(...ratios)
    const cells = [
      Math.round(median(runs.get(way).map(({ total }) => total))),
      median(runs.get(way).map(({ trials }) => trials)),
      runs.get(way).filter(({ trials }) => trials === Infinity).length,
      median(ratios).toFixed(2),
      geometricMean(ratios).toFixed(2),
    ]
    console.log(`| ${name} | ${way} | ${cells.join(' | ')} |`)
  }
}
for (const way of ways)
  console.log(`| all | ${way} | | | | ${median(all.get(way)).toFixed(2)} | ${geometricMean(all.get(way)).toFixed(2)} |`)

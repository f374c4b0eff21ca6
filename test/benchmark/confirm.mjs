/**
 * Whether a race names the best of five finalists as often as ten repeats of each would, and with how many runs. It
 * uses the build in dist/.
 *
 *   node test/benchmark/confirm.mjs [--studies 10] [--first-seed 0] [--seeds 20] [--repeats 10]
 *     [--probability 0.9]
 *
 * A study is a noisy valley in two parameters, searched with 40 trials: its five best trials are the finalists. The
 * noise is a quarter to the whole of the deviation of the values below the median, by the study. `--first-seed` is that
 * of the first study; only those from 0 on decided anything. Then each of `--seeds` races them with new noise, and
 * measures each of them ten times with the same noise. Prints how often either way named the finalist with the lowest
 * noiseless value, and the runs.
 */

import { parseArgs } from 'node:util'
import { normalDraw } from '../../dist/numerics/draws.js'
import { randomStream } from '../../dist/numerics/random.js'
import { Optimizer } from '../../dist/optimizer.js'
import { meanOf, nextRunner, oddsOfBest } from '../../dist/sampler/race.js'
import { float } from '../../dist/space/parameter.js'

const { values: flags } = parseArgs({
  options: {
    studies: { type: 'string', default: '10' },
    'first-seed': { type: 'string', default: '0' },
    seeds: { type: 'string', default: '20' },
    repeats: { type: 'string', default: '10' },
    probability: { type: 'string', default: '0.9' },
  },
})
const options = { repeats: Number(flags.repeats), probability: Number(flags.probability) }
const SPACE = { x: float(0, 1), y: float(0, 1) }
const bestOf = (list) => list.indexOf(Math.min(...list))

/** The noiseless values of the five best trials of a noisy study, and the deviation of its noise. */
function finalistsOf(study) {
  const random = randomStream('study', study)
  const [a, b] = [random.next(), random.next()]
  const valueAt = ({ x, y }) => (x - a) ** 2 + 2 * (y - b) ** 2 + 0.1 * Math.sin(9 * x) * Math.cos(7 * y)
  const deviation = 0.02 + 0.06 * random.next()
  const optimizer = new Optimizer(SPACE, { seed: study, sampler: study % 2 === 0 ? 'sobol' : 'auto' })
  for (let n = 0; n < 40; n++) {
    const trial = optimizer.ask()
    optimizer.tell(trial, valueAt(trial.config) + deviation * normalDraw(random))
  }
  const ranked = [...optimizer.trials()].sort((p, q) => p.value - q.value).slice(0, 5)
  return { means: ranked.map(({ config }) => valueAt(config)), deviation }
}

let [named, byAll, runs, races] = [0, 0, 0, 0]
console.log('| study | race names the best | 10 of each | runs |\n| --- | --- | --- | --- |')
const first = Number(flags['first-seed'])
for (let study = first; study < first + Number(flags.studies); study++) {
  const { means, deviation } = finalistsOf(study)
  let [hits, hitsByAll, count] = [0, 0, 0]
  for (let seed = 0; seed < Number(flags.seeds); seed++) {
    const values = means.map((mean, i) => {
      const random = randomStream('repeats', study, seed, i)
      return Array.from({ length: options.repeats }, () => mean + deviation * normalDraw(random))
    })
    const known = means.map(() => [])
    for (;;) {
      const next = nextRunner(
        known.map((list) => ({ values: list, pending: 0 })),
        options,
      )
      if (next === undefined) break
      known[next].push(values[next][known[next].length])
      count++
    }
    const odds = oddsOfBest(known)
    if (odds.indexOf(Math.max(...odds)) === bestOf(means)) hits++
    if (bestOf(values.map(meanOf)) === bestOf(means)) hitsByAll++
  }
  const seeds = Number(flags.seeds)
  const mean = (count / seeds).toFixed(1)
  console.log(`| ${study} | ${hits} of ${seeds} | ${hitsByAll} of ${seeds} | ${mean} of ${5 * options.repeats} |`)
  named += hits
  byAll += hitsByAll
  runs += count
  races += seeds
}
const percent = (count) => `${((100 * count) / races).toFixed(1)} %`
console.log(`| all | ${percent(named)} | ${percent(byAll)} | ${(runs / races).toFixed(1)} |`)

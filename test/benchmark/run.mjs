/**
 * Runs a sampler on the problems of this folder; prints median regrets and a score. It uses the build in dist/.
 *
 *   node test/benchmark/run.mjs [--seeds 5] [--first-seed 0] [--problems a,b] [--held-out] [--interacting]
 *     [--workers 1] [--sampler bayesian] [--options '{…}'] [--label name] [--at 10,20,30] [--trials 30]
 *     [--out runs.jsonl]
 *
 * `--at` prints the median regrets after these numbers of trials as well, and `--trials` ends each run early. `--out`
 * appends the regrets of each run as a line of JSON, for `compare.mjs`.
 *
 * The score of a run is 100 · ln(zero / regret) / ln(zero / top): 0 is as good as random search, 100 as good as the
 * best other optimizer. A thousandth of `zero` is added to all three, so that a regret of 0 has a score.
 */

import { appendFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { randomStream } from '../../dist/numerics/random.js'
import { Optimizer } from '../../dist/optimizer.js'
import { bayesian } from '../../dist/sampler/bayesian.js'
import { HELD_OUT, INTERACTING, PROBLEMS } from './problems.mjs'

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    'first-seed': { type: 'string', default: '0' },
    problems: { type: 'string' },
    'held-out': { type: 'boolean', default: false },
    interacting: { type: 'boolean', default: false },
    workers: { type: 'string', default: '1' },
    options: { type: 'string', default: '{}' },
    label: { type: 'string', default: '' },
    sampler: { type: 'string', default: 'bayesian' },
    at: { type: 'string', default: '' },
    trials: { type: 'string', default: 'Infinity' },
    out: { type: 'string' },
  },
})
const problems = flags['held-out'] ? HELD_OUT : flags.interacting ? INTERACTING : PROBLEMS
const names = flags.problems?.split(',') ?? Object.keys(problems)
const early = flags.at.split(',').filter(Boolean).map(Number)
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]

/** The regrets of one run, `--at` and at its end. Each of `--workers` asks as soon as it is free. */
function regretsOf({ space, make, budget, optimum }, name, seed) {
  const objective = make(randomStream('problem', name, seed).next)
  const sampler = flags.sampler === 'bayesian' ? bayesian(JSON.parse(flags.options)) : flags.sampler
  const optimizer = new Optimizer(space, { seed, sampler })
  const durations = randomStream('durations', seed)
  const running = []
  let ms = 0
  let now = 0
  let asked = 0
  let told = 0
  const regret = () => {
    const best =
      objective.noiseless === undefined
        ? optimizer.best().value
        : objective.noiseless(optimizer.recommend?.().config ?? optimizer.best().config)
    return Math.max(best - optimum, 0)
  }
  const regrets = {}
  const size = Math.min(budget, Number(flags.trials))
  while (asked < size || running.length > 0) {
    if (asked < size && running.length < Number(flags.workers)) {
      const start = performance.now()
      const trial = optimizer.ask()
      ms += performance.now() - start
      asked++
      if (trial === undefined) break
      // Log-normal durations; the normal draw is by Box and Muller.
      const normal = Math.sqrt(-2 * Math.log(1 - durations.next())) * Math.cos(2 * Math.PI * durations.next())
      running.push({ trial, end: now + Math.exp(0.5 * normal) })
      continue
    }
    running.sort((a, b) => a.end - b.end)
    const { trial, end } = running.shift()
    now = end
    optimizer.tell(trial, objective(trial.config))
    told++
    if (early.includes(told)) regrets[told] = regret()
  }
  regrets.end = regret()
  if (flags.out !== undefined) appendFileSync(flags.out, JSON.stringify({ problem: name, seed, regrets }) + '\n')
  return { regrets, regret: regrets.end, ms: ms / size }
}

let total = 0
const all = []
for (const name of names) {
  const problem = problems[name]
  const runs = Array.from({ length: Number(flags.seeds) }, (_, i) =>
    regretsOf(problem, name, i + Number(flags['first-seed'])),
  )
  const { zero, top } = problem
  const floor = 1e-3 * zero
  const scores = runs.map(({ regret }) =>
    Math.max(-100, (100 * Math.log((zero + floor) / (regret + floor))) / Math.log((zero + floor) / (top + floor))),
  )
  const score = scores.reduce((a, b) => a + b, 0) / scores.length
  total += score
  all.push(`${name}=${score.toFixed(0)}`)
  const regrets = runs.map((r) => r.regret)
  const [middle, best, worst] = [median(regrets), Math.min(...regrets), Math.max(...regrets)].map((regret) =>
    regret.toPrecision(3).padStart(9),
  )
  const before = early.map(
    (t) =>
      `at ${t} ${median(runs.map((run) => run.regrets[t]))
        .toPrecision(3)
        .padStart(9)}  `,
  )
  const ms = runs.reduce((sum, run) => sum + run.ms, 0) / runs.length
  console.log(
    `${name.padEnd(18)} ${before.join('')}median ${middle}  best ${best}  worst ${worst}  ` +
      `score ${score.toFixed(1).padStart(6)}  ${ms.toFixed(1)} ms/ask`,
  )
}
console.log(`${flags.label || flags.options}  mean score ${(total / names.length).toFixed(1)}  ${all.join(' ')}`)

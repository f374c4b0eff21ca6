/**
 * Runs every word that a sampler may be told on one mixed conditional space with failures, with one worker and with
 * six, and prints a table of median regrets beside random search. It uses the build in dist/. The words are those of
 * the contract test.
 *
 *   node test/benchmark/menu.mjs [--seeds 10] [--first-seed 0] [--workers 1,6] [--only text] [--with effort=low]
 *
 * Random search has ten runs for each seed, each on the objective of that seed. A star marks a median that is not lower
 * than its median. `--with` is said to `bayesian` before each of its words.
 */

import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { randomStream } from '../../dist/numerics/random.js'
import { Optimizer } from '../../dist/optimizer.js'
import { samplerNamed } from '../../dist/sampler/choose.js'
import { samplerFromWords } from '../../dist/sampler/sampler-words.js'
import { bool, branch, choice, float, int, ordinal } from '../../dist/space/parameter.js'

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    'first-seed': { type: 'string', default: '0' },
    workers: { type: 'string', default: '1,6' },
    only: { type: 'string', default: '' },
    with: { type: 'string', default: '' },
  },
})
const BUDGET = 40
const RANDOM_RUNS = 10
const CHANCE_OF_BAD_LUCK = 0.05
const WIDTHS = [16, 32, 64, 128]

const SPACE = {
  lr: float(1e-5, 1e-1, { log: true }),
  layers: int(1, 8),
  opt: choice(['adam', 'sgd']),
  width: ordinal(WIDTHS),
  flag: bool(),
  model: branch('kind', { svm: { C: float(1e-3, 1e3, { log: true }) }, forest: { trees: int(10, 500) } }),
}

/**
 * The objective of a seed: its lowest value is 0, at a place that the seed draws. Beyond a rate that depends on `opt`
 * every trial fails, and one in twenty fails by chance. A failure is null.
 */
function objectiveOf(seed) {
  const random = randomStream('menu', seed)
  const at = () => 0.2 + 0.6 * random.next()
  const [rate, depth, penalty, size] = [at(), at(), at(), at()]
  const layers = Math.round(1 + 7 * depth)
  const [opt, kind, flag] = [
    ['adam', 'sgd'],
    ['svm', 'forest'],
    [true, false],
  ].map((list) => list[Math.floor(2 * random.next())])
  const width = Math.floor(4 * random.next())
  return (config) => {
    const u = (Math.log10(config.lr) + 5) / 4
    if (u > rate + (config.opt === 'adam' ? 0.25 : 0.1)) return null
    const { model } = config
    const own =
      model.kind === 'svm' ? (Math.log10(model.C) + 3) / 6 - penalty : (Math.round(10 + 490 * size) - model.trees) / 490
    return (
      4 * (u - rate) ** 2 +
      (config.layers - layers) ** 2 / 20 +
      (config.opt === opt ? 0 : 0.3) +
      0.15 * Math.abs(WIDTHS.indexOf(config.width) - width) +
      (config.flag !== flag && config.layers > 3 ? 0.2 : 0) +
      (model.kind === kind ? 0 : 0.4) +
      3 * own ** 2
    )
  }
}

/** The lowest value of one run, in which each worker asks as soon as it is free; 4 if all trials failed. */
function regretOf(text, workers, seed, run = 0) {
  const objective = objectiveOf(seed)
  const { name, options } = samplerFromWords(text)
  const optimizer = new Optimizer(SPACE, { seed: 1000 * run + seed, sampler: samplerNamed(name, options) })
  const durations = randomStream('durations', seed, run)
  const luck = randomStream('luck', seed, run)
  const running = []
  let [now, asked, lowest] = [0, 0, 4]
  for (;;) {
    const next = asked < BUDGET && running.length < workers ? optimizer.ask() : undefined
    if (next !== undefined) {
      asked++
      // Log-normal durations; the normal draw is by Box and Muller.
      const normal = Math.sqrt(-2 * Math.log(1 - durations.next())) * Math.cos(2 * Math.PI * durations.next())
      const value = luck.next() < CHANCE_OF_BAD_LUCK ? null : objective(next.config)
      running.push({ trial: next, value, end: now + Math.exp(0.5 * normal) })
      continue
    }
    if (running.length === 0) return lowest
    running.sort((a, b) => a.end - b.end)
    const { trial, value, end } = running.shift()
    now = end
    if (value === null) optimizer.fail(trial, 'failed')
    else optimizer.tell(trial, value)
    lowest = Math.min(lowest, value ?? Infinity)
  }
}

function median(list) {
  const [sorted, half] = [[...list].sort((a, b) => a - b), list.length >> 1]
  return list.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

const seeds = Array.from({ length: Number(flags.seeds) }, (_, i) => i + Number(flags['first-seed']))
const workers = flags.workers.split(',').map(Number)

const runs = Array.from({ length: RANDOM_RUNS }, (_, run) => run)
const byRandom = median(seeds.flatMap((seed) => runs.map((run) => regretOf('random', 1, seed, run + 1))))
const cell = (regret) => `${regret.toPrecision(2)}${regret < byRandom ? '' : ' *'}`

const menu = JSON.parse(readFileSync(new URL('../sampler/fixtures/menu.json', import.meta.url), 'utf8'))
const texts = [...menu.samplers, ...menu.words.map((words) => `bayesian ${flags.with} ${words}`.replace('  ', ' '))]
console.log(`Random search: ${byRandom.toPrecision(2)}\n`)
console.log(`| sampler | ${workers.map((count) => (count === 1 ? 'one worker' : `${count} workers`)).join(' | ')} |`)
console.log(`| --- |${' --- |'.repeat(workers.length)}`)
for (const text of texts.filter((each) => each.includes(flags.only))) {
  const cells = workers.map((count) => cell(median(seeds.map((seed) => regretOf(text, count, seed)))))
  console.log(`| \`${text}\` | ${cells.join(' | ')} |`)
}

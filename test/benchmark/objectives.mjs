/**
 * Runs a sampler on problems with several objectives, or with constraints; prints hypervolumes and regrets. It uses the
 * build in dist/.
 *
 *   node test/benchmark/objectives.mjs [--seeds 10] [--first-seed 0] [--problems a,b] [--trials 100] [--workers 1]
 *     [--sampler bayesian] [--options '{…}'] [--answers] [--time] [--evaluate]
 *
 * A hypervolume is a share of the volume between the reference and the best value of each objective. A regret is that
 * of the best feasible value, with a hyphen where nothing feasible was found. `--time` measures a suggestion with one
 * to three objectives, and with constraints, after 100 and 1000 results. `--answers` prints each run as JSON.
 * `--evaluate` answers questions about the problems, a line of JSON each, for `objectives-peers.py`.
 */

import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { frontOf, hypervolume } from '../../dist/numerics/front.js'
import { randomStream } from '../../dist/numerics/random.js'
import { Optimizer } from '../../dist/optimizer.js'
import { bayesian } from '../../dist/sampler/bayesian.js'
import { choice, float, int } from '../../dist/space/parameter.js'

const box = (d, low = 0, high = 1) =>
  Object.fromEntries(Array.from({ length: d }, (_, i) => [`x${i}`, float(low, high)]))
const vector = (config, d) => Array.from({ length: d }, (_, i) => config[`x${i}`])
const sum = (values) => values.reduce((total, value) => total + value, 0)
const { PI, cos, exp, hypot, sin, sqrt } = Math

const zdt = (d, h) => ({
  space: box(d),
  reference: [1.1, 6],
  ideal: [0, h === 'discs' ? -0.8 : 0],
  f: (config) => {
    const [x, ...rest] = vector(config, d)
    const g = 1 + (9 * sum(rest)) / rest.length
    const share = x / g
    return {
      f: x,
      g:
        g *
        (h === 'root' ? 1 - sqrt(share) : h === 'square' ? 1 - share ** 2 : 1 - sqrt(share) - share * sin(10 * PI * x)),
    }
  },
})

/** Hypervolume problems: `f` gives the objectives `f`, `g`, …, all to be minimized. */
export const FRONTS = {
  zdt1: zdt(6, 'root'),
  zdt2: zdt(6, 'square'),
  zdt3: zdt(6, 'discs'),
  dtlz2: {
    space: box(6),
    reference: [1.1, 1.1, 1.1],
    ideal: [0, 0, 0],
    f: (config) => {
      const x = vector(config, 6)
      const g = 1 + sum(x.slice(2).map((at) => (at - 0.5) ** 2))
      const [a, b] = [(x[0] * PI) / 2, (x[1] * PI) / 2]
      return { f: g * cos(a) * cos(b), g: g * cos(a) * sin(b), h: g * sin(a) }
    },
  },
  'branin-currin': {
    space: box(2),
    reference: [18, 6],
    ideal: [0.397887, 1.18],
    f: ({ x0, x1 }) => {
      const [u, v] = [15 * x0 - 5, 15 * x1]
      const branin = (v - (5.1 / (4 * PI ** 2)) * u * u + (5 / PI) * u - 6) ** 2 + 10 * (1 - 1 / (8 * PI)) * cos(u) + 10
      const factor = x1 === 0 ? 1 : 1 - exp(-1 / (2 * x1))
      const currin = (2300 * x0 ** 3 + 1900 * x0 ** 2 + 2092 * x0 + 60) / (100 * x0 ** 3 + 500 * x0 ** 2 + 4 * x0 + 20)
      return { f: branin, g: factor * currin }
    },
  },
  'chankong-haimes': {
    space: box(2, -20, 20),
    reference: [250, 50],
    ideal: [2, -220],
    constraints: { circle: { atMost: 225 }, line: { atMost: 0 } },
    f: ({ x0, x1 }) => ({
      f: 2 + (x0 - 2) ** 2 + (x1 - 2) ** 2,
      g: 9 * x0 - (x1 - 1) ** 2,
      circle: x0 * x0 + x1 * x1,
      line: x0 - 3 * x1 + 10,
    }),
  },
  mixed: {
    space: {
      layers: int(1, 8),
      width: int(8, 256, { log: true }),
      kind: choice(['a', 'b', 'c', 'd']),
      rate: float(1e-5, 1e-1, { log: true }),
    },
    reference: [2, 5],
    ideal: [0.05, 0.5],
    f: ({ layers, width, kind, rate }) => {
      const [bonus, cost] = { a: [0, 1], b: [0.1, 1.3], c: [0.25, 2], d: [-0.2, 0.9] }[kind]
      const off = (Math.log10(rate) + 3 + 0.15 * layers) ** 2
      const error = 0.08 + 0.9 * exp(-0.004 * width * sqrt(layers)) + 0.15 * off - 0.25 * bonus * exp(-off)
      return { f: Math.max(error, 0.05), g: Math.log10(10 + cost * layers * width) }
    },
  },
}

/** Problems with constraints: `f` gives `value`, to be minimized, and outputs. */
export const CONSTRAINED = {
  vessel: {
    space: { shell: int(1, 99), head: int(1, 99), radius: float(10, 200), length: float(10, 200) },
    optimum: 6059.714335,
    constraints: { g1: { atMost: 0 }, g2: { atMost: 0 }, g3: { atMost: 0 }, g4: { atMost: 240 } },
    f: ({ shell, head, radius: r, length: l }) => {
      const [s, h] = [0.0625 * shell, 0.0625 * head]
      return {
        value: 0.6224 * s * r * l + 1.7781 * h * r * r + 3.1661 * s * s * l + 19.84 * s * s * r,
        g1: 0.0193 * r - s,
        g2: 0.00954 * r - h,
        g3: 1296000 - PI * r * r * l - (4 / 3) * PI * r ** 3,
        g4: l,
      }
    },
  },
  beam: {
    space: { h: float(0.1, 2), l: float(0.1, 10), t: float(0.1, 10), b: float(0.1, 2) },
    optimum: 1.724852,
    constraints: {
      shear: { atMost: 13600 },
      stress: { atMost: 30000 },
      thickness: { atMost: 0 },
      deflection: { atMost: 0.25 },
      load: { atLeast: 6000 },
    },
    f: ({ h, l, t, b }) => {
      const r = sqrt((l * l) / 4 + ((h + t) / 2) ** 2)
      const moment = 6000 * (14 + l / 2)
      const polar = 2 * sqrt(2) * h * l * ((l * l) / 12 + ((h + t) / 2) ** 2)
      const [first, second] = [6000 / (sqrt(2) * h * l), (moment * r) / polar]
      const buckling =
        ((4.013 * 30e6 * sqrt((t * t * b ** 6) / 36)) / 14 ** 2) * (1 - (t / 28) * sqrt(30e6 / (4 * 12e6)))
      return {
        value: 1.10471 * h * h * l + 0.04811 * t * b * (14 + l),
        shear: sqrt(first ** 2 + (first * second * l) / r + second ** 2),
        stress: 504000 / (t * t * b),
        thickness: h - b,
        deflection: (4 * 6000 * 14 ** 3) / (30e6 * t ** 3 * b),
        load: buckling,
      }
    },
  },
  gardner: {
    space: box(2, 0, 6),
    constraints: { c: { atMost: 0.5 } },
    f: ({ x0, x1 }) => ({
      value: cos(2 * x0) * cos(x1) + sin(x0),
      c: cos(x0) * cos(x1) - sin(x0) * sin(x1),
    }),
  },
  disk: {
    space: box(2),
    // A disk of 4 % of the square, and the lowest value of the slope on it.
    optimum: 0.7 - 0.2 - sqrt(2) * sqrt(0.04 / PI),
    constraints: { valid: true },
    f: ({ x0, x1 }) => ({ value: x0 - 0.2 + x1, valid: hypot(x0 - 0.3, x1 - 0.4) <= sqrt(0.04 / PI) }),
  },
}
CONSTRAINED.gardner.optimum = lowestOf(CONSTRAINED.gardner)

/** The lowest feasible value of two parameters from 0 to 6: on a grid, then on finer ones around the best point. */
function lowestOf({ f, constraints }) {
  let best = { value: Infinity, x0: 3, x1: 3 }
  for (let reach = 3; reach > 1e-9; reach /= 20) {
    const { x0, x1 } = best
    for (let i = -200; i <= 200; i++) {
      for (let j = -200; j <= 200; j++) {
        const at = { x0: x0 + (reach * i) / 200, x1: x1 + (reach * j) / 200 }
        const { value, c } = f(at)
        if (c <= constraints.c.atMost && value < best.value) best = { value, ...at }
      }
    }
  }
  return best.value
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]

/** What was said of each config in one run, in which each of `workers` asks as soon as it is free. */
export function runOf(problem, name, seed, { trials, workers, sampler }) {
  const { space, f, constraints, reference } = problem
  const objectives = Object.fromEntries(objectivesOf(problem).map((o) => [o, 'minimize']))
  const goals = reference === undefined ? { minimize: 'value' } : { objectives }
  const optimizer = new Optimizer(space, { seed, sampler, ...goals, ...(constraints && { constraints }) })
  const durations = randomStream('durations', name, seed)
  const running = []
  const said = []
  let [ms, now, asked] = [0, 0, 0]
  while (asked < trials || running.length > 0) {
    if (asked < trials && running.length < workers) {
      const start = performance.now()
      const trial = optimizer.ask()
      ms += performance.now() - start
      asked++
      if (trial === undefined) break
      const normal = sqrt(-2 * Math.log(1 - durations.next())) * cos(2 * PI * durations.next())
      running.push({ trial, end: now + exp(0.5 * normal) })
      continue
    }
    running.sort((a, b) => a.end - b.end)
    const { trial, end } = running.shift()
    now = end
    const values = f(trial.config)
    optimizer.tell(trial, values)
    said.push(values)
  }
  return { said, ms: ms / trials, optimizer }
}

/** By how much values exceed each limit of the constraints; above 0 where it is broken. */
const excessesOf = (constraints = {}, values) =>
  Object.entries(constraints).flatMap(([name, limit]) =>
    typeof limit === 'boolean'
      ? [values[name] === limit ? 0 : 1]
      : [
          ...(limit.atMost === undefined ? [] : [values[name] - limit.atMost]),
          ...(limit.atLeast === undefined ? [] : [limit.atLeast - values[name]]),
        ],
  )

/** The objectives of a problem, by name. */
const objectivesOf = ({ reference }) =>
  reference === undefined ? ['value'] : ['f', 'g', 'h'].slice(0, reference.length)

/** The share of the volume after each of some numbers of trials; for one objective, the regret. */
export function scoreOf(problem, said) {
  const { reference, ideal, constraints, optimum } = problem
  const feasible = said.filter((values) => excessesOf(constraints, values).every((excess) => excess <= 0))
  if (reference === undefined) return Math.min(...feasible.map(({ value }) => value)) - optimum
  const m = reference.length
  const points = Float64Array.from(feasible.flatMap((values) => objectivesOf(problem).map((o) => values[o])))
  const front = frontOf(points, feasible.length, m).flatMap((i) => [...points.subarray(i * m, (i + 1) * m)])
  const whole = reference.reduce((product, at, k) => product * (at - ideal[k]), 1)
  return hypervolume(Float64Array.from(front), front.length / m, m, Float64Array.from(reference)) / whole
}

function main() {
  const { values: flags } = parseArgs({
    options: {
      seeds: { type: 'string', default: '10' },
      'first-seed': { type: 'string', default: '0' },
      problems: { type: 'string' },
      trials: { type: 'string', default: '100' },
      workers: { type: 'string', default: '1' },
      options: { type: 'string', default: '{}' },
      sampler: { type: 'string', default: 'bayesian' },
      answers: { type: 'boolean', default: false },
      time: { type: 'boolean', default: false },
      evaluate: { type: 'boolean', default: false },
    },
  })
  if (flags.time) return times()
  if (flags.evaluate) return evaluate()
  const problems = { ...FRONTS, ...CONSTRAINED }
  const sampler = flags.sampler === 'bayesian' ? bayesian(JSON.parse(flags.options)) : flags.sampler
  for (const name of flags.problems?.split(',') ?? Object.keys(problems)) {
    const seeds = Array.from({ length: Number(flags.seeds) }, (_, i) => i + Number(flags['first-seed']))
    const runs = seeds.map((seed) => {
      const run = runOf(problems[name], name, seed, {
        trials: Number(flags.trials),
        workers: Number(flags.workers),
        sampler,
      })
      const score = scoreOf(problems[name], run.said)
      const at60 = scoreOf(problems[name], run.said.slice(0, 60))
      if (flags.answers) console.log(JSON.stringify({ name, seed, score, at60, ms: run.ms }))
      return { score, at60, ms: run.ms }
    })
    const text = (list) => list.map((score) => (score === Infinity ? '-' : score.toPrecision(4))).join(' ')
    const scores = runs.map(({ score }) => score)
    const mean = scores.reduce((a, b) => a + b, 0) / scores.length
    console.log(
      `${name.padEnd(16)} median ${text([median(scores)])} mean ${text([mean])} after 60 ` +
        `${text([median(runs.map(({ at60 }) => at60))])} ms ${median(runs.map(({ ms }) => ms)).toFixed(0)} ` +
        `[${text(scores)}]`,
    )
  }
}

/** Answers questions about the problems: their names, how one begins, values, scores after some numbers of trials. */
async function evaluate() {
  const problems = { ...FRONTS, ...CONSTRAINED }
  let [problem, said] = [undefined, []]
  const answers = {
    list: () => Object.keys(problems),
    begin: (name) => {
      ;[problem, said] = [problems[name], []]
      const { space, constraints } = problem
      return { space, objectives: objectivesOf(problem).length, isConstrained: constraints !== undefined }
    },
    config: (config) => {
      const values = problem.f(config)
      said.push(values)
      const objectives = objectivesOf(problem).map((name) => values[name])
      return { objectives, excesses: excessesOf(problem.constraints, values) }
    },
    scores: (numbers) => numbers.map((n) => scoreOf(problem, said.slice(0, n))),
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const [[name, argument]] = Object.entries(JSON.parse(line))
    console.log(JSON.stringify(answers[name](argument)))
  }
}

/** Milliseconds of a suggestion: the median of some after n results, with one to three objectives, and constraints. */
function times() {
  const space = box(6)
  const random = randomStream('times')
  const valueOf = (config, k) =>
    sum(vector(config, 6).map((x, i) => (x - 0.1 * ((i + k) % 6)) ** 2)) + 0.1 * sin(9 * config.x0)
  for (const n of [100, 1000]) {
    for (const [m, limits] of [
      [1, 0],
      [1, 2],
      [2, 0],
      [2, 2],
      [3, 0],
      [3, 2],
    ]) {
      const names = ['f', 'g', 'h'].slice(0, m)
      const objectives = Object.fromEntries(names.map((name) => [name, 'minimize']))
      const constraints = Object.fromEntries(['u', 'v'].slice(0, limits).map((name) => [name, { atMost: 0.6 }]))
      const optimizer = new Optimizer(space, { seed: 1, objectives, ...(limits > 0 && { constraints }) })
      const said = (config) =>
        Object.fromEntries([...names, ...Object.keys(constraints)].map((name, k) => [name, valueOf(config, k)]))
      const told = () => {
        const config = Object.fromEntries(Object.keys(space).map((name) => [name, random.next()]))
        optimizer.tell({ config }, said(config))
      }
      for (let k = 0; k < n - 60; k++) told()
      const spent = []
      for (let k = 0; k < 60; k++) {
        const start = performance.now()
        const asked = optimizer.ask()
        spent.push(performance.now() - start)
        optimizer.tell(asked, said(asked.config))
      }
      const mean = sum(spent.slice(20)) / 40
      console.log(`n ${n}: ${m} objectives, ${limits} constraints: ${mean.toFixed(0)} ms`)
    }
  }
}

if (import.meta.url === `file://${process.argv[1]}`) main()

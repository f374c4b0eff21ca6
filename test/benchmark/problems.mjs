/**
 * Test functions for optimizers, each with its known minimum.
 *
 * `make(random)` gives the function of one run. It draws uniform numbers from `random` to move the optimum, so that an
 * optimizer gains nothing by preferring the middle. `zero` is the median regret of random search, and `top` is about
 * the best regret that other optimizers reach.
 */

import { bool, branch, choice, float, int } from '../../dist/space/parameter.js'

const box = (d, low, high) => Object.fromEntries(Array.from({ length: d }, (_, i) => [`x${i}`, float(low, high)]))
const vector = (config, d, name = 'x') => Array.from({ length: d }, (_, i) => config[`${name}${i}`])
const sum = (values) => values.reduce((total, value) => total + value, 0)
const normal = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

const shifted =
  (f, d, low, high, reach = 0.25) =>
  (random) => {
    const shift = Array.from({ length: d }, () => (2 * random() - 1) * reach * (high - low))
    return (config) => f(vector(config, d).map((x, i) => x - shift[i]))
  }

/** A random orthogonal matrix, by the Gram-Schmidt process. */
function rotation(d, random) {
  const rows = []
  for (let i = 0; i < d; i++) {
    let v = Array.from({ length: d }, () => normal(random))
    for (const u of rows) {
      const share = sum(v.map((x, k) => x * u[k]))
      v = v.map((x, k) => x - share * u[k])
    }
    const length = Math.hypot(...v)
    rows.push(v.map((x) => x / length))
  }
  return rows
}

const branin = (x, y) => {
  const b = 5.1 / (4 * Math.PI ** 2)
  return (y - b * x * x + (5 / Math.PI) * x - 6) ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10
}

const HARTMANN3 = {
  a: [
    [3, 10, 30],
    [0.1, 10, 35],
    [3, 10, 30],
    [0.1, 10, 35],
  ],
  p: [
    [3689, 1170, 2673],
    [4699, 4387, 7470],
    [1091, 8732, 5547],
    [381, 5743, 8828],
  ],
}
const HARTMANN6 = {
  a: [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ],
  p: [
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
  ],
}
const hartmann = (x, { a, p }) =>
  -sum([1, 1.2, 3, 3.2].map((alpha, i) => alpha * Math.exp(-sum(x.map((v, j) => a[i][j] * (v - 1e-4 * p[i][j]) ** 2)))))

const ackley = (x) => {
  const d = x.length
  return (
    -20 * Math.exp(-0.2 * Math.sqrt(sum(x.map((v) => v * v)) / d)) -
    Math.exp(sum(x.map((v) => Math.cos(2 * Math.PI * v))) / d) +
    20 +
    Math.E
  )
}

const levy = (x) => {
  const w = x.map((v) => 1 + (v - 1) / 4)
  const last = w.at(-1)
  return (
    Math.sin(Math.PI * w[0]) ** 2 +
    sum(w.slice(0, -1).map((v) => (v - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * v + 1) ** 2))) +
    (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2)
  )
}

const rosenbrock = (x) => sum(x.slice(1).map((v, i) => 100 * (v - x[i] ** 2) ** 2 + (1 - x[i]) ** 2))

const PLANE = {
  ros: (x, y) => (100 * (y - x * x) ** 2 + (1 - x) ** 2) / 300,
  cam: (x, y) => ((4 - 2.1 * x * x + x ** 4 / 3) * x * x + x * y + (-4 + 4 * y * y) * y * y) * 10,
  bea: (x, y) => ((1.5 - x + x * y) ** 2 + (2.25 - x + x * y * y) ** 2 + (2.625 - x + x * y ** 3) ** 2) / 50,
}

function pressureVessel(config) {
  const t = config.ts * 0.0625
  const h = config.th * 0.0625
  const { r, l } = config
  const cost = 0.6224 * t * r * l + 1.7781 * h * r * r + 3.1661 * t * t * l + 19.84 * t * t * r
  const g = [
    -t + 0.0193 * r,
    -h + 0.00954 * r,
    (-Math.PI * r * r * l - (4 / 3) * Math.PI * r ** 3 + 1296000) / 1296000,
    (l - 240) / 240,
  ]
  return Math.log(cost + 1e5 * sum(g.map((v) => Math.max(0, v))))
}

function ackleyMixed(random) {
  const best = Array.from({ length: 6 }, () => Math.floor(5 * random()))
  const shift = Array.from({ length: 4 }, () => random() - 0.5)
  return (c) => ackley([...best.map((b, i) => (c[`k${i}`] - b) * 0.5), ...shift.map((s, i) => c[`x${i}`] - s)])
}

function categoricalSum(random) {
  const main = Array.from({ length: 8 }, () => Array.from({ length: 5 }, () => normal(random)))
  const pair = Array.from({ length: 7 }, () =>
    Array.from({ length: 5 }, () => Array.from({ length: 5 }, () => 0.5 * normal(random))),
  )
  let cost = main[0]
  for (let i = 1; i < 8; i++) cost = main[i].map((m, k) => m + Math.min(...cost.map((c, j) => c + pair[i - 1][j][k])))
  const floor = Math.min(...cost)
  return (c) => {
    const k = vector(c, 8, 's').map((s) => 'abcde'.indexOf(s))
    return sum(k.map((v, i) => main[i][v])) + sum(k.slice(1).map((v, i) => pair[i][k[i]][v])) - floor
  }
}

function integerBowl(random) {
  const best = Array.from({ length: 5 }, () => Math.floor(121 * random()) - 60)
  const q = rotation(5, random)
  const scale = [1, 2, 4, 8, 16].map((s) => s / 50)
  return (c) => sum(q.map((row, i) => (scale[i] * sum(row.map((v, j) => v * (c[`i${j}`] - best[j])))) ** 2))
}

const noisy = (make, deviation) => (random) => {
  const f = make(random)
  return Object.assign((c) => f(c) + deviation * normal(random), { noiseless: f })
}

const hartmann6 = () => (c) => hartmann(vector(c, 6), HARTMANN6)
const plane = () => (c) => branin(c.x, c.y)

/** The problems that anthill's samplers were tuned on. */
export const PROBLEMS = {
  branin: {
    budget: 50,
    space: { x: float(-5, 10), y: float(0, 15) },
    make: plane,
    optimum: 0.39788735772973816,
    zero: 0.84,
    top: 1e-6,
  },
  hartmann3: {
    budget: 50,
    space: box(3, 0, 1),
    make: () => (c) => hartmann(vector(c, 3), HARTMANN3),
    optimum: -3.86278214782076,
    zero: 0.165,
    top: 1e-6,
  },
  hartmann6: { budget: 100, space: box(6, 0, 1), make: hartmann6, optimum: -3.322368011391339, zero: 1.33, top: 1e-6 },
  ackley5: {
    budget: 100,
    space: box(5, -10, 10),
    make: shifted(ackley, 5, -10, 10),
    optimum: 0,
    zero: 7.48,
    top: 0.07,
  },
  levy6: {
    budget: 100,
    space: box(6, -10, 10),
    make: shifted((x) => levy(x.map((v) => v + 1)), 6, -10, 10),
    optimum: 0,
    zero: 10.6,
    top: 0.03,
  },
  rosenbrock4: {
    budget: 100,
    space: box(4, -2, 2),
    make: () => (c) => rosenbrock(vector(c, 4)),
    optimum: 0,
    zero: 36.4,
    top: 0.02,
  },
  ackley20: { budget: 200, space: box(20, -5, 5), make: shifted(ackley, 20, -5, 5), optimum: 0, zero: 8.58, top: 0.5 },
  'log-bowl': {
    budget: 50,
    space: { lr: float(1e-6, 1, { log: true }), wd: float(1e-8, 0.1, { log: true }), m: float(0, 1) },
    make: () => (c) => (Math.log10(c.lr) + 3) ** 2 + (0.3 * (Math.log10(c.wd) + 5)) ** 2 + (3 * (c.m - 0.9)) ** 2,
    optimum: 0,
    zero: 0.23,
    top: 1e-6,
  },
  'mipego-example': {
    budget: 80,
    space: { C_0: float(-5, 5), C_1: float(-5, 5), I: int(-100, 100), N: choice(['OK', 'A', 'B', 'C', 'D', 'E']) },
    make: () => (c) => c.C_0 ** 2 + c.C_1 ** 2 + Math.abs(c.I - 10) / 123 + (c.N === 'OK' ? 0 : 2),
    optimum: 0,
    zero: 2.36,
    top: 1e-6,
  },
  func2c: {
    budget: 80,
    space: {
      h1: choice(['ros', 'cam', 'bea']),
      h2: choice(['ros', 'cam', 'bea', 'none1', 'none2']),
      x: float(-1, 1),
      y: float(-1, 1),
    },
    make: () => (c) => PLANE[c.h1](2 * c.x, 2 * c.y) + (PLANE[c.h2]?.(2 * c.x, 2 * c.y) ?? 0),
    optimum: -20.63256897,
    zero: 14.3,
    top: 1e-5,
  },
  'pressure-vessel': {
    budget: 100,
    space: { ts: int(1, 99), th: int(1, 99), r: float(10, 200), l: float(10, 240) },
    make: () => pressureVessel,
    optimum: Math.log(6059.714335),
    zero: 1.39,
    top: 0.01,
  },
  'ackley-mixed': {
    budget: 100,
    space: { ...Object.fromEntries([0, 1, 2, 3, 4, 5].map((i) => [`k${i}`, int(0, 4)])), ...box(4, -2, 2) },
    make: ackleyMixed,
    optimum: 0,
    zero: 3.55,
    top: 0.3,
  },
  'categorical-sum': {
    budget: 100,
    space: Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`s${i}`, choice([...'abcde'])])),
    make: categoricalSum,
    optimum: 0,
    zero: 4.62,
    top: 1e-6,
  },
  'integer-bowl': {
    budget: 80,
    space: Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`i${i}`, int(-100, 100)])),
    make: integerBowl,
    optimum: 0,
    zero: 28,
    top: 0.001,
  },
  'branin-noisy': {
    budget: 60,
    space: { x: float(-5, 10), y: float(0, 15) },
    make: noisy(plane, 5),
    optimum: 0.39788735772973816,
    zero: 1.95,
    top: 0.01,
  },
  'hartmann6-noisy': {
    budget: 100,
    space: box(6, 0, 1),
    make: noisy(hartmann6, 0.2),
    optimum: -3.322368011391339,
    zero: 1.41,
    top: 0.03,
  },
}

const michalewicz = (x) => -sum(x.map((v, i) => Math.sin(v) * Math.sin(((i + 1) * v * v) / Math.PI) ** 20))
const dixonPrice = (x) => (x[0] - 1) ** 2 + sum(x.slice(1).map((v, i) => (i + 2) * (2 * v * v - x[i]) ** 2))
const griewank = (x) =>
  1 + sum(x.map((v) => v * v)) / 4000 - x.reduce((product, v, i) => product * Math.cos(v / Math.sqrt(i + 1)), 1)

function ellipsoid8(random) {
  const best = Array.from({ length: 8 }, () => 3 * (2 * random() - 1))
  const q = rotation(8, random)
  return (c) => sum(q.map((row, i) => 10 ** ((3 * i) / 7) * sum(row.map((v, j) => v * (c[`x${j}`] - best[j]))) ** 2))
}

function conditional(random) {
  const [a, b, e] = [random(), random(), random()]
  return ({ model: m }) => {
    if (m.kind === 'svm')
      return (
        0.1 +
        (0.3 * (Math.log10(m.C) - 2 * a + 1)) ** 2 +
        (m.kernel.type === 'rbf' ? (0.2 * (Math.log10(m.kernel.gamma) + 3 * b)) ** 2 - 0.03 : 0.05)
      )
    if (m.kind === 'forest') return 0.13 + 0.05 * Math.abs(Math.log(m.trees / 200)) + (m.depth - 10 * e - 3) ** 2 / 300
    return 0.12 + (0.2 * (Math.log10(m.lr) + 3)) ** 2 + (m.layers - 3) ** 2 / 100 + (m.dropout - b) ** 2 / 3
  }
}

function booleans(random) {
  const weight = Array.from({ length: 20 }, () => Array.from({ length: 20 }, () => normal(random)))
  const best = Array.from({ length: 20 }, () => random() < 0.5)
  return (c) => {
    const s = best.map((b, i) => (c[`b${i}`] === b ? 0 : 1))
    return sum(s.map((v, i) => v * (0.3 + sum(s.map((u, j) => u * 0.1 * Math.abs(weight[i][j]))))))
  }
}

/** Problems that decided nothing. They show whether a change that helps the tuned problems helps others too. */
export const HELD_OUT = {
  michalewicz5: {
    budget: 80,
    space: box(5, 0, Math.PI),
    make: () => (c) => michalewicz(vector(c, 5)),
    optimum: -4.687658,
    zero: 2.3,
    top: 0.01,
  },
  styblinski6: {
    budget: 80,
    space: box(6, -5, 5),
    make: () => (c) => sum(vector(c, 6).map((v) => (v ** 4 - 16 * v * v + 5 * v) / 2)),
    optimum: -39.16616570377142 * 6,
    zero: 75,
    top: 0.1,
  },
  dixonprice6: {
    budget: 80,
    space: box(6, -10, 10),
    make: () => (c) => dixonPrice(vector(c, 6)),
    optimum: 0,
    zero: 6000,
    top: 1,
  },
  griewank6: {
    budget: 80,
    space: box(6, -600, 600),
    make: shifted(griewank, 6, -600, 600),
    optimum: 0,
    zero: 45,
    top: 0.3,
  },
  rastrigin4: {
    budget: 80,
    space: box(4, -5, 5),
    make: shifted((x) => sum(x.map((v) => v * v - 10 * Math.cos(2 * Math.PI * v) + 10)), 4, -5, 5),
    optimum: 0,
    zero: 26,
    top: 2,
  },
  ellipsoid8: { budget: 80, space: box(8, -5, 5), make: ellipsoid8, optimum: 0, zero: 1300, top: 5 },
  conditional: {
    budget: 50,
    make: conditional,
    optimum: 0.07,
    zero: 0.04,
    top: 1e-4,
    space: {
      model: branch('kind', {
        svm: {
          C: float(1e-3, 1e3, { log: true }),
          kernel: branch('type', { rbf: { gamma: float(1e-5, 10, { log: true }) }, linear: {} }),
        },
        forest: { trees: int(10, 1000, { log: true }), depth: int(1, 20) },
        net: { lr: float(1e-5, 1e-1, { log: true }), layers: int(1, 8), dropout: float(0, 0.8) },
      }),
    },
  },
  booleans20: {
    budget: 80,
    space: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`b${i}`, bool()])),
    make: booleans,
    optimum: 0,
    zero: 5,
    top: 0.01,
  },
}

const picks = (d, values) =>
  Object.fromEntries(Array.from({ length: d }, (_, i) => [`s${i}`, choice([...'abcde'].slice(0, values))]))
const switches = (d) => Object.fromEntries(Array.from({ length: d }, (_, i) => [`b${i}`, bool()]))

/** A function of the levels of choices as one of configs, less its minimum, for which all configs are looked at. */
function ofChoices(f, d, count) {
  const levels = new Uint8Array(d)
  let least = Infinity
  for (let k = 0; k < d;) {
    least = Math.min(least, f(levels))
    for (k = 0; k < d && ++levels[k] === count; k++) levels[k] = 0
  }
  return (c) =>
    f(count === 2 ? vector(c, d, 'b').map(Number) : vector(c, d, 's').map((s) => 'abcde'.indexOf(s))) - least
}

/** Some parameters other than the i-th of d. */
function others(i, d, count, random) {
  const chosen = new Set()
  while (chosen.size < count) {
    const j = Math.floor(d * random())
    if (j !== i) chosen.add(j)
  }
  return [...chosen]
}

/** A sum of d random tables, each over one parameter and some others (Kauffman's NK landscape). */
const tables = (d, count, neighbors) => (random) => {
  const parts = Array.from({ length: d }, (_, i) => [i, ...others(i, d, neighbors, random)])
  const table = parts.map(() => Float64Array.from({ length: count ** (neighbors + 1) }, random))
  const entry = (part, levels) => part.reduce((index, j) => index * count + levels[j], 0)
  return ofChoices((levels) => sum(parts.map((part, i) => table[i][entry(part, levels)])), d, count)
}

/** Spins on a grid of 4 × 4 that pull or push their neighbors, in a random field. */
const spins = (field) => (random) => {
  const bonds = []
  for (let i = 0; i < 16; i++) {
    if (i % 4 < 3) bonds.push([i, i + 1, normal(random)])
    if (i < 12) bonds.push([i, i + 4, normal(random)])
  }
  const pull = Array.from({ length: 16 }, () => field * normal(random))
  const energy = (levels) =>
    bonds.reduce((total, [i, j, w]) => total + (levels[i] === levels[j] ? w : -w), 0) +
    pull.reduce((total, h, i) => total + (levels[i] ? h : -h), 0)
  return ofChoices(energy, 16, 2)
}

/** The weight of the clauses of three literals that do not hold. */
const clauses = (d, count) => (random) => {
  const weights = Array.from({ length: count }, random)
  const parts = weights.map((weight) => {
    const i = Math.floor(d * random())
    const [j, k] = others(i, d, 2, random)
    const [a, b, c] = [0, 1, 2].map(() => (random() < 0.5 ? 1 : 0))
    return { weight, i, j, k, a, b, c }
  })
  const broken = (levels) => {
    let total = 0
    for (const { weight, i, j, k, a, b, c } of parts)
      if (levels[i] !== a && levels[j] !== b && levels[k] !== c) total += weight
    return total
  }
  return ofChoices(broken, d, 2)
}

/** A sum over choices and over random pairs of them. */
const pairs = (d, count, size) => (random) => {
  const main = Array.from({ length: d }, () => Array.from({ length: count }, () => normal(random)))
  const parts = Array.from({ length: size }, () => {
    const i = Math.floor(d * random())
    return [i, others(i, d, 1, random)[0], Array.from({ length: count ** 2 }, () => normal(random))]
  })
  const total = (levels) =>
    main.reduce((part, row, i) => part + 0.5 * row[levels[i]], 0) +
    parts.reduce((part, [i, j, table]) => part + table[count * levels[i] + levels[j]], 0)
  return ofChoices(total, d, count)
}

const within = (d, random) => Array.from({ length: d }, () => 0.15 + 0.7 * random())
const normals = (m, d, random) => Array.from({ length: m }, () => Array.from({ length: d }, () => normal(random)))
const heights = (u, rows) => rows.map((row) => Math.abs(sum(row.map((v, i) => v * u[i]))))

/** A sum of distances along the axes and along random directions. */
const kinks = (d) => (random) => {
  const best = within(d, random)
  const weights = Array.from({ length: d }, () => Math.exp(normal(random)))
  const rows = normals(d, d, random)
  return (c) => {
    const u = vector(c, d).map((x, i) => x - best[i])
    return sum(u.map((v, i) => weights[i] * Math.abs(v))) + sum(heights(u, rows)) / d
  }
}

/** The largest of some affine functions. */
const planes = (d, m) => (random) => {
  const best = within(d, random)
  const rows = normals(m, d, random)
  return (c) =>
    Math.max(
      ...heights(
        vector(c, d).map((x, i) => x - best[i]),
        rows,
      ),
    )
}

/**
 * Choices of which pairs and triples decide, and functions with kinks. Few other optimizers were run on them, so `top`
 * is a tenth of `zero`.
 */
export const INTERACTING = {
  nk16: { budget: 80, space: switches(16), make: tables(16, 2, 2), optimum: 0, zero: 1.36, top: 0.136 },
  nk12: { budget: 80, space: switches(12), make: tables(12, 2, 4), optimum: 0, zero: 1.09, top: 0.109 },
  nk9x3: { budget: 80, space: picks(9, 3), make: tables(9, 3, 2), optimum: 0, zero: 0.96, top: 0.096 },
  ising16: { budget: 80, space: switches(16), make: spins(0), optimum: 0, zero: 4.83, top: 0.483 },
  ising16h: { budget: 80, space: switches(16), make: spins(0.5), optimum: 0, zero: 6.19, top: 0.619 },
  maxsat18: { budget: 80, space: switches(18), make: clauses(18, 72), optimum: 0, zero: 1.36, top: 0.136 },
  pairs8x5: { budget: 80, space: picks(8, 5), make: pairs(8, 5, 8), optimum: 0, zero: 5.5, top: 0.55 },
  kinks5: { budget: 80, space: box(5, 0, 1), make: kinks(5), optimum: 0, zero: 0.72, top: 0.072 },
  planes4: { budget: 80, space: box(4, 0, 1), make: planes(4, 8), optimum: 0, zero: 0.32, top: 0.032 },
}

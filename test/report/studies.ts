/**
 * Studies to look at: what the figures and pages of reports are made of, for screenshots and for tests in a browser.
 * Each is made in seconds, by real work or, where it is large, written as workers would have left it.
 *
 *     STUDIES=/tmp/studies npx vitest run --root . --config test/vitest.config.ts test/report/studies.test.ts
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { randomStream } from '../../src/numerics/random.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import { random } from '../../src/sampler/sequence.ts'
import { bool, branch, choice, float, int, ordinal } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import type { StudyOptions } from '../../src/study/definition.ts'
import { openStudy } from '../../src/study/open-study.ts'
import type { LiveTrial } from '../../src/study/live-trial.ts'
import type { Config, Said } from '../../src/trial.ts'
import { writeStudy } from '../benchmark/write-study.ts'

/** Words that must never become more than words. */
export const HOSTILE_WORDS = [
  '</script><img src=x onerror=document.title="run">',
  '<!-- --> ]]> &amp; &#x27; "quoted" \'too\'',
  'a line\u2028separator and a paragraph\u2029separator',
  '\u202egnp.exe\u202c \u2066isolated\u2069 \u200fright to left',
  '\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u0000 \u009b2J',
  '=HYPERLINK("x") +1-1 @SUM(1)\twith a tab\r\nand a line',
  `${'the first letters of two words that are the same '.repeat(200)}1`,
  `${'the first letters of two words that are the same '.repeat(200)}2`,
  '\ud800 half of a pair, and \ufffe',
  'العربية 中文 👩‍🔬 e\u0301',
]

/** The makers by name. Each writes a study into a directory that does not exist yet. */
export const STUDIES = { single, mixed, front, curves, big, hostile } as const

/** One trial. */
async function single(root: string): Promise<void> {
  await run(root, { space: { x: float(0, 1) }, minimize: 'loss', trials: 1, seed: 1 }, 1, ({ config }) => ({
    loss: config['x'] as number,
  }))
}

/** Branches, noise, failures in a corner and by chance, durations that differ, three workers, three trials that run. */
async function mixed(root: string): Promise<void> {
  const space = {
    lr: float(1e-5, 1, { log: true, digits: 3 }),
    batch: ordinal([16, 32, 64, 128, 256, 512]),
    aug: float(0, 1, { step: 0.05 }),
    warm: bool(),
    model: branch('kind', { cnn: { depth: int(2, 10) }, mlp: { width: int(16, 512, { log: true }) } }),
    seed_free: float(0, 1, { digits: 2 }),
  } satisfies Space
  const options = { space, minimize: 'error', seed: 7 }
  const objective = async ({ config, number }: LiveTrial<Config>): Promise<Said> => {
    const { lr, batch, aug, model } = config as { lr: number; batch: number; aug: number; model: Config }
    const next = randomStream('mixed', number!)
    await sleep(3 + 40 * next.next() + (model['kind'] === 'cnn' ? 4 * (model['depth'] as number) : 0))
    const noise = 0.006 * (next.next() + next.next() + next.next() - 1.5)
    if (model['kind'] === 'cnn' && batch >= 256 && (model['depth'] as number) >= 7)
      throw new Error('CUDA out of memory. Tried to allocate 2.40 GiB')
    if (next.next() < 0.02) throw new Error('the connection was reset')
    const form = model['kind'] === 'cnn' ? Math.abs((model['depth'] as number) - 6) / 20 : 0.12
    return { error: 0.06 + 0.03 * Math.abs(Math.log10(lr) + 2.7) ** 1.5 + 0.1 * (1 - aug) ** 2 + form + noise }
  }
  // A model keeps away from failures, so chance tries enough of them first.
  await run(root, { ...options, trials: 45, sampler: random() }, 3, objective)
  await run(root, { ...options, trials: 90, sampler: bayesian({ effort: 'low' }) }, 3, objective)
  const study = await openStudy(root, { trials: 93 })
  for (let k = 0; k < 3; k++) await study.ask({ ttlMs: 3_600_000 })
  await study.close()
}

/** Two objectives with constraints; some trials break one, a few fail. */
async function front(root: string): Promise<void> {
  const space = {
    width: int(8, 512, { log: true }),
    layers: int(1, 12),
    quantized: bool(),
    rate: float(0.001, 1, { log: true }),
  }
  const options: StudyOptions = {
    ...{ space, objectives: { accuracy: 'maximize', latency: 'minimize' }, trials: 60, seed: 3 },
    ...{ constraints: { memory: { atMost: 400 } }, prefer: { within: { latency: { atMost: 30 } } } },
    sampler: bayesian({ effort: 'low' }),
  }
  await run(root, options, 2, async ({ config }) => {
    const { width, layers, quantized, rate } = config as {
      width: number
      layers: number
      quantized: boolean
      rate: number
    }
    await sleep(5 + layers)
    const size = width * layers
    if (layers > 8 && rate > 0.1) throw new Error('loss is NaN at step 12')
    const skill = 1 - Math.exp(-size / 400) - 0.1 * Math.abs(Math.log10(rate) + 1.5) - (quantized ? 0.03 : 0)
    return {
      accuracy: 0.5 + 0.45 * Math.max(-1, skill),
      latency: (quantized ? 0.4 : 1) * (2 + size / 40),
      memory: (quantized ? 0.3 : 1) * size * 0.3,
      quantized,
    }
  })
}

/** Curves of forty steps; half of the trials are pruned on their way. */
async function curves(root: string): Promise<void> {
  const space = { lr: float(1e-4, 1, { log: true }), momentum: float(0, 0.99), decay: float(1e-6, 1e-2, { log: true }) }
  const options = { space, maximize: 'score', trials: 60, seed: 5, sampler: random() }
  const seen: number[][] = []
  await run(root, options, 2, async (trial) => {
    const { lr, momentum } = trial.config as { lr: number; momentum: number }
    const next = randomStream('curves', trial.number!)
    const limit = 0.95 - 0.15 * Math.abs(Math.log10(lr) + 1.5) - 0.1 * (momentum - 0.8) ** 2
    let score = 0
    for (let step = 1; step <= 40; step++) {
      score = limit * (1 - Math.exp(-step / (6 + 20 * momentum))) + 0.02 * (next.next() - 0.5)
      // A rate that is too high diverges.
      if (lr > 0.3 && step > 20) score = NaN
      await trial.report(score, { step })
      const others = (seen[step] ??= [])
      const rank = others.filter((other) => other > score).length
      others.push(score)
      if (step % 8 === 0 && others.length > 8 && rank > others.length / 2) {
        await trial.prune(score, { because: `below the median at step ${step}` })
        return undefined
      }
    }
    if (Number.isNaN(score)) throw new Error('score is NaN')
    return { score }
  })
}

/** Ten thousand random trials of eight parameters by twenty workers, some of them failed, values over five decades. */
async function big(root: string): Promise<void> {
  const space = {
    ...{
      lr: float(1e-6, 1, { log: true }),
      momentum: float(0, 1),
      depth: int(1, 50),
      width: int(1, 1024, { log: true }),
    },
    kind: choice(Array.from({ length: 60 }, (_, k) => `kind ${k}`)),
    warm: bool(),
    ...{ aug: float(0, 1), noise: float(0, 1) },
  } satisfies Space
  await writeStudy(root, {
    ...{ trials: 10_000, live: 20, departed: 0, isBare: true, indexedAt: [] },
    search: {
      space,
      trialOf: (n, { next }) => {
        const lr = 10 ** (-6 + 6 * next())
        const depth = 1 + Math.floor(50 * next())
        const k = Math.floor(60 * next() ** 2)
        const config = {
          ...{ lr, momentum: next(), depth, width: Math.floor(2 ** (10 * next())) },
          ...{ kind: `kind ${k}`, warm: next() < 0.5, aug: next(), noise: next() },
        }
        const loss = 0.001 + (Math.log10(lr) + 3) ** 4 / 50 + ((depth - 30) / 50) ** 2 / 10 + (k % 7) / 100
        const isFailed = lr > 0.1 && depth > 40
        return {
          config,
          value: isFailed ? null : loss * Math.exp(next() - 0.5),
          detail: 'overflow encountered in exp',
          began: Math.floor(n / 20) * 40 + 5 * next(),
          took: 10 + 20 * next() + depth / 10,
        }
      },
    },
  })
}

/** Choices, error texts and outputs that are hostile to pages and terminals, and values that are hostile to scales. */
async function hostile(root: string): Promise<void> {
  const space = {
    word: choice(HOSTILE_WORDS),
    many: choice(Array.from({ length: 200 }, (_, k) => `${'a choice among two hundred '.repeat(3)}${k}`)),
    tiny: float(1e-300, 1e300, { log: true }),
    deep: branch('kind', {
      '<b>one</b>': { a: float(-1e-12, 1e-12) },
      "two's": { a: int(-1_000_000, 1_000_000) },
    }),
    constant: '</script>',
  } satisfies Space
  const options = { space, minimize: 'a value/with @ signs', trials: 40, seed: 2, sampler: random() }
  await run(root, options, 2, ({ number, config }): Said => {
    const word = HOSTILE_WORDS[number! % HOSTILE_WORDS.length]!
    if (number! % 4 === 0) throw new Error(word)
    const value = number! % 5 === 0 ? -1e300 : Math.log10(config['tiny'] as number) ** 5
    return { 'a value/with @ signs': value, note: word.slice(0, 500) }
  })
}

/** Runs a study with several workers of this process until its trials have ended. */
async function run(
  root: string,
  options: StudyOptions,
  workers: number,
  objective: (trial: LiveTrial<Config>) => Said | undefined | Promise<Said | undefined>,
): Promise<void> {
  const studies = []
  for (let k = 0; k < workers; k++) studies.push(await openStudy(root, options))
  await Promise.all(studies.map((study) => study.optimize(objective)))
  for (const study of studies) await study.close()
}

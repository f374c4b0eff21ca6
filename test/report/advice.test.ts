import { describe, expect, test } from 'vitest'
import { configOfWords } from '../../src/cli/config-words.ts'
import { PLOT_KINDS } from '../../src/cli/plot/kinds.ts'
import { readWords } from '../../src/cli/arguments.ts'
import { studyDirectory, studyOnly } from '../../src/cli/positionals.ts'
import { verbNamed } from '../../src/cli/verbs.ts'
import { modelViews } from '../../src/report/models/model-views.ts'
import type { Config } from '../../src/trial.ts'
import { endedTrial } from '../support/trial-records.ts'
import { advice, adviceOfRecords } from '../../src/report/advice.ts'
import type { Facts } from '../../src/report/facts.ts'
import type { Advice, AdviceKind } from '../../src/report/piece.ts'
import { binomialCdf } from '../../src/report/trial-counts.ts'
import { AUG, KIND, LR, PATH, SPACE, WIDTH, at, cutOf, smooth, studyOf, viewOf } from './planted-studies.ts'
import type { Trialist } from './planted-studies.ts'

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed)

const kindsOf = (pieces: readonly Advice[]): AdviceKind[] => pieces.map(({ kind }) => kind)

const found = (facts: Facts, kind: AdviceKind): Advice => {
  const pieces = advice(facts)
  const one = pieces.find((each) => each.kind === kind)
  expect(one, `${kind} among ${kindsOf(pieces).join()}`).toBeDefined()
  const [, , , , name, ...rest] = shellWords(one!.see!)
  expect(one!.see!.startsWith('anthill plot -s '), one!.see).toBe(true)
  const { least, most } = PLOT_KINDS[name!]!
  expect([least <= rest.length, rest.length <= most]).toEqual([true, true])
  return one!
}

const withView = (facts: Facts, change: Parameters<typeof viewOf>[1] = {}): Facts => ({
  ...facts,
  models: [viewOf(facts, change)],
})

const plain: Trialist = (config) => ({ value: smooth(config) })

/** The words of a line of shell, as a shell reads them: literal words and words in single quotes. */
const shellWords = (line: string): string[] =>
  [...line.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|\\'/g, (_, text) => text ?? "'"),
  )

/** Reads a command as `anthill` would, up to its study. */
async function expectToWork(command: string | undefined): Promise<void> {
  const [program, name, ...rest] = shellWords(command!)
  const verb = verbNamed(name!)!
  expect(program).toBe('anthill')
  const { options } = await verb.load()
  const words = readWords(verb, rest, options)
  expect(words.text('study')).toBe(PATH)
  if (name === 'add') configOfWords(SPACE, words.plain, 'add')
  else if (words.plain.length === 0) studyOnly(words)
  else expect([words.plain.length, words.plain[0]]).toEqual([1, expect.stringMatching(/^\d+$/)])
  expect(studyDirectory(words)).toContain(PATH)
}

describe('what records say', () => {
  const failing: Trialist = (config) =>
    config.width > 400 && config.kind === 'mlp' ? { value: null } : { value: smooth(config) }

  test('failures: the rule, what is there, how they end, and the log of the newest', async () => {
    const facts = studyOf(120, 1, failing)
    const piece = found(facts, 'failures')
    expect(piece.words).toMatch(/^All \d+ failures have .*width.* and kind is mlp; nothing there has worked\./)
    expect(piece.words).toMatch(/ They end with 'exit status 1'\.$/)
    expect(piece).toMatchObject({ evidence: 'failure', certainty: expect.stringContaining('1 of 500') })
    await expectToWork(piece.command)
  })

  test('many failures without a rule are told by what they end with', () => {
    const facts = studyOf(60, 2, (config, n) => ({ value: n % 3 === 0 ? null : smooth(config) }))
    expect(found(facts, 'failures').words).toBe("20 of 60 trials failed, all of them with 'exit status 1'.")
  })

  test('time: what is left, with its interval', () => {
    const facts = studyOf(10, 3, plain)
    const left = { seconds: 3600, low: 3000, high: 7000, atOnce: 2, from: 10 }
    const piece = found({ ...facts, counts: { ...facts.counts, left } }, 'time')
    expect(piece.words).toBe('It will take about 1h 00m more, with 2 trials at a time.')
    expect(piece.certainty).toBe('50m 00s to 1h 56m with 90 %, by the latest 10 trials')
  })

  test('idle: workers that wait half of their time', () => {
    const facts = studyOf(30, 4, (config, n) => ({
      value: smooth(config),
      started: at(20 * n),
      ended: at(20 * n + 10),
    }))
    expect(found(facts, 'idle').words).toBe('Workers were idle for 49 % of their time: 10s between two trials.')
  })

  test('idle: not where attempts are missing, as those of a paused trial, or trials were left out', () => {
    const paused: Trialist = (config, n) => ({
      value: smooth(config),
      started: at(20 * n),
      ended: at(20 * n + 10),
      attempt: n % 2 === 0 ? 1 : 2,
    })
    expect(kindsOf(advice(studyOf(30, 4, paused)))).toEqual([])
    const facts = studyOf(30, 4, (config, n) => ({
      value: smooth(config),
      started: at(20 * n),
      ended: at(20 * n + 10),
    }))
    expect(kindsOf(advice({ ...facts, total: 31 }))).toEqual([])
  })

  test('lost: attempts that ended with their workers', async () => {
    const facts = studyOf(40, 5, plain)
    const lost = [1, 2, 3].map((trial) => ({ trial, worker: 'w', started: NaN, ended: NaN, reason: 'lost' }))
    const piece = found({ ...facts, lost }, 'lost')
    expect(piece.words).toMatch(/^3 of 40 attempts were lost with their workers\./)
    await expectToWork(piece.command)
    expect(kindsOf(advice({ ...facts, lost: lost.slice(1) }))).not.toContain('lost')
  })

  test('pruning: what it saved', () => {
    const facts = studyOf(40, 6, (config, n) =>
      n % 2 === 0 ? { value: smooth(config) } : { value: null, state: 'pruned', reason: null, ended: at(11 * n + 2) },
    )
    expect(found(facts, 'pruning').words).toBe('Ending 20 trials early saved about 2m 40s of trials, 40 % of all.')
  })

  test('constraints: none is met, or hardly any', async () => {
    const goals = { objectives: { value: 'minimize' }, constraints: { memory: { atMost: 16 } } } as const
    const saying = (memory: (n: number) => number): Facts =>
      studyOf(30, 7, (config, n) => ({ value: smooth(config), outputs: { memory: memory(n) } }), { goals })
    const none = found(
      saying((n) => 17 + ((n + 17) % 30)),
      'constraint',
    )
    expect(none.words).toContain("None of 30 complete trials counts for the best: all of them break 'memory <= 16'.")
    expect(none.words).toContain('Trial 13 comes nearest.')
    await expectToWork(none.command)
    const either = { ...goals, constraints: { memory: { atMost: 16 }, heat: { atMost: 1 }, noise: { atMost: 1 } } }
    const third = studyOf(
      30,
      7,
      (config, n) => ({
        value: smooth(config),
        outputs: { memory: n % 3 === 0 ? 20 : 10, heat: n % 3 === 1 ? 2 : 0, noise: n % 3 === 2 ? 2 : 0 },
      }),
      { goals: either },
    )
    expect(found(third, 'constraint').words).toContain('counts for the best: 10 of them break ')
    const unpreferred = saying((n) => (n < 15 ? 10 : 20))
    expect(kindsOf(advice({ ...unpreferred, best: -1 }))).not.toContain('constraint')
    const few = found(
      saying((n) => (n < 3 ? 10 : 20)),
      'constraint',
    )
    expect(few.words).toMatch(/^27 of 30 complete trials break 'memory <= 16'/)
    await expectToWork(few.command)
    expect(kindsOf(advice(saying((n) => (n < 15 ? 10 : 20))))).not.toContain('constraint')
  })

  test('several objectives: they pull apart or not, and a front at rest', async () => {
    const goals = { objectives: { value: 'minimize', size: 'maximize' } } as const
    const of = (count: number, size: (value: number, n: number) => number): Facts =>
      studyOf(count, 8, (config, n) => {
        const value = smooth(config)
        return { value, values: { value, size: size(value, n) } }
      }, { goals }) // prettier-ignore
    const apart = found(
      of(30, (value) => value),
      'trade',
    )
    expect(apart.words).toMatch(/^The objectives pull apart: no trial beats the 30 of the front/)
    await expectToWork(apart.command)
    const one = found(
      of(30, (value) => -value),
      'trade',
    )
    expect(one.words).toMatch(/^Trial \d+ is the best in every objective/)
    await expectToWork(one.command)
    const rested = of(120, (value, n) => (n < 60 ? value + 10 : 0))
    expect(found(rested, 'stopped').words).toMatch(/^None of the last 50 trials joined the front of \d+ trials\./)
    await expectToWork(found(rested, 'stopped').command)
  })

  test.each(SEEDS)('nothing appears by chance (seed %i)', (seed) => {
    const chance: Trialist = (_config, n, next) => {
      const took = 5 + 10 * next()
      // Where a fifth fails, that is said without a rule: it is counted.
      const value = next() < 0.05 ? null : next()
      return { value, started: at(20 * n), ended: at(20 * n + took) }
    }
    const facts = studyOf(80, seed, chance)
    const busy = { ...facts, columns: { ...facts.columns, started: facts.columns.ended.map((end) => end - 19_000) } }
    expect(kindsOf(adviceOfRecords(busy))).toEqual([])
  })
})

describe('what models say', () => {
  test('weak: enough values that no model predicts', () => {
    const noModel = 'the model of 60 values predicts little better than their mean (R² 0.10), so it tells nothing'
    const asked = (facts: Facts): Facts => ({
      ...facts,
      noModel,
      importances: [{ objective: 'value', heldOut: 0, trials: 60, rows: [] }],
    })
    const noise: Trialist = (_, _n, next) => ({ value: next() })
    const piece = found(asked(studyOf(60, 11, noise)), 'weak')
    expect(piece.words).toMatch(/^No model predicts values that it has not seen\. Do not trust/)
    expect(piece.certainty).toBe(noModel)
    expect(kindsOf(advice(asked(studyOf(30, 11, noise))))).toEqual([])
    expect(kindsOf(advice(asked(studyOf(60, 11, () => ({ value: 1 })))))).toEqual([])
    expect(kindsOf(advice(studyOf(60, 11, noise)))).toEqual([])
    expect(kindsOf(advice(withView(asked(studyOf(60, 11, noise)))))).toEqual([])
  })

  const atEnd: Trialist = (config) => ({
    value: 2 - config.aug,
    config: config.aug > 1.7 ? { ...config, aug: 2 } : config,
  })

  test('bound: at an end in the best trials, where the model expects more beyond', () => {
    const facts = studyOf(100, 12, atEnd)
    const piece = found(withView(facts, { cuts: [cutOf(AUG, { gainAtHigh: 2.7 })] }), 'bound')
    expect(piece.words).toMatch(/^'aug' is at its upper end \(2\) in all of the best 10 trials, .* If more is possible/)
    expect(piece).toMatchObject({ evidence: `cut-${AUG}`, certainty: expect.stringContaining('2.7') })
    expect(kindsOf(advice(withView(facts, { cuts: [cutOf(AUG, { gainAtHigh: 1.7 })] })))).toEqual([])
    const inside = studyOf(100, 12, plain)
    expect(kindsOf(advice(withView(inside, { cuts: [cutOf(AUG, { gainAtHigh: 2.7 })] })))).toEqual([])
  })

  test('bound: not if another objective becomes worse there', () => {
    const goals = { objectives: { value: 'minimize', size: 'minimize' } } as const
    const facts = studyOf(100, 12, (config, n, next) => {
      const { value, ...rest } = atEnd(config, n, next)
      return { value, values: { value: value!, size: 1 }, ...rest }
    }, { goals }) // prettier-ignore
    const views = (other: number): Facts => ({
      ...facts,
      models: [
        viewOf(facts, { cuts: [cutOf(AUG, { gainAtHigh: 2.7 })] }),
        viewOf(facts, { objective: 'size', cuts: [cutOf(AUG, { gainAtHigh: other })] }),
      ],
    })
    expect(kindsOf(advice(views(0.5)))).toContain('bound')
    expect(kindsOf(advice(views(-0.5)))).not.toContain('bound')
  })

  test('level: a choice that was given up early and may be the better one', async () => {
    const facts = studyOf(150, 13, (config, n) => ({
      value: smooth(config),
      config: { ...config, kind: n % 30 === 7 ? 'vit' : n % 2 === 0 ? 'cnn' : 'mlp' },
    }))
    const own = facts.columns.parameters[KIND]!.at[facts.best]!
    const cut = cutOf(KIND, { mean: [0.1, 0.12, 0.15], low: [0.09, 0.11, 0.05], beats: [0, 0.01, 0.12] })
    expect(own).toBe(0)
    const piece = found(withView(facts, { cuts: [cut] }), 'level')
    expect(piece.words).toMatch(/^'kind' was 'vit' in only 5 trials of 150/)
    expect(piece.certainty).toBe('it is better with a chance of 12 %')
    expect(piece.command).toMatch(/ kind=vit --repeat$/)
    await expectToWork(piece.command)
    expect(kindsOf(advice(withView(studyOf(150, 13, plain), { cuts: [cut] })))).toEqual([])
    const sure = { ...cut, low: [0.09, 0.11, 0.12] }
    expect(kindsOf(advice(withView(facts, { cuts: [sure] })))).toEqual([])
  })

  test('noise and luck: where the best differ by less than one measurement scatters', async () => {
    const facts = studyOf(80, 14, (config, _n, next) => ({ value: smooth(config) / 100 + 0.1 * next() }))
    const value = facts.columns.values.get('value')![facts.best]!
    const best = { trial: facts.best, mean: { value: value + 0.05, low: value + 0.03, high: value + 0.07 } }
    const noisy = withView(facts, { noise: 0.03, noiseShare: 0.4, best })
    expect(found(noisy, 'noise').words).toMatch(/^One measurement scatters by ±0.03, and the best 5 differ by 0\.\d+/)
    await expectToWork(found(noisy, 'noise').command)
    const lucky = found(noisy, 'lucky')
    expect(lucky.words).toContain(`of trial ${facts.columns.number[facts.best]}, was luck too`)
    expect(lucky.command).toMatch(/ --repeat$/)
    await expectToWork(lucky.command)
    expect(kindsOf(advice(withView(facts, { noise: 0.03, noiseShare: 0.005, best })))).toEqual([])
    const fair = { trial: facts.best, mean: { value, low: value - 0.01, high: value + 0.01 } }
    expect(kindsOf(advice(withView(facts, { noise: 0.001, noiseShare: 0.4, best: fair })))).toEqual([])
  })

  test('noise and luck: not where repeats have always given the same value', () => {
    const facts = studyOf(80, 14, (config, n) => {
      const same = { ...config, lr: 1e-3, width: 100, aug: 1, kind: 'cnn' }
      return n % 20 === 0
        ? { value: 0.5, config: same, repeat: n / 20, id: `r${n}` }
        : { value: 0.4 + smooth(config) / 1000 }
    })
    const best = { trial: facts.best, mean: { value: 1, low: 1, high: 1 } }
    expect(kindsOf(advice(withView(facts, { noise: 0.03, noiseShare: 0.4, best })))).toEqual([])
  })

  test('flat: a parameter that neither the model nor the forest sees', () => {
    const facts = studyOf(80, 15, plain)
    const row = (parameters: number[], high: number) => ({ parameters, share: high / 2, low: 0, high })
    const importances = [
      { objective: 'value', heldOut: 0.9, trials: 80, rows: [row([LR], 0.8), row([AUG], 0.01), row([WIDTH], 0.015)] },
    ]
    const cuts = [cutOf(LR), cutOf(WIDTH, { spanDeviations: 1 }), cutOf(AUG, { spanDeviations: 1.1 })]
    const flat = { ...withView(facts, { cuts }), importances }
    expect(found(flat, 'flat').words).toMatch(/^'width' and 'aug' change nothing that can be seen\./)
    expect(found(flat, 'flat').certainty).toContain('at most 2 %')
    const paired = [{ ...importances[0]!, rows: [...importances[0]!.rows, row([LR, AUG], 0.1), row([LR, WIDTH], 0.1)] }]
    expect(kindsOf(advice({ ...flat, importances: paired }))).toEqual([])
    expect(kindsOf(advice({ ...withView(facts, { cuts, trials: 40 }), importances }))).toEqual([])
  })

  test('a study of more trials than a call can have arguments has advice too', () => {
    const facts = studyOf(60, 1, plain)
    const worth = Float64Array.from({ length: 150_000 }, (_, k) => (k === 0 ? 0.5 : 1))
    const columns = { ...facts.columns, worth }
    const view = withView({ ...facts, columns }, { room: { low: 0, middle: 1e-4, high: 2e-4 } })
    expect(kindsOf(advice(view))).toEqual(['stopped'])
  })

  test('stopped: nothing for 50 trials, and no room; promising: room, and where it is', async () => {
    const facts = studyOf(120, 16, (config, n) => ({ value: smooth(config) + (n < 60 ? 0 : 1) }))
    const none = withView(facts, { room: { low: 0, middle: 1e-4, high: 2e-4 } })
    expect(found(none, 'stopped').words).toMatch(/^The last 50 trials brought nothing, .* better by only 0\.0001\./)
    expect(found(none, 'stopped').command).toContain('anthill best')
    await expectToWork(found(none, 'stopped').command)
    const running = { ...none, counts: { ...facts.counts, workers: { live: 1, silent: 0, done: 0 } } }
    expect(found(running, 'stopped').command).toContain('anthill stop')
    await expectToWork(found(running, 'stopped').command)
    const optimum = { config: { lr: 1e-3, width: 200, aug: 1, kind: 'cnn' }, mean: { value: 0, low: 0, high: 0 } }
    const room = { low: 0.1, middle: 0.2, high: 0.3 }
    const some = found(withView(facts, { room, optimum }), 'promising')
    expect(some.words).toContain('better than any trial so far by 0.2')
    await expectToWork(some.command)
    const next = { trials: 50, chance: 0.35, gain: 0.01 }
    expect(found(withView(facts, { room, next }), 'promising').words).toContain('with a chance of 35 %')
    const moving = studyOf(120, 16, (config, n) => ({ value: smooth(config) - n / 100 }))
    expect(kindsOf(advice(withView(moving, { room: { low: 0, middle: 1e-4, high: 2e-4 } })))).toEqual([])
  })

  test('cost: as good but for noise in half of the time, where the config decides how long a trial takes', async () => {
    const timed: Trialist = (config, n) => ({
      value: 1 - config.width / 1000 + (config.width > 300 ? (config.width - 300) / 1e3 : 0),
      started: at(1000 * n),
      ended: at(1000 * n + 1 + config.width),
    })
    const facts = studyOf(200, 17, timed)
    const best = facts.columns.parameters[WIDTH]!.at.findIndex((width) => width > 480)
    const piece = found({ ...withView(facts, { noise: 0.3, noiseShare: 0.001 }), best }, 'cost')
    expect(piece.words).toMatch(/^Trial \d+ is as good as the best one but for noise .* and takes .* instead of 8m/)
    await expectToWork(piece.command)
  })

  test.each(SEEDS)('nothing appears by chance (seed %i)', (seed) => {
    const chance: Trialist = (config, n, next) => ({
      value: smooth(config) + 0.05 * next(),
      started: at(60 * n),
      ended: at(60 * n + 50 * next() ** 2),
    })
    const facts = studyOf(120, seed, chance)
    const uncertain = { mean: [0.1, 0.1, 0.1], low: [0, 0, 0], high: [1, 1, 1], beats: [0, 0.5, 0.5] }
    const cuts = facts.columns.parameters.map((_, k) => cutOf(k, { ...uncertain, gainAtHigh: 2.5, gainAtLow: 2.5 }))
    const view = withView(facts, { noise: 0.015, noiseShare: 0.005, cuts, room: { low: 0, middle: 0.02, high: 0.1 } })
    expect(kindsOf(advice(view)).filter((kind) => kind !== 'idle')).toEqual([])
  })
})

describe('what real models say of studies with nothing to say', () => {
  const said = (seed: number, trialist: Trialist): Facts => {
    const facts = studyOf(50, seed, trialist)
    const { space, goals } = facts.study
    const { number, values, worth } = facts.columns
    const trials = Array.from(number, (n, i) =>
      endedTrial(n, configAt(facts, i), values.get('value')![i]!, { started: at(11 * n), ended: at(11 * n + 10) }),
    )
    const { recommendation, ...answer } = modelViews({ space, goals, trials, seed })
    const recommended = worth.findIndex((_, i) => number[i] === recommendation?.trial.number)
    return { ...facts, ...answer, recommended }
  }

  const configAt = ({ columns }: Facts, i: number): Config =>
    Object.fromEntries(
      columns.parameters.map(({ leaf, words, at: places }) => [leaf.name, words[places[i]!] ?? places[i]!]),
    )

  test.each([0])('of noise nothing but that it is not predicted (seed %i)', (seed) => {
    expect(kindsOf(advice(said(seed, (_, _n, next) => ({ value: next() + next() }))))).toEqual(['weak'])
  })

  test.each([0, 1])(
    'of random search on a smooth function only that it goes on, and what does nothing (seed %i)',
    (seed) => {
      const pieces = advice(said(seed, plain))
      for (const { kind, words } of pieces)
        expect(`${kind}: ${words}`).toMatch(/^(promising: The best place|flat: 'aug' changes nothing)/)
    },
  )
})

test('the heaviest comes first, and a study without a name has no commands', () => {
  const facts = studyOf(60, 2, (config, n) => ({ value: n % 3 === 0 ? null : smooth(config) }))
  const room = { low: 0.1, middle: 0.2, high: 0.3 }
  const loud = withView(facts, { noise: 1, noiseShare: 0.4, room })
  const weights = advice(loud).map(({ weight }) => weight)
  expect(weights.length).toBeGreaterThan(1)
  expect(weights).toEqual([...weights].sort((a, b) => b - a))
  const nameless = { ...loud, study: { ...loud.study, path: null } }
  for (const { command, see } of advice(nameless)) expect([command, see]).toEqual([undefined, undefined])
})

test('the words of others stay on one line and short', () => {
  const facts = studyOf(60, 2, (config, n) => ({ value: n % 3 === 0 ? null : smooth(config) }))
  const hostile = `a\nb\u2028c${'x'.repeat(10_000)}`
  const [first] = advice({ ...facts, failures: facts.failures.map((group) => ({ ...group, words: hostile })) })
  expect(first!.words).not.toMatch(/[\n\r\u2028]/)
  expect(first!.words.length).toBeLessThan(150)
})

test('a probability of at most k of n', () => {
  expect(binomialCdf(0, 10, 0.5)).toBeCloseTo(2 ** -10, 12)
  expect(binomialCdf(5, 10, 0.5)).toBeCloseTo(0.623046875, 12)
  expect(binomialCdf(10, 10, 0.3)).toBeCloseTo(1, 12)
  expect(binomialCdf(2, 5000, 0.3)).toBe(0)
})

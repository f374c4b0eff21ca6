import { ACQUISITIONS } from '../../src/sampler/acquisition-table.ts'
import { describe, expect, test } from 'vitest'
import { importances } from '../../src/sampler/importance.ts'
import { importanceLines } from '../../src/report/importance-text.ts'
import { modelLine, modelPairs } from '../../src/report/status-text.ts'
import { whyText } from '../../src/report/why-text.ts'
import type { Explanation, ModelExplanation, Why } from '../../src/sampler/explanation.ts'
import type { Near } from '../../src/space/neighbors.ts'
import { sobolPoint } from '../../src/numerics/sobol.ts'
import { decode } from '../../src/space/encoding.ts'
import { float } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { hashText } from '../../src/numerics/random.ts'
import type { TrialRecord } from '../../src/trial.ts'

const SPACE = parseSpace({ a: float(0, 1), b: float(0, 1), c: float(0, 1) })

const trial = (change: Partial<TrialRecord> = {}): TrialRecord => ({
  id: '5c49826a83751767729e',
  number: 3,
  state: 'complete',
  config: { a: 0.5, b: 0.25, c: 1 },
  origin: 'sobol',
  repeat: 0,
  value: 0.5,
  values: { loss: 0.5 },
  outputs: {},
  curve: [],
  attempt: 1,
  worker: 'host-1',
  started: null,
  ended: null,
  reason: null,
  detail: null,
  ...change,
})

describe('why', () => {
  const model: ModelExplanation = {
    by: 'model',
    model: 'smooth',
    warp: 'yeo-johnson',
    observed: 12,
    failed: 2,
    pending: 1,
    prediction: { value: 0.41234, low: 0.2, high: 0.7 },
    incumbent: 0.3,
    acquisition: { name: 'log expected improvement', value: -1.2345 },
    improves: 0.36,
    works: 0.97,
    mode: 'explore',
  }
  const text = (explanation: Explanation | null, change: Partial<Why> = {}): string =>
    whyText(
      SPACE,
      { loss: 'minimize' },
      {
        trial: trial(),
        origin: 'bayesian',
        explanation,
        verdict: 'same',
        reason: null,
        nearest: [],
        ...change,
      },
    )

  test("gives a model's prediction, what was to beat, the neighbors and the outcome, in one paragraph", () => {
    const nearest: Near[] = [
      { number: 7, id: 'x', state: 'complete', value: 0.31, distance: 0.0123 },
      { number: 9, id: 'x', state: 'failed', value: null, distance: 0.5 },
    ]
    expect(text(model, { nearest })).toBe(
      "Trial 3 (5c49826a) tried a=0.5 b=0.25 c=1.0 because it was the turn of model 'smooth', " +
        'a Gaussian process that smooths over ripples, which had seen 12 trials with a value (2 failed, 1 still ' +
        'running) and expected the largest improvement there: it predicted loss 0.412 (one standard ' +
        'deviation: 0.2 to 0.7), where 0.3 was the best to beat, and a chance of 97 % that the trial would not fail. ' +
        'The trial explores: a chance of 36 % of being better, and uncertain enough to be worth a look. Nearest ' +
        'known trials: 7 (0.31, 0.0123 away) and 9 (failed, 0.5 away). It came out at loss 0.5, within one standard ' +
        'deviation of the prediction.',
    )
  })

  test('says what the model wanted by another acquisition, with its numbers, and what else could have been', () => {
    const { acquisition, ...rest } = model
    const by = (name: string, more: object = {}): string =>
      text({ ...rest, acquisition: { ...acquisition, ...more, name } })
    expect(by(ACQUISITIONS.lcb.name, { with: { kappa: 1.96 } })).toContain(
      'and saw the best value within reach there (kappa 1.96): it predicted',
    )
    expect(by(ACQUISITIONS.lcb.name, { with: { kappa: null } })).toContain('within reach there (kappa inf): it')
    expect(by(ACQUISITIONS.thompson.name, { with: {} })).toContain('which is best there: it predicted')
    expect(text({ ...model, portfolio: { of: ['ei', 'pi'], odds: [0.25, 0.75] } })).toContain(
      'and expected the largest improvement there, drawn with the odds ei 25 %, pi 75 %: it predicted',
    )
  })

  test('tells better from worse in either direction', () => {
    expect(text(model, { trial: trial({ value: 0.1 }) })).toContain('loss 0.1, better than predicted.')
    expect(text(model, { trial: trial({ value: 0.9 }) })).toContain('loss 0.9, worse than predicted.')
    const up = whyText(
      SPACE,
      { loss: 'maximize' },
      {
        trial: trial({ value: 0.9 }),
        origin: 'bayesian',
        explanation: model,
        verdict: 'same',
        reason: null,
        nearest: [],
      },
    )
    expect(up).toContain('loss 0.9, better than predicted.')
  })

  test('names the value to beat when the search leaves out the best basins', () => {
    expect(text({ ...model, leftOut: 1 })).toContain(
      'where 0.3 was the best to beat outside the best region, which promised nothing more',
    )
    const twoLeftOut = text({ ...model, leftOut: 2 })
    expect(twoLeftOut).toContain('outside the 2 best regions, which promised nothing more')
    expect(twoLeftOut).toContain(
      ' The trial looks elsewhere: a chance of 36 % of being better than what is known there.',
    )
  })

  test('says that a trial exploits only in words that its numbers bear out', () => {
    const of = (value: number, improves: number, mode: 'exploit' | 'explore'): string =>
      text({ ...model, prediction: { value, low: value - 0.01, high: value + 0.01 }, improves, mode })
    expect(of(0.29, 0.8, 'exploit')).toContain(
      'exploits: a chance of 80 % of being better, predicted to beat the best.',
    )
    expect(of(0.301, 0.4, 'exploit')).toContain('exploits: a chance of 40 % of being better, close to the best.')
    expect(of(0.3, 0.5, 'exploit')).toContain('predicted to equal the best.')
    const far = of(9, 0.001, 'explore')
    expect(far).toContain(
      'The trial explores: predicted to be worse than the best, with a chance of under 1 % of being better, ' +
        'but nothing untried promised more.',
    )
    expect(far).not.toMatch(/good|close|worth a look/)
  })

  test('gives every objective of the outcome', () => {
    const several = trial({ values: { loss: 0.5, speed: 7 } })
    expect(text(model, { trial: several })).toContain('It came out at loss 0.5 (speed 7), within one')
    expect(text({ by: 'random' }, { trial: several })).toContain('It came out at loss 0.5 (speed 7).')
  })

  test('has a reason for every origin', () => {
    expect(text({ by: 'sobol', index: 2, isStandIn: false, because: { reason: 'opening', of: 5 } })).toContain(
      'as the 3rd of 5 opening points',
    )
    expect(text({ by: 'sobol', index: 10, isStandIn: true, because: { reason: 'opening', of: 12 } })).toMatch(
      /the 11th of 12 .*in place of point 10/,
    )
    expect(text({ by: 'sobol', index: 2, isStandIn: false, because: { reason: 'few-values', values: 1 } })).toContain(
      'only 1 trial had given a value',
    )
    expect(text({ by: 'sobol', index: 2, isStandIn: false, because: { reason: 'all-tried' } })).toContain(
      'everything that the models suggested had been tried',
    )
    expect(text({ by: 'sobol', index: 21, isStandIn: false })).toContain('as point 21 of a scrambled Sobol sequence.')
    expect(text({ by: 'design', name: 'halton', index: 21, isStandIn: false })).toContain(
      'as point 21 of a Halton sequence.',
    )
    expect(
      text({ by: 'design', name: 'lhs', index: 2, isStandIn: false, because: { reason: 'opening', of: 5 } }),
    ).toContain('as the 3rd of 5 opening points, which come before a model has a say (point 2 of a Latin hypercube).')
    expect(
      text({ by: 'design', name: 'center', index: 0, isStandIn: false, because: { reason: 'opening', of: 5 } }),
    ).toContain('as the 1st of 5 opening points, which come before a model has a say (the middle of the space).')
    expect(text({ by: 'design', name: 'grid', index: 2, isStandIn: true })).toContain(
      'as a random point in place of point 2 of a grid in random order, which had been tried.',
    )
    expect(text({ by: 'defaults' })).toContain('begins with the defaults')
    expect(text({ by: 'random' })).toContain('drawn at random.')
    expect(text({ by: 'repeat', measurements: 2 })).toContain(
      'once more, after 2 measurements, because nothing new was left',
    )
    const again = text({ ...model, measurements: 1 })
    expect(again).toContain(
      'which had seen 12 trials with a value (2 failed, 1 still running) and wanted this config measured again, ' +
        'after one measurement: it predicted loss 0.412',
    )
    expect(again).toContain('Another measurement tells a good config from a lucky one.')
    expect(text({ by: 'grid', place: 0, of: 12 })).toContain('combination 1 of 12')
    expect(text(null, { verdict: 'queued', origin: 'queue', reason: 'it came from the queue' })).toContain(
      'because somebody had put it into the queue.',
    )
    expect(text(null, { verdict: 'different' })).toContain('gives another config')
    expect(text(null, { verdict: 'unknown', reason: 'its slot file is gone' })).toContain(
      "by sampler 'bayesian'; its reasons cannot be computed again: its slot file is gone.",
    )
    expect(text(null, { verdict: 'unknown', reason: 'its slot file is gone', origin: '' })).toContain(
      'by a sampler whose name is no longer recorded;',
    )
    expect(text(null, { origin: 'own' })).toContain("by sampler 'own'; it gives no reasons.")
  })

  test('gives enough digits to tell close predictions apart', () => {
    const close = { ...model, prediction: { value: 100.0123, low: 99.987, high: 100.038 }, incumbent: 100.0214 }
    expect(text(close)).toContain(
      'it predicted loss 100.012 (one standard deviation: 99.987 to 100.038), where 100.021 was the best to beat',
    )
  })

  test('has words for a space without parameters', () => {
    const only = parseSpace({ k: 3 })
    const reasons: Why = {
      trial: trial({ config: { k: 3 } }),
      origin: 'bayesian',
      explanation: { by: 'random' },
      verdict: 'same',
      reason: null,
      nearest: [],
    }
    expect(whyText(only, { loss: 'minimize' }, reasons)).toMatch(
      /^Trial 3 \(5c49826a\) tried the one config of its space drawn at random\./,
    )
  })

  test('ends with the state of the trial', () => {
    const ending = (change: Partial<TrialRecord>): string =>
      text({ by: 'random' }, { trial: trial({ value: null, ...change }) })
    expect(ending({ state: 'running' })).toMatch(/It is still running\.$/)
    expect(ending({ state: 'failed', reason: 'exit' })).toMatch(/It failed \(exit\)\.$/)
    expect(ending({ state: 'pruned' })).toMatch(/It was pruned\.$/)
    expect(ending({ state: 'pruned', value: 2 })).toMatch(/It was pruned at loss 2\.$/)
    expect(ending({ state: 'pruned', detail: 'it was\nbad' })).toMatch(/It was pruned: it was\\nbad\.$/)
    expect(ending({ state: 'interrupted' })).toMatch(/waits for the next worker\.$/)
  })
})

describe('importance', () => {
  const trialsOf = (space: Space, n: number, f: (config: any) => number): TrialRecord[] =>
    Array.from({ length: n }, (_, i) => {
      const config = decode(space, sobolPoint(i, 3, 5))
      const value = f(config)
      return trial({ id: String(i), number: i, config, value, values: { loss: value } })
    })
  const noise = (config: object): number => hashText(JSON.stringify(config), 7) / 2 ** 32
  const objectives = { loss: 'minimize' } as const

  test('says how well trials held out are predicted: nearly 1 for a plain function, about 0 for noise', () => {
    const [plain] = importances(
      SPACE,
      trialsOf(SPACE, 200, ({ a, b }) => 3 * a + b),
      objectives,
    )
    expect(plain).toMatchObject({ objective: 'loss', trials: 200 })
    expect(plain!.heldOut).toBeGreaterThan(0.9)
    expect(plain!.rows[0]!.parameters).toEqual(['a'])
    const [none] = importances(SPACE, trialsOf(SPACE, 200, noise), objectives)
    expect(none!.heldOut).toBeLessThan(0.1)
    // Half of the variance is noise, which no model can predict.
    const [half] = importances(
      SPACE,
      trialsOf(SPACE, 400, (config) => config.a + noise(config)),
      objectives,
    )
    expect(half!.heldOut).toBeGreaterThan(0.25)
    expect(half!.heldOut).toBeLessThan(0.55)
  })

  test('does not depend on the order of the trials, the unit of the objective, or trials without a value', () => {
    const trials = trialsOf(SPACE, 60, ({ a, b }) => a * b)
    const expected = importances(SPACE, trials, objectives)
    expect(importances(SPACE, [...trials].reverse(), objectives)).toEqual(expected)
    expect(importances(SPACE, [...trials, trial({ state: 'failed', value: null, values: {} })], objectives)).toEqual(
      expected,
    )
    const [huge] = importances(
      SPACE,
      trials.map((t) => ({ ...t, values: { loss: 2 ** 900 * t.value! } })),
      objectives,
    )
    expect(huge!.heldOut).toBeCloseTo(expected[0]!.heldOut!, 9)
  })

  test('leaves out an objective with too few values, and says when all values are equal', () => {
    expect(
      importances(
        SPACE,
        trialsOf(SPACE, 9, ({ a }) => a),
        objectives,
      ),
    ).toEqual([])
    const [same] = importances(
      SPACE,
      trialsOf(SPACE, 20, () => 4),
      objectives,
    )
    expect(same!.heldOut).toBeNull()
    expect(importanceLines([same!])[0]).toBe(
      'loss: all 20 complete trials have the same value, so no parameter matters',
    )
  })

  test('the table begins with how far it can be trusted, warns of noise, and ends with the rest', () => {
    const lines = importanceLines(
      importances(
        SPACE,
        trialsOf(SPACE, 100, ({ a, b }) => 3 * a + b),
        objectives,
      ),
    )
    expect(lines[0]).toBe('loss: shares of the variance over the space, by a random forest of 100 complete trials')
    expect(lines[1]).toMatch(/^it predicts held-out trials with R² 0\.\d\d/)
    expect(lines[3]).toMatch(/^parameter +share +80 % interval$/)
    expect(lines[4]).toMatch(/^a +0\.\d\d +0\.\d\d to 0\.\d\d$/)
    expect(lines.some((line) => line.startsWith('c '))).toBe(true)
    const weak = importanceLines(importances(SPACE, trialsOf(SPACE, 100, noise), objectives))
    expect(weak[2]).toContain('run more trials')
    expect(weak.at(-1)).toMatch(/^\(three or more together, and noise\) +0\.\d\d$/)
  })
})

const ONE = { objectives: { loss: 'minimize' } } as const

test('the model adds an interval of the best trial, or says that there is no noise or too little to tell', () => {
  expect(
    modelPairs(ONE, {
      isNoisy: true,
      luck: 'none',
      modelled: 60,
      mean: { value: 0.25, low: 0.1, high: 0.4 },
      judged: [],
    }),
  ).toEqual([['mean', '0.25 (95 %: 0.1 to 0.4), by a model of 60 trials']])
  expect(modelPairs(ONE, { isNoisy: false, luck: 'none', modelled: 30, mean: null, judged: [] })[0]![1]).toContain(
    'no noise in 30 trials',
  )
  expect(modelPairs(ONE, { isNoisy: false, luck: 'unknown', modelled: 0, mean: null, judged: [] })[0]![1]).toContain(
    'too few trials',
  )
  expect(modelPairs(ONE, { isNoisy: false, luck: 'none', modelled: 0, mean: null, judged: [] })[0]![1]).toContain(
    'no noise',
  )
  const doubt = modelPairs(ONE, { isNoisy: false, luck: 'unknown', modelled: 40, mean: null, judged: [] })[0]![1]
  expect(doubt).toBe('no noise in 40 trials, but too few near the best to exclude it there: this is the best trial')
  const luck = modelPairs(ONE, { isNoisy: false, luck: 'likely', modelled: 40, mean: null, judged: [] })[0]![1]
  expect(luck).toMatch(/^the best of 40 trials, but .* may be luck/)
  expect(luck).not.toContain('no noise')
})

test('the model names the sum that is preferred, and noisy outputs that have a bound', () => {
  const mean = { value: 0.25, low: 0.1, high: 0.4 }
  const found = { isNoisy: true, luck: 'none', modelled: 60, mean, judged: ['memory'] } as const
  const objectives = { loss: 'minimize', latency: 'minimize' } as const
  expect(modelPairs({ objectives, prefer: { weights: { loss: 1, latency: 0.1 } } }, found)).toEqual([
    ['mean', '0.25 (95 %: 0.1 to 0.4) of latency by 0.1 and loss by 1, by a model of 60 trials'],
    ['noisy', 'memory, which must be met by predicted means too'],
  ])
  expect(modelLine(found)).toEqual({ isNoisy: true, luck: 'none', trials: 60, mean, judged: ['memory'] })
  expect(modelLine({ ...found, judged: [] })).not.toHaveProperty('judged')
})

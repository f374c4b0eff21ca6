import { beforeAll, expect, test } from 'vitest'
import { inBrief } from '../../../src/report/models/digits.ts'
import { modelViews } from '../../../src/report/models/model-views.ts'
import { recommend } from '../../../src/sampler/recommend.ts'
import { float } from '../../../src/space/parameter.ts'
import { parseSpace } from '../../../src/space/validate.ts'
import type { Goals, TrialRecord } from '../../../src/trial.ts'
import { endedTrial } from '../../support/trial-records.ts'
import { PLANE, bowl, trialsOf, viewOf } from './studies.ts'

const LOSS: Goals = { objectives: { loss: 'minimize' } }
const ask = (trials: readonly TrialRecord[], goals = LOSS, space = PLANE): ReturnType<typeof modelViews> =>
  modelViews({ space, trials, goals, seed: 3 })

/** A noisy bowl with a corner where trials fail, in a space with a parameter that does nothing. */
const SPACE = parseSpace({ x: float(0, 1), y: float(0, 1), idle: float(0, 1) })
const TRIALS = trialsOf(SPACE, 30, (config) => (config.x + config.y > 1.7 ? null : 1 + bowl(config)), { noise: 0.1 })
let answer: ReturnType<typeof modelViews>
beforeAll(() => {
  answer = modelViews({ space: SPACE, trials: TRIALS, goals: LOSS, seed: 3, forecast: true })
})

test('a view says all that a model knows, and the same question has the same answer', () => {
  const [view] = answer.models
  expect(answer.noModel).toBeNull()
  expect(answer.importances.map(({ objective }) => objective)).toEqual(['loss'])
  expect(view!.r2).toBeGreaterThan(0.7)
  // Within a factor of three of the true one.
  expect(Math.abs(Math.log(view!.noise / 0.1))).toBeLessThan(Math.log(3))
  expect(view!.cuts.map(({ parameter }) => parameter)).toEqual([0, 1, 2])
  expect(view!.contours).toHaveLength(3)
  expect(view!.contours.every(({ works }) => works.length === 1600)).toBe(true)
  expect(view!.next!.trials).toBe(50)
  // In another order, so that nothing hangs on it.
  const again = modelViews({ space: SPACE, trials: [...TRIALS].reverse(), goals: LOSS, seed: 3, forecast: true })
  expect(JSON.stringify(again)).toBe(JSON.stringify(answer))
})

test('the trial to take home is that of recommend, with the same interval', () => {
  const expected = recommend(SPACE, TRIALS, LOSS)!
  expect(expected.isNoisy).toBe(true)
  expect(answer.recommendation).toEqual(expected)
  const { recommended, best } = answer.models[0]!
  expect(recommended).toEqual({ trial: expected.trial.number, mean: expected.mean })
  const lowest = Math.min(...TRIALS.map(({ value }) => value ?? Infinity))
  expect(TRIALS[best.trial]!.value).toBe(lowest)
})

test('a trial is an index in the columns of the trials that are shown', () => {
  const trials = trialsOf(PLANE, 20, bowl)
  const queued = endedTrial(0, { x: 0, y: 0 }, null, { number: null, state: 'queued' })
  const { calibration } = viewOf(PLANE, [queued, ...trials], { shown: [queued, ...trials.slice(5)] })
  expect(calibration.trial).toEqual(trials.map((_, i) => (i < 5 ? -1 : i - 5)))
})

test('maximizing mirrors minimizing', () => {
  const mirrored = TRIALS.map((trial) =>
    trial.value === null ? trial : { ...trial, value: -trial.value, values: { loss: -trial.value } },
  )
  const [view] = answer.models
  const [other] = ask(mirrored, { objectives: { loss: 'maximize' } }, SPACE).models
  expect(other!.recommended.trial).toBe(view!.recommended.trial)
  expect(other!.recommended.mean.value).toBe(-view!.recommended.mean.value)
  expect(other!.recommended.mean.low).toBe(-view!.recommended.mean.high)
  expect(other!.cuts[0]!.gainAtLow).toBe(view!.cuts[0]!.gainAtLow)
  expect(other!.cuts[0]!.low).toEqual(view!.cuts[0]!.high.map((value) => -value))
  expect(other!.room).toEqual(view!.room)
  expect(other!.noise).toBe(view!.noise)
})

test('values over twelve decades keep their bands finite and above what is possible', () => {
  const trials = trialsOf(PLANE, 24, (config) => 10 ** (12 * (bowl(config) / 2) - 6))
  const view = viewOf(PLANE, trials)
  expect(view.r2).toBeGreaterThan(0.8)
  for (const { mean, low, high } of view.cuts)
    for (const [i, value] of mean.entries()) {
      expect(Number.isFinite(value) && low[i]! <= value && value <= high[i]!).toBe(true)
    }
  const { middle, high } = view.room!
  expect(middle >= 0 && high < 1).toBe(true)
})

test('each objective has a view, and one that no model explains says so', () => {
  const trials = trialsOf(PLANE, 24, bowl).map((trial, i): TrialRecord => {
    const values = { loss: trial.value!, luck: (i * 7919) % 101, size: 3 - trial.value! }
    return { ...trial, values }
  })
  const found = ask(trials, { objectives: { loss: 'minimize', luck: 'minimize', size: 'maximize' } })
  expect(found.models.map(({ objective }) => objective)).toEqual(['loss', 'size'])
  expect(found.noModel).toMatch(
    /^'luck': the model of 24 values predicts little better than their mean \(R² -?\d\.\d\d\)/,
  )
  expect(found.importances.map(({ objective }) => objective)).toEqual(['loss', 'luck', 'size'])
  expect(found.models[0]!.recommended.trial).toBe(found.models[1]!.recommended.trial)
})

test('a trial that breaks a constraint is not taken home, and the optimum is likely to meet it', () => {
  const trials = trialsOf(PLANE, 46, bowl).map((trial): TrialRecord => ({
    ...trial,
    outputs: { memory: 10 * (trial.config as { y: number }).y },
  }))
  const goals: Goals = { objectives: { loss: 'minimize' }, constraints: { memory: { atMost: 5 } } }
  const { models, recommendation } = ask(trials, goals)
  expect(recommendation!.trial.outputs.memory).toBeLessThanOrEqual(5)
  const { trial } = models[0]!.recommended
  expect(trials[trial]).toBe(recommendation!.trial)
  // Without the constraint it would be at 0.6.
  const { config, mean } = models[0]!.optimum!
  expect((config as { y: number }).y).toBeLessThan(0.52)
  expect(mean.value).toBeLessThan(models[0]!.recommended.mean.value)
})

test('where there is too little for a model, that is said instead', () => {
  const few = ask(trialsOf(PLANE, 12, bowl))
  expect([few.models, few.noModel, few.importances.length]).toEqual([[], '12 values so far; a model needs 20', 1])
  expect(few.recommendation!.trial.value).toBeDefined()
  expect(ask(trialsOf(PLANE, 1, bowl)).noModel).toBe('1 value so far; a model needs 20')
  expect(ask([])).toEqual({
    models: [],
    noModel: '0 values so far; a model needs 20',
    importances: [],
    recommendation: undefined,
  })
  expect(ask(trialsOf(PLANE, 20, () => 7)).noModel).toBe('all 20 values are the same')
  const empty = Array.from({ length: 25 }, (_, i) => endedTrial(i, {}, i, { values: { loss: i } }))
  expect(ask(empty, LOSS, parseSpace({})).noModel).toBe(
    'there are no parameters that a model could tell something about',
  )
})

test('one parameter has a cut and nothing to pair', () => {
  const space = parseSpace({ x: float(0, 1) })
  const view = viewOf(
    space,
    trialsOf(space, 20, ({ x }) => (x - 0.3) ** 2),
  )
  expect(view.cuts).toHaveLength(1)
  expect(view.contours).toEqual([])
  // There is nothing else to average over.
  for (const [i, value] of view.cuts[0]!.average.entries())
    expect(Math.abs(value - view.cuts[0]!.mean[i]!)).toBeLessThan(1e-5)
})

test('numbers keep the digits that can be seen, however large or small they are', () => {
  const { calibration, contours, cuts } = answer.models[0]!
  const digits = (value: number): number => String(Math.abs(value)).replace(/^0\.0*|[.]|e.*/g, '').length
  expect(Math.max(...cuts[0]!.mean.map(digits), ...calibration.low.map(digits))).toBeLessThanOrEqual(7)
  expect(Math.max(...contours[0]!.mean.map(digits))).toBeLessThanOrEqual(5)
  const cut = { mean: [1e9 + 0.001, 1e9 + 0.002], low: [1e9, NaN], high: [Infinity, 1e9 + 0.003], average: [] }
  const view = { ...answer.models[0]!, cuts: [{ ...cuts[0]!, ...cut }] }
  expect(inBrief(view).cuts[0]).toMatchObject(cut)
})

import { expect, test } from 'vitest'
import { forecastsOf, numbersToForecast } from '../../../src/report/models/forecast.ts'
import type { Why } from '../../../src/sampler/explanation.ts'
import { float } from '../../../src/space/parameter.ts'
import { parseSpace } from '../../../src/space/validate.ts'
import { bayesian } from '../../../src/sampler/bayesian.ts'
import type { TrialRecord } from '../../../src/trial.ts'
import { endedTrial } from '../../support/trial-records.ts'
import { bowl } from './studies.ts'

const indexOf = (trial: TrialRecord): number => trial.number!

/** The explanations of a study of the bowl, each from what was known before its trial. */
function explanations(count: number): Why[] {
  const sampler = bayesian()
  const space = parseSpace({ x: float(0, 1), y: float(0, 1) })
  const objectives = { loss: 'minimize' } as const
  const whys: Why[] = []
  for (let number = 0; number < count; number++) {
    const trials = whys.map(({ trial }) => trial)
    const question = { space, trials, pending: [], objectives, seed: 3, number, draw: 0, isTried: () => false }
    const { config } = sampler.suggest(question)!
    const value = bowl(config)
    const trial = endedTrial(number, config, value, { values: { loss: value }, origin: 'bayesian' })
    const explanation = sampler.explain!(question) ?? null
    whys.push({ trial, origin: 'bayesian', explanation, verdict: 'same', reason: null, nearest: [] })
  }
  return whys
}

test('a forecast holds what a model expected against what came out, in deviations', () => {
  const whys = explanations(11)
  const forecasts = forecastsOf([...whys].reverse(), 'loss', indexOf)
  const modelled = whys.filter(({ explanation }) => explanation?.by === 'model')
  expect(forecasts.map(({ trial }) => trial)).toEqual(modelled.map(({ trial }) => trial.number))
  expect(forecasts.length).toBeGreaterThan(2)
  for (const { trial, predicted, seen, error } of forecasts) {
    expect(seen).toBe(whys[trial]!.trial.value)
    const end = seen > predicted.value ? predicted.high : predicted.low
    expect(Math.abs(predicted.value + error * Math.abs(end - predicted.value) - seen)).toBeLessThan(1e-12)
  }
})

test('what no model suggested, what gave no value, and another objective have no forecast', () => {
  const [why] = explanations(9).filter(({ explanation }) => explanation?.by === 'model')
  expect(forecastsOf([why!], 'loss', indexOf)).toHaveLength(1)
  expect(forecastsOf([{ ...why!, explanation: null }], 'loss', indexOf)).toEqual([])
  expect(forecastsOf([{ ...why!, trial: { ...why!.trial, state: 'failed', values: {} } }], 'loss', indexOf)).toEqual([])
  expect(forecastsOf([why!], 'other', indexOf)).toEqual([])
})

test('suggestions are computed again at even distances, the newest first, but for those of people', () => {
  const trials = Array.from({ length: 100 }, (_, i) =>
    endedTrial(i, {}, i, { origin: i % 10 === 0 ? 'queue' : 'bayesian', ...(i === 99 ? { state: 'running' } : {}) }),
  )
  const numbers = numbersToForecast(trials, 9)
  expect(numbers).toHaveLength(9)
  expect(numbers).toEqual([...numbers].sort((a, b) => b - a))
  expect(numbers[0]!).toBeGreaterThan(90)
  expect(numbers.at(-1)!).toBeLessThan(10)
  expect(numbers.every((number) => number % 10 !== 0 && number !== 99)).toBe(true)
  expect(numbersToForecast(trials.slice(0, 5), 9)).toEqual([4, 3, 2, 1])
})

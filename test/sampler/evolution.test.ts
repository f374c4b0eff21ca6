import { describe, expect, test } from 'vitest'
import { breed } from '../../src/sampler/breed.ts'
import { cma } from '../../src/sampler/cma.ts'
import { samplerNamed } from '../../src/sampler/choose.ts'
import { evolve } from '../../src/sampler/evolve.ts'
import { local } from '../../src/sampler/local.ts'
import { random } from '../../src/sampler/sequence.ts'
import type { Question, Sampler } from '../../src/sampler/sampler.ts'
import { configText } from '../../src/space/canonical.ts'
import { CONDITIONAL, MIXED, SPHERE, leastOf, median, trialsOf } from './evolution-problems.ts'
import type { Objective } from './evolution-problems.ts'

/** Comparisons with random search are statistics over seeds: `COMPARE_SEEDS=11` makes all of them. */
const ASKED = Number(process.env.COMPARE_SEEDS ?? 0)
const SEEDS = Array.from({ length: ASKED > 0 ? ASKED : 3 }, (_, seed) => seed)

const COUNT = 150

const regretOf = (sampler: Sampler, objective: Objective, workers: number): number =>
  median(SEEDS.map((seed) => leastOf(trialsOf(sampler, objective, COUNT, seed, workers))))

const atRandom = new Map<Objective, number>()
const randomRegret = (objective: Objective): number => {
  const known = atRandom.get(objective)
  if (known !== undefined) return known
  const regret = regretOf(random(), objective, 1)
  atRandom.set(objective, regret)
  return regret
}

/** The question of trial `number` in a study that has these trials. */
function questionAt(objective: Objective, trials: Question['trials'], number: number): Question {
  const tried = new Set(trials.map(({ config }) => configText(objective.space, config)))
  return {
    space: objective.space,
    seed: 0,
    number,
    draw: 0,
    trials,
    pending: [],
    objectives: { value: 'minimize' },
    isTried: (config) => tried.has(configText(objective.space, config)),
  }
}

/** At most this share of the regret of random search after 150 trials, as the median over the seeds. */
const LIMITS: readonly (readonly [sampler: Sampler, sphere: number, mixed: number, conditional: number])[] = [
  [local(), 0.01, 0.01, 0.05],
  [evolve(), 0.4, 0.6, 0.6],
  [breed(), 0.6, 0.6, 0.6],
  [breed({ crossover: true, aging: true }), 0.8, 0.8, 0.8],
  [cma(), 0.1, 0.1, 0.2],
]

describe.each(LIMITS)('sampler $name', (sampler, sphere, mixed, conditional) => {
  test.runIf(ASKED > 0).each([1, 6])('has a small part of the regret of random search, with %s workers', (workers) => {
    // What a trial teaches comes five trials later.
    const late = workers > 1 ? 2 : 1
    expect(regretOf(sampler, SPHERE, workers)).toBeLessThan(Math.min(late * sphere, 0.95) * randomRegret(SPHERE))
    expect(regretOf(sampler, MIXED, workers)).toBeLessThan(Math.min(late * mixed, 0.95) * randomRegret(MIXED))
    expect(regretOf(sampler, CONDITIONAL, workers)).toBeLessThan(
      Math.min(late * conditional, 0.95) * randomRegret(CONDITIONAL),
    )
  })

  test('suggests the same from the record alone, in any order of its trials', () => {
    const trials = trialsOf(sampler, CONDITIONAL, 60, 0)
    for (const number of [0, 7, 23, 41, 59]) {
      const past = trials.slice(0, number)
      const [{ config }] = [trials[number]!]
      const again = samplerNamed(sampler.name, sampler.options)
      expect(again.suggest(questionAt(CONDITIONAL, past, number))).toEqual({ config })
      expect(again.suggest(questionAt(CONDITIONAL, [...past].reverse(), number))).toEqual({ config })
    }
  })

  test('goes on where all trials have failed, and where values were told from elsewhere', () => {
    const failing = { ...MIXED, valueOf: () => null }
    expect(trialsOf(sampler, failing, 60, 0).length).toBe(60)
    const told = trialsOf(random(), MIXED, 30, 0).map((trial) => ({ ...trial, number: null }))
    for (const number of [0, 10, 20, 30]) {
      expect(sampler.suggest(questionAt(MIXED, told, number))?.config).toBeDefined()
    }
  })

  test('another draw gives another config', () => {
    const trials = trialsOf(sampler, SPHERE, 40, 0)
    const question = questionAt(SPHERE, trials, 40)
    expect(sampler.suggest({ ...question, draw: 1 })).not.toEqual(sampler.suggest(question))
  })

  test('maximizes what must be maximized', () => {
    const trials = trialsOf(sampler, SPHERE, 40, 0)
    const negated = trials.map((trial) => ({ ...trial, value: -trial.value!, values: { value: -trial.value! } }))
    const question = questionAt(SPHERE, trials, 40)
    expect(sampler.suggest({ ...question, trials: negated, objectives: { value: 'maximize' } })).toEqual(
      sampler.suggest(question),
    )
  })
})

test.each([
  [local(), 0.01],
  [cma(), 0.1],
])('$name goes down a bowl: it leaves a small part of the regret of random search', (sampler, limit) => {
  expect(regretOf(sampler, SPHERE, 1)).toBeLessThan(limit * randomRegret(SPHERE))
})

test.each([local(), evolve(), breed(), cma()])('$name says which trials a config comes from', (sampler) => {
  const trials = trialsOf(sampler, MIXED, 40, 0)
  expect(sampler.explain!(questionAt(MIXED, [], 0))).toMatchObject(
    sampler.name === 'cma' ? { by: 'bred', parents: [], generation: 0 } : { by: 'sobol', index: 0 },
  )
  const told = sampler.explain!(questionAt(MIXED, trials, 40))
  if (told?.by !== 'bred') return expect.unreachable(`explained by ${told?.by}`)
  expect(told.sampler).toBe(sampler.name)
  const isOfTrials = told.parents.length > 0
  expect(isOfTrials || sampler.name === 'cma').toBe(true)
  expect(told.parents.every((number) => number >= 0 && number < 40)).toBe(true)
  if (sampler.name === 'evolve') expect(told.parents).toEqual(bestOf(trials.slice(30, 40), 4))
  if (sampler.name === 'breed') expect(told.parents).toEqual(bestOf(trials, 20))
})

/** The numbers of the best trials, ascending. */
function bestOf(trials: Question['trials'], count: number): number[] {
  const known = trials.filter(({ value }) => value !== null).sort((a, b) => a.value! - b.value!)
  return known
    .slice(0, count)
    .map(({ number }) => number!)
    .sort((a, b) => a - b)
}

test('options that make no sense are refused', () => {
  expect(() => evolve({ parents: 11 })).toThrow("option 'children': must be at least 'parents', got 10 and 11")
  expect(() => breed({ population: 1 })).toThrow("option 'population'")
  expect(() => local({ initial: 0 })).toThrow("option 'initial'")
  expect(() => cma({ sigma: 0 })).toThrow("option 'sigma'")
  expect(() => cma({ popsize: 3 } as object)).toThrow("option 'popsize': cma has none of this name")
})

test('options are kept with the suggestions, and the defaults are not', () => {
  expect(cma({ sigma: 0.3 }).options).toEqual({ sigma: 0.3 })
  expect(cma().options).toBeUndefined()
})

test('HYP-19: with aging only the latest trials have children', () => {
  const trials = trialsOf(random(), SPHERE, 60, 0)
  const sampler = breed({ aging: true, population: 10, tournament: 1 })
  const { config } = sampler.suggest(questionAt(SPHERE, trials, 60))!
  const shared = (other: (typeof trials)[number]): number =>
    Object.keys(config).filter((name) => config[name] === other.config[name]).length
  const parents = trials.filter((trial) => shared(trial) === 4)
  expect(parents.length).toBe(1)
  expect(parents[0]!.number).toBeGreaterThanOrEqual(50)
})

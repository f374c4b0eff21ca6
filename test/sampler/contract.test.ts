import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { samplerNamed } from '../../src/sampler/choose.ts'
import { grid } from '../../src/sampler/grid.ts'
import type { Table } from '../../src/space/option-values.ts'
import { BAYESIAN_OPTIONS } from '../../src/sampler/options.ts'
import { samplerFromWords } from '../../src/sampler/sampler-words.ts'
import { SCHEDULES } from '../../src/sampler/schedule.ts'
import { random, sobol } from '../../src/sampler/sequence.ts'
import type { Question, Sampler } from '../../src/sampler/sampler.ts'
import { hashText } from '../../src/numerics/random.ts'
import { configText } from '../../src/space/canonical.ts'
import { bool, branch, choice, float, int, ordinal } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import { parseConfig, parseSpace } from '../../src/space/validate.ts'
import type { Config, Json, TrialRecord } from '../../src/trial.ts'
import { endedTrial } from '../support/trial-records.ts'

const MIXED = parseSpace({
  lr: float(1e-5, 1e-1, { log: true }),
  layers: int(1, 8),
  opt: choice(['adam', 'sgd']),
  width: ordinal([16, 32, 64]),
  flag: bool(),
  model: branch('kind', { svm: { C: float(1e-3, 1e3, { log: true }) }, forest: { trees: int(10, 500) } }),
  eps: 1e-8,
})
const TWELVE = parseSpace({ a: int(1, 4), b: choice(['x', 'y', 'z']) })

type Tried = ReadonlySet<string>

/** A second objective, for options that need one. */
const SECOND = { value: 'minimize', other: 'maximize' } as const

function question(
  space: Space,
  number: number,
  tried: Tried,
  seed = 3,
  trials: readonly TrialRecord[] = [],
  basis?: Json,
  objectives: Question['objectives'] = { value: 'minimize' },
): Question {
  return {
    space,
    number,
    seed,
    draw: 0,
    trials,
    pending: [],
    objectives,
    basis,
    isTried: (config) => tried.has(configText(space, config)),
  }
}

/** An objective for any space; it fails now and then. */
function valueOf(space: Space, config: Config): number | null {
  const u = hashText(configText(space, config), 1) / 2 ** 32
  return u < 0.1 ? null : u < 0.2 ? 1 : u * 100
}

/** The first configs of a study that runs one trial after the other. */
function study(sampler: Sampler, space: Space, count: number, seed = 3, objectives?: Question['objectives']): Config[] {
  const tried = new Set<string>()
  const trials: TrialRecord[] = []
  let basis: Json | undefined
  for (let number = 0; number < count; number++) {
    const suggestion = sampler.suggest(question(space, number, tried, seed, trials, basis, objectives))
    if (suggestion === undefined) break
    const { config } = suggestion
    basis = suggestion.basis ?? basis
    expect(tried.has(configText(space, config))).toBe(false)
    tried.add(configText(space, config))
    trials.push(ended(space, number, config))
  }
  return trials.map((trial) => trial.config)
}

/** A trial that has ended, with two values. */
function ended(space: Space, number: number, config: Config): TrialRecord {
  const value = valueOf(space, config)
  const values = value === null ? {} : { value, other: Math.sin(value) }
  return endedTrial(number, config, value, { id: configText(space, config), values })
}

/** What a sampler may be told. A new word is a line there; the benchmark of the menu runs the same lines. */
const MENU = JSON.parse(readFileSync(new URL('fixtures/menu.json', import.meta.url), 'utf8')) as {
  /** The samplers, which keep every part of the contract. */
  readonly samplers: readonly string[]
  /** What `bayesian` may be told. */
  readonly words: readonly string[]
}
const SAMPLERS = MENU.samplers.map((text) => ({ text, sampler: samplerOf(text) }))

/** The same where there are several objectives. */
const WORDS_OF_SEVERAL = [
  'models=plain,forest',
  'acquisition=hypervolume',
  'acquisition=pi',
  'scalarize=linear',
  'scalarize=chebyshev scalarize.weights=uniform scalarize.scale=identity',
  'scalarize=augmented-chebyshev scalarize.share=0.05 scalarize.weights.value=2 scalarize.weights.other=1',
  'scalarize=modified-chebyshev scalarize.weights=reciprocal scalarize.scale=minmax-log',
  'scalarize=boundary scalarize.penalty=2 scalarize.weights=bounding-box scalarize.weights.limits=0.2,0.8',
  'scalarize=quadratic scalarize.across=5 scalarize.scale=log acquisition=lcb',
  'scalarize=linear scalarize.scale=quantile scalarize.weights=random scalarize.weights.every=3',
  'scalarize=linear scalarize.atMost.value=20 scalarize.atLeast.other=0.5',
]

const CASES = [
  ...MENU.words.map((words) => ({ words, objectives: { value: 'minimize' } as Question['objectives'] })),
  ...WORDS_OF_SEVERAL.map((words) => ({ words, objectives: SECOND as Question['objectives'] })),
].map(({ words, objectives }) => ({
  words,
  objectives,
  sampler: samplerOf(`bayesian initial=4 ${words.includes('effort') ? '' : 'effort=low '}${words}`),
}))

function samplerOf(text: string): Sampler {
  const { name, options } = samplerFromWords(text)
  return samplerNamed(name, options)
}

describe.each(SAMPLERS)('sampler $text', ({ sampler }) => {
  test('stays inside the space and tries nothing twice', () => {
    for (const config of study(sampler, MIXED, 40)) expect(parseConfig(MIXED, config)).toEqual(config)
  })

  test('gives the same answer to the same question', () => {
    expect(study(sampler, MIXED, 18)).toEqual(study(sampler, MIXED, 18))
  })

  test('tries each of twelve configs once, then has nothing left', () => {
    const configs = study(sampler, TWELVE, 200)
    expect(new Set(configs.map((c) => JSON.stringify(c))).size).toBe(12)
    expect(configs.length).toBe(12)
  })

  test('has one config for a space of constants, and for a range of one point', () => {
    expect(study(sampler, parseSpace({ a: 1, b: { c: [true] } }), 5)).toEqual([{ a: 1, b: { c: [true] } }])
    expect(study(sampler, parseSpace({ x: float(2, 2), k: int(3, 3) }), 5)).toEqual([{ x: 2, k: 3 }])
  })

  test('finds the one config of ten thousand that is left', () => {
    const space = parseSpace({ k: int(0, 9999) })
    const trials = Array.from({ length: 30 }, (_, k) =>
      endedTrial(k, { k: 300 * k }, k, { id: configText(space, { k: 300 * k }) }),
    )
    const isTried = (config: Config): boolean => config.k !== 4321
    expect(sampler.suggest({ ...question(space, 47, new Set(), 3, trials), isTried })).toMatchObject({
      config: { k: 4321 },
    })
  })

  test('gives the same answer for any order of the trials and of the pending configs', () => {
    expectAnyOrder(sampler, [40, 41, 42, 43, 44, 45])
  })
})

describe.each(CASES)('bayesian with $words', ({ sampler, objectives }) => {
  test('tries nothing twice, and gives the same answer for any order of the trials', () => {
    for (const config of study(sampler, MIXED, 12, 3, objectives)) expect(parseConfig(MIXED, config)).toEqual(config)
    expect(study(sampler, TWELVE, 200, 3, objectives).length).toBe(12)
    expectAnyOrder(sampler, [24], objectives)
  })

  test('is made again from its name and its options', () => {
    expect(samplerNamed(sampler.name, JSON.parse(JSON.stringify(sampler.options)) as Json).options).toEqual(
      sampler.options,
    )
  })
})

test('a design of given configs begins with them', () => {
  const configs = [
    { a: 3, b: 'z' },
    { a: 1, b: 'x' },
  ]
  const sampler = samplerNamed('bayesian', { initial: 4, design: { kind: 'given', configs } })
  expect(study(sampler, TWELVE, 2)).toEqual(configs)
})

/** A study where the trials of six numbers before these are pending. */
function expectAnyOrder(sampler: Sampler, numbers: readonly number[], objectives?: Question['objectives']): void {
  const space = MIXED
  const configs = study(sobol(), space, numbers[0]!)
  const count = configs.length - 6
  const trials = configs.slice(0, count).map((config, k) => ended(space, k, config))
  const imported = trials.map((trial, k) => (k % 5 === 0 ? { ...trial, number: null } : trial))
  const tried = new Set(configs.map((config) => configText(space, config)))
  for (const list of [trials, imported]) {
    for (const number of numbers) {
      const asked = { ...question(space, number, tried, 3, list, undefined, objectives), pending: configs.slice(count) }
      const shuffled = {
        ...asked,
        trials: [...list].sort((a, b) => (a.id < b.id ? -1 : 1)),
        pending: [...asked.pending].reverse(),
      }
      expect(sampler.suggest(shuffled)).toEqual(sampler.suggest(asked))
    }
  }
}

test('different seeds give different configs, except in a grid', () => {
  expect(study(sobol(), MIXED, 5, 1)).not.toEqual(study(sobol(), MIXED, 5, 2))
  expect(study(random(), MIXED, 5, 1)).not.toEqual(study(random(), MIXED, 5, 2))
  expect(study(grid(), MIXED, 5, 1)).toEqual(study(grid(), MIXED, 5, 2))
})

test('trial 0 begins with the defaults that the space declares', () => {
  const space = parseSpace({ x: float(0, 1, { default: 0.125 }), k: int(1, 5) })
  expect(study(sobol(), space, 1)[0]).toMatchObject({ x: 0.125 })
  expect(study(random(), space, 2)[1]).not.toMatchObject({ x: 0.125 })
})

test('Sobol covers each parameter evenly: each 64th of its range has one of 64 trials', () => {
  const space = parseSpace({ x: float(0, 1), y: float(0, 1), z: float(0, 1) })
  const configs = study(sobol(), space, 64) as { x: number; y: number; z: number }[]
  for (const name of ['x', 'y', 'z'] as const)
    expect(new Set(configs.map((c) => Math.floor(c[name] * 64))).size).toBe(64)
})

test('a grid includes both bounds, keeps its scale, and has as many points as asked for', () => {
  const space = parseSpace({ lr: float(1e-4, 1, { log: true }), k: int(1, 2) })
  const rates = [...new Set(study(grid(), space, 100).map((c) => c.lr))] as number[]
  expect(rates.map((r) => Math.round(Math.log10(r)))).toEqual([-4, -3, -2, -1, 0])
  expect(study(grid({ points: 3 }), space, 100).length).toBe(6)
  expect(() => grid({ points: 1 })).toThrow(/points/)
})

test('the contract is kept by every word that an option may be', () => {
  const said = new Set(CASES.flatMap(({ words }) => saidBy(words)))
  const unsaid = [...wordsOf(BAYESIAN_OPTIONS as Table)].filter((word) => !said.has(word))
  // A file of configs, beliefs, predicted ends and earlier studies have tests of their own, all other lines here have
  // `effort=low`, and `hamming` refuses numbers.
  const isElsewhere = (word: string): boolean =>
    /^design=given|^belief=|^(pruned|transfer)=|^effort=low$|kernel=hamming$/.test(word)
  expect(unsaid.filter((word) => !isElsewhere(word))).toEqual([])
  const kinds = new Set([...said].map((word) => word.split('=')[1]!))
  expect(Object.keys(SCHEDULES).filter((kind) => !kinds.has(kind))).toEqual([])
})

/** All words of a table, with the options that they follow, except defaults. */
function* wordsOf(table: Table, path = ''): Generator<string> {
  for (const [name, { value, default: by }] of Object.entries(table)) {
    for (const [word, below] of Object.entries(value.tables ?? {})) {
      if (word !== by) yield `${path}${name}=${word}`
      yield* wordsOf(below, `${path}${name}.`)
    }
  }
}

/** The words that a line says, each with its option; a list says several. */
function saidBy(line: string): string[] {
  return line.split(' ').flatMap((text) => {
    const [option, list] = text.split('=') as [string, string]
    return list.split(',').map((word) => `${option}=${word}`)
  })
}

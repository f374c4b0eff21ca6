/**
 * The words of other tools, by the ids of the research that lists what these tools have. Defaults and formulas are
 * those of mipego 1.0.3, hyperengine 0.1.1, DeepHyper 0.7 (with its fork of scikit-optimize) and HyperMapper 2.2.
 */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { float } from '../../src/space/parameter.ts'
import { Optimizer } from '../../src/optimizer.ts'
import { samplerFrom, translated } from '../../src/interop/other-tools.ts'
import type { OtherTool } from '../../src/interop/other-tools.ts'
import { samplerFromWords } from '../../src/sampler/sampler-words.ts'
import { optionsOfWords, splitName } from '../../src/space/option-words.ts'

/** What a tool becomes, and the line that says the same in our words. */
const optionsOf = (tool: OtherTool, options: object = {}) => translated(tool, options).options

describe('the defaults of each tool', () => {
  test.each([
    [
      'SKO-131',
      'deephyper',
      'auto initial=10 design=random models=extra-trees models.trees=100 models.part=epistemic pending=min ' +
        'failures=max acquisition=lcb acquisition.kappa=1.96 maximizer=sampling maximizer.points=10000',
    ],
    [
      'HYP-08, HYP-09, HYP-10, HYP-16, HYP-18',
      'hypermapper',
      'auto initial=10 design=random models=forest models.trees=10 models.features=0.5 models.bootstrap=false ' +
        'models.minLeaf=1 models.minSplit=5 models.floor=0.00001 acquisition=ei maximizer=local ' +
        'maximizer.points=10000 maximizer.starts=10 randomShare=0.1',
    ],
    [
      'MIP-08, MIP-16, MIP-29',
      'mipego',
      'auto design=random models=forest models.trees=100 models.minLeaf=2 acquisition=ei maximizer=evolve',
    ],
    [
      'HYE-36, HYE-37, HYE-38, HYE-39, HYE-41, HYE-45, HYE-47',
      'hyperengine',
      'auto initial=1 design=random models=process models.kernel=rbf models.mean=mean models.lengthscale=1 ' +
        'models.signal=1 models.noise=0 acquisition=lcb acquisition.kappa=bandit acquisition.kappa.delta=0.5 ' +
        'acquisition.kappa.lambda=1 maximizer=sampling maximizer.points=100000',
    ],
  ] as const)('%s: %s', (_ids, tool, line) => {
    expect(translated(tool, {})).toEqual(samplerFromWords(line))
  })

  test('SKO-08, SKO-12: skopt chooses among three acquisitions, with its xi and kappa', () => {
    expect(optionsOf('skopt').acquisition).toEqual({
      kind: 'portfolio',
      of: [
        { kind: 'ei', xi: 0.01 },
        { kind: 'lcb', kappa: 1.96 },
        { kind: 'pi', xi: 0.01 },
      ],
    })
  })
})

describe('options', () => {
  test('SKO-12: numbers may be where skopt has them, or at the top', () => {
    const below = optionsOf('skopt', { acq_func: 'LCB', acq_func_kwargs: { kappa: 'inf' } })
    expect(below.acquisition).toEqual({ kind: 'lcb', kappa: 'inf' })
    expect(optionsOf('skopt', { acq_func: 'LCB', kappa: 'inf' })).toEqual(below)
  })

  test('SKO-02: names of estimators are read in any case, and DUMMY is random search', () => {
    expect(optionsOf('skopt', { base_estimator: 'et' }).models).toEqual([
      { kind: 'extra-trees', trees: 100, minLeaf: 3 },
    ])
    expect(translated('deephyper', { surrogate_model: 'DUMMY' })).toEqual({ name: 'random', options: {} })
  })

  test('SKO-92, SKO-130: the lie of CBO, which maximizes, is the other one', () => {
    expect(optionsOf('skopt', { strategy: 'cl_max' }).pending).toBe('max')
    expect(optionsOf('deephyper', { multi_point_strategy: 'cl_max' }).pending).toBe('min')
    expect(optionsOf('deephyper', { multi_point_strategy: 'cl_min' }).pending).toBe('max')
  })

  test('SKO-47, SKO-130: a failure is as bad as the worst, or the mean, or nothing', () => {
    expect(optionsOf('deephyper', { filter_failures: 'min' }).failures).toBe('max')
    expect(optionsOf('skopt', { filter_failures: 'max' }).failures).toBe('max')
    expect(optionsOf('skopt', { acq_optimizer_kwargs: { filter_failures: 'ignore' } }).failures).toBe('ignore')
  })

  test('SKO-97: qUCB draws kappa with the mean that was given', () => {
    const drawn = { kind: 'lcb', kappa: { kind: 'drawn', mean: 2 } }
    expect(optionsOf('deephyper', { acq_func: 'qUCB', kappa: 2 }).acquisition).toEqual(drawn)
    expect(optionsOf('skopt', { acq_func: 'LCB', kappa: 2, strategy: 'qLCB' }).acquisition).toEqual(drawn)
  })

  test('SKO-134: a rate and a final number say the same decay', () => {
    const scheduler = { type: 'periodic-exp-decay', period: 25 }
    expect(optionsOf('deephyper', { acq_func: 'UCB', scheduler }).acquisition).toEqual({
      kind: 'lcb',
      kappa: { kind: 'periodic', from: 1.96, to: 0.1, period: 25 },
    })
    const rate = -Math.log(0.1 / 1.96) / 25
    const { kappa } = optionsOf('deephyper', { acq_func: 'UCB', scheduler: { ...scheduler, rate } }).acquisition as {
      kappa: { to: number }
    }
    expect(kappa.to).toBeCloseTo(0.1, 12)
  })

  test('SKO-135: without a scheduler kappa stays what it is, as the manual says', () => {
    expect(optionsOf('deephyper', { acq_func: 'UCB', scheduler: null }).acquisition).toEqual({
      kind: 'lcb',
      kappa: 1.96,
    })
    expect(optionsOf('deephyper', { acq_func: 'UCB', scheduler: { type: 'bandit', lamb: 0.3 } }).acquisition).toEqual({
      kind: 'lcb',
      kappa: { kind: 'bandit', lambda: 0.3 },
    })
  })

  test('MIP-24: a temperature cools down over the trials after the first sample', () => {
    const options = { infill: 'MGFI', t0: 2, tf: 0.1, schedule: 'exp', max_eval: 30, n_init_sample: 10 }
    expect(optionsOf('mipego', options).acquisition).toEqual({
      kind: 'mgfi',
      t: { kind: 'exponential', from: 2, to: 0.1, over: 20 },
    })
  })

  test('MIP-27: several jobs draw temperatures, and do not replace what was asked for', () => {
    expect(optionsOf('mipego', { infill: 'MGFI', n_job: 4 }).acquisition).toBe('mgfi')
    expect(optionsOf('mipego', { infill: 'EI', n_job: 4 }).acquisition).toBe('ei')
  })

  test('HYE-49, HYE-51: a portfolio forgets, or has the odds that were given', () => {
    expect(optionsOf('hyperengine', { strategy: 'portfolio' }).acquisition).toMatchObject({ alpha: 0.9 })
    const fixed = { strategy: 'portfolio', methods: ['ucb', 'pi'], probabilities: [0.9, 0.1] }
    expect(optionsOf('hyperengine', fixed).acquisition).toMatchObject({ chances: [0.9, 0.1] })
  })

  test('HYE-41: gamma is half of the inverse square of a lengthscale', () => {
    const [model] = optionsOf('hyperengine', { rbf_gamma: 2 }).models as { lengthscale: number }[]
    expect(model!.lengthscale).toBe(0.5)
  })

  test('HYP-13, HYP-19: the methods of HyperMapper are samplers of their own', () => {
    expect(translated('hypermapper', { optimization_method: 'local_search' }).name).toBe('local')
    expect(
      translated('hypermapper', { optimization_method: 'evolutionary_optimization', regularize_evolution: true }),
    ).toEqual(samplerFromWords('breed population=50 tournament=2 mutations=1 crossover=false aging=true'))
    expect(translated('hypermapper', { design_of_experiment: { doe_type: 'grid_search' } })).toEqual(
      samplerFromWords('grid points=10'),
    )
  })

  test('HYP-15, HYP-17: a whole scenario is read for its sampler', () => {
    const scenario = {
      application_name: 'branin',
      optimization_objectives: ['Value'],
      optimization_iterations: 20,
      input_parameters: { x1: { parameter_type: 'real', values: [-5, 10] } },
      models: { model: 'gaussian_process' },
      noise: false,
      acquisition_function: 'UCB',
      acquisition_function_optimizer: 'cma_es',
    }
    expect(optionsOf('hypermapper', scenario)).toMatchObject({
      models: [{ kind: 'process', noise: 0 }],
      acquisition: { kind: 'lcb', kappa: { kind: 'growing' } },
      maximizer: { kind: 'cma', sigma: 0.2, points: 10_000 },
    })
  })
})

test.each<readonly [OtherTool, object, string]>([
  ['skopt', { acqfunc: 'EI' }, "option 'acqfunc': is not one that skopt has; did you mean 'acq_func'?"],
  ['skopt', { acq_func: 'EIps' }, "option 'acq_func': 'EIps' has no counterpart here; the seconds of a trial"],
  ['skopt', { acq_func: 'UBC' }, "option 'acq_func': must be 'EI' or"],
  ['skopt', { random_state: 3 }, "option 'random_state': cannot be said to a sampler here; give the seed"],
  ['deephyper', { surrogate_model: 'MF' }, "option 'surrogate_model': 'MF' has no counterpart here; take ET"],
  ['deephyper', { scheduler: { type: 'bandit', lambda: 1 } }, "option 'scheduler.lambda': is not one that deephyper"],
  ['deephyper', { xi: 'small' }, `option 'xi': must be a number, got "small"`],
  ['deephyper', { n_points: 2.5 }, "option 'maximizer.points': must be a whole number"],
  ['hypermapper', { models: 'random_forest' }, "option 'models': must be an object of options"],
  ['hypermapper', { weight_sampling: 'flat' }, 'the sampler auto has scalarize for it'],
  ['mipego', { ftarget: 0.1 }, "option 'ftarget': cannot be said to a sampler here"],
  ['mipego', { infill: 'MGFI', schedule: 'log' }, "option 'schedule': needs max_eval and n_init_sample"],
  ['hyperengine', { strategy: 'portfolio', methods: ['ucb'] }, 'must have at least two'],
])('%s %j is refused, with the place and the remedy', (tool, options, message) => {
  expect(() => samplerFrom(tool, options)).toThrow(message)
})

test('what is switched off needs no counterpart', () => {
  expect(translated('deephyper', { n_jobs: null, update_prior: false })).toEqual(translated('deephyper', {}))
})

test.each<readonly [OtherTool, object]>([
  ['deephyper', { n_points: 500 }],
  ['hyperengine', { mc_batch_size: 500 }],
  ['hypermapper', { local_search_random_points: 500 }],
  ['mipego', { max_infill_eval: 500 }],
  ['skopt', { n_points: 500 }],
])('the sampler of %s finds the bottom of a bowl, with %j', (tool, options) => {
  const optimizer = new Optimizer({ x: float(-5, 5) }, { sampler: samplerFrom(tool, options), seed: 1 })
  for (let i = 0; i < 25; i++) {
    const asked = optimizer.ask()!
    optimizer.tell(asked, (asked.config.x - 2) ** 2)
  }
  expect(optimizer.best()!.value).toBeLessThan(0.01)
})

/** The ids of a cell such as `HYE-07 to 10, 13`. */
function idsIn(cell: string): string[] {
  const [tool, list] = [cell.slice(0, 4), cell.slice(4)]
  return list.split(', ').flatMap((part) => {
    const [from, to = from] = part.split(' to ')
    const [low, high] = [Number(from), Number(to)]
    return Number.isInteger(low) && Number.isInteger(high)
      ? Array.from({ length: high - low + 1 }, (_, k) => tool + String(low + k).padStart(2, '0'))
      : [tool + part]
  })
}

describe('PARITY.md', () => {
  const page = readFileSync(new URL('../../src/interop/PARITY.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter((line) => /^\| (?:MIP|HYE|SKO|HYP)-/.test(line))

  test('says of each option that it works, or why it differs', () => {
    expect(rows.length).toBeGreaterThan(60)
    for (const row of rows) {
      const [, , , here, how] = row.split('|').map((cell) => cell.trim())
      expect(['works', 'different'], row).toContain(here)
      expect(how!.length, row).toBeGreaterThan(10)
    }
  })

  test('has a row for beliefs, old results, curves, costs and ends', () => {
    const ids = new Set(rows.flatMap((row) => idsIn(row.split('|')[1]!.trim())))
    const wanted = [
      ...['SKO-14', 'SKO-34, 35', 'SKO-45', 'SKO-110, 111', 'SKO-139 to 141'],
      ...['HYP-20 to 24', 'HYP-27, 28', 'HYP-42', 'HYP-44', 'HYP-61, 62'],
      ...['HYE-70 to 76', 'HYE-82, 83', 'MIP-60 to 63'],
    ].flatMap(idsIn)
    expect(wanted).toHaveLength(33)
    expect(wanted.filter((id) => !ids.has(id))).toEqual([])
  })

  test.each(
    [...page.matchAll(/`--sampler '([^']+)'`/g)].map(([, line]) => line!).filter((line) => !/[A-Z]{4}/.test(line)),
  )('its line %j is understood', (line) => {
    const { name, words } = splitName(line)
    if (words[0]?.endsWith('.json') !== true) expect(translated(name, optionsOfWords(words)).name).toBe('auto')
  })
})

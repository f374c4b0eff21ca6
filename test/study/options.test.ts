import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bayesian } from '../../src/sampler/bayesian.ts'
import type { Sampler } from '../../src/sampler/sampler.ts'
import { float } from '../../src/space/parameter.ts'
import { openStudy } from '../../src/study/open-study.ts'
import { scratch } from '../support/scratch.ts'

const space = { x: float(0, 1) }

test.each([
  [{ trails: 3 }, "option 'trails': openStudy has none of this name; did you mean 'trials'?"],
  [{ budget: 3 }, "did you mean 'trials'?"],
  [{ trials: '3' }, `option 'trials': must be a whole number of at least 0, or Infinity, got "3"`],
  [{ seed: Infinity }, "option 'seed': must be a whole number from 0 to 2^32 - 1, got Infinity"],
  [{ readOnly: 'yes' }, "option 'readOnly': must be true or false"],
  [{ onWait: true }, "option 'onWait': must be a function"],
  [{ signal: new AbortController() }, "option 'signal': must be an AbortSignal"],
  [{ minimize: true }, "option 'minimize': must be a string, got true"],
  [{ objectives: ['loss'] }, "option 'objectives': must be an object"],
  [{ sampler: bayesian }, "option 'sampler': is the function 'bayesian' itself; call it, as in bayesian()"],
  [{ sampler: 3 }, "option 'sampler': must be a name, or an object"],
  [{ leaseMs: 99 }, "option 'leaseMs': must be at least 100 ms"],
  [{ leaseMs: 1e11 }, "option 'leaseMs': must be at least 100 ms and at most 10000000000, got 100000000000"],
])('openStudy refuses %j', async (options, words) => {
  const parent = scratch()
  await expect(openStudy(join(parent, 's'), { space, ...options } as object)).rejects.toThrow(words)
  expect(readdirSync(parent)).toEqual([])
})

test('the calls of a study refuse options that they do not know', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space, trials: 3, sampler: 'random' })
  await expect(study.ask({ ttl: 60 } as object)).rejects.toThrow("did you mean 'ttlMs'?")
  await expect(study.ask({ ttlMs: 0 })).rejects.toThrow("option 'ttlMs': must be more than 0, got 0")
  await expect(study.optimize(() => 1, { trials: 3 } as object)).rejects.toThrow("option 'trials': optimize has none")
  await expect(study.optimize(3 as never)).rejects.toThrow('objective: must be a function of a trial, got 3')
  await expect(study.enqueue({ x: 0.5 }, { repeats: 2 } as object)).rejects.toThrow("did you mean 'repeat'?")
  const trial = (await study.ask())!
  await expect(trial.report(1, { stpe: 1 } as object)).rejects.toThrow("did you mean 'step'?")
  await expect(trial.complete(1, { singal: 1 } as object)).rejects.toThrow("did you mean 'signal'?")
  await expect(trial.fail('why', 'bad luck' as never)).rejects.toThrow('a reason must be known, got "bad luck"')
  const wrong = [{ value: 1 }, { values: 1, failed: 'why' }, {}, 7, { pruned: false }, { failed: 3 }]
  for (const outcome of wrong) await expect(study.tell(trial.id, outcome as never)).rejects.toThrow()
  expect(await study.tell(trial.id, { values: 1 })).toBe('committed')
})

test('a sampler of anybody is checked, whatever its name is', async () => {
  const directory = join(scratch(), 's')
  const sampler: Sampler = { name: 'random', suggest: () => ({ config: { x: 7 } }) }
  await using study = await openStudy(directory, { space, trials: 3, sampler })
  await expect(study.ask()).rejects.toThrow("sampler 'random': suggested something that is not a config")
  const files = readdirSync(join(directory, '.anthill'), { recursive: true })
  expect(files.filter((name) => /slots.\d+.\d{6}/.test(String(name)))).toEqual([])
})

test('a config that the user changes stays as it was in the record', async () => {
  const sampler: Sampler = { name: 'own', suggest: ({ number }) => ({ config: { x: number / 10 } }) }
  await using study = await openStudy(join(scratch(), 's'), { space, trials: 3, sampler })
  const trial = (await study.ask())!
  ;(trial.config as { x: number }).x = 77
  await trial.complete(1)
  const recommended = (await study.recommend())! as unknown as { config: { x: number }; values: { value: number } }
  recommended.config.x = 78
  recommended.values.value = 78
  const best = (await study.best())! as unknown as typeof recommended
  best.config.x = 79
  best.values.value = 79
  expect(await study.recommend()).toMatchObject({ config: { x: 0 }, value: 1, values: { value: 1 } })
  expect(await study.best()).toMatchObject({ config: { x: 0 }, value: 1, values: { value: 1 } })
})

test('the shortest and the longest lease are allowed, and asking for what the study has gives no notice', async () => {
  for (const leaseMs of [100, 1e10]) {
    const directory = join(scratch(), 's')
    const options = { space, leaseMs, retries: 2, seed: 7, minimize: 'loss' }
    await using first = await openStudy(directory, options)
    await using second = await openStudy(directory, options)
    expect([first.notices, second.notices]).toEqual([[], []])
    await using third = await openStudy(directory, { leaseMs: 200, retries: 1, seed: 8 })
    expect(third.notices).toEqual([
      "the study's seed is 7 and cannot be changed (asked for: 8)",
      `the study's lease in ms is ${leaseMs} and cannot be changed (asked for: 200)`,
      "the study's number of retries is 2 and cannot be changed (asked for: 1)",
    ])
  }
})

test.each<[string, unknown]>([
  ['a promise', Promise.resolve({ config: { x: 0.5 } })],
  ['basis: a value must be JSON, got 1', { config: { x: 0.5 }, basis: { count: 1n } }],
  ['basis', { config: { x: 0.5 }, basis: { fit: () => 1 } }],
  ['confg', { confg: { x: 0.5 } }],
  ['null; return { config: … }', null],
  ["'again': must be true or false", { config: { x: 0.5 }, again: 1 }],
])('what is not a suggestion is refused, and named: %s', async (words, suggestion) => {
  const sampler = { name: 'own', suggest: () => suggestion } as unknown as Sampler
  await using study = await openStudy(join(scratch(), 's'), { space, trials: 3, sampler })
  await expect(study.ask()).rejects.toThrow(words)
})

test('G8: a step that never reaches the upper bound is told once, when the study begins', async () => {
  const directory = join(scratch(), 's')
  const notices: (readonly string[])[] = []
  for (let k = 0; k < 2; k++) {
    await using study = await openStudy(directory, { space: { x: float(0, 1, { step: 0.3 }) } })
    notices.push(study.notices)
  }
  expect(notices).toEqual([["parameter 'x': steps of 0.3 from 0 never reach 1; its largest value is 0.9"], []])
})

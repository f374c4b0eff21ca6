import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Sampler } from '../../src/index.ts'
import { float, openStudy } from '../../src/index.ts'
import { valuePath } from '../../src/paths.ts'
import { scratch } from '../support/scratch.ts'

const space = { x: float(0, 1) }

test('a report without a finite value is NaN in the record, at once and after the end', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space, trials: 1 })
  const trial = (await study.ask())!
  await trial.report(Infinity)
  await trial.report(NaN)
  const curve = [
    [0, NaN],
    [1, NaN],
  ]
  expect((await study.trials())[0]!.curve).toEqual(curve)
  await trial.complete(1)
  expect((await study.trials())[0]!.curve).toEqual(curve)
})

test('a report without a step comes one step after the last one', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space, trials: 1 })
  const trial = (await study.ask())!
  await trial.report(5)
  await trial.report(4, { step: 10 })
  await trial.report(3)
  expect((await study.trials())[0]!.curve.map(([step]) => step)).toEqual([0, 10, 11])
})

test('when a failure was told that uses up the attempts, its trial is final on disk', async () => {
  const directory = join(scratch(), 's')
  await using study = await openStudy(directory, { space, trials: 3 })
  for (let trial = await study.ask(); trial !== undefined; trial = await study.ask()) {
    await trial.fail('no luck')
    expect(existsSync(valuePath(directory, trial.id, 1))).toBe(true)
  }
})

test('a sampler is told how often a config was tried', async () => {
  const config = { x: 0.5 }
  const seen: boolean[][] = []
  const sampler: Sampler = {
    name: 'own',
    suggest: ({ isTried }) => {
      seen.push([isTried(config), isTried(config, 1), isTried(config, 2), isTried(config, 3)])
      return { config, again: true }
    },
  }
  await using study = await openStudy(join(scratch(), 's'), { space, trials: 3, sampler })
  await study.optimize(() => 1)
  expect(seen).toEqual([
    [false, false, false, false],
    [true, true, false, false],
    [true, true, true, false],
  ])
})

test('a report of a value or a step that is not a number is refused on one line, whatever it is', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space, trials: 1 })
  const trial = (await study.ask())!
  const value = 'trial 0: a reported value must be a number, got'
  const step = 'trial 0: a step must be finite, got'
  for (const [odd, words] of [
    [Symbol('q'), 'a symbol'],
    [Object.create(null), '{}'],
    ['\u001b[31mred\nline', String.raw`"\u001b[31mred\nline"`],
  ] as const) {
    await expect(trial.report(odd as number)).rejects.toThrow(`${value} ${words}`)
    await expect(trial.report(1, { step: odd as number })).rejects.toThrow(`${step} ${words}`)
  }
})

test('a trial is named by a number or a text, and anything else is refused', async () => {
  await using study = await openStudy(join(scratch(), 's'), { space, trials: 1 })
  for (const odd of [Symbol('q'), undefined, Object.create(null), 1n])
    await expect(study.trial(odd as number)).rejects.toThrow('trial: must be a number, or the first digits of an id')
})

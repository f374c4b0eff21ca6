/** Constraints, outputs and preferences of a study: what is recorded, which trial is the best, who may join. */

import { readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { float, openStudy } from '../../src/index.ts'
import { scratch } from '../support/scratch.ts'

const space = { x: float(0, 1) }

const freshStudy = (): string => join(scratch(), 'study')

test('a trial that breaks a constraint keeps its values and never becomes the best', async () => {
  const directory = freshStudy()
  await using study = await openStudy(directory, {
    space,
    minimize: 'loss',
    constraints: { memory: { atMost: 16 }, valid: true },
    sampler: 'sobol',
    trials: 4,
  })
  const said = [
    { loss: 0.1, memory: 17, valid: true },
    { loss: 0.4, memory: 16, valid: true, size: 'big' },
    { loss: 0.2, memory: 1, valid: false },
    { loss: 0.3 },
  ]
  const best = await study.optimize(({ number }) => said[number]!)
  expect(best).toMatchObject({ number: 1, value: 0.4, values: { loss: 0.4 } })
  expect(best!.outputs).toEqual({ memory: 16, valid: true, size: 'big' })
  const trials = await study.trials()
  expect(trials.map(({ state, value }) => [state, value])).toEqual(said.map(({ loss }) => ['complete', loss]))
  expect(trials[2]!.outputs).toEqual({ memory: 1, valid: false })
  expect(readlinkSync(join(directory, 'best_instance'))).toBe(best!.id)
  expect(JSON.parse(readFileSync(join(best!.directory, 'value.json'), 'utf8'))).toEqual(said[1])
  await using reader = await openStudy(directory, { readOnly: true })
  expect(await reader.trials()).toEqual(trials)
  expect(await reader.best()).toEqual(best)
})

test('before a trial meets all constraints, there is no best one and no link', async () => {
  const directory = freshStudy()
  await using study = await openStudy(directory, { space, constraints: { valid: true }, sampler: 'sobol', trials: 3 })
  expect(await study.optimize(() => ({ value: 1, valid: false }))).toBeUndefined()
  expect(() => readlinkSync(join(directory, 'best_instance'))).toThrow('ENOENT')
})

test('weights or bounds decide which trial of several objectives is the best', async () => {
  const objectives = { loss: 'minimize', speed: 'maximize' } as const
  const said = [
    { loss: 1, speed: 1 },
    { loss: 2, speed: 9 },
    { loss: 3, speed: 10 },
  ]
  for (const [prefer, number] of [
    [undefined, 0],
    [{ weights: { loss: 1, speed: 1 } }, 1],
    [{ within: { speed: { atLeast: 10 } } }, 2],
  ] as const) {
    const options = { space, objectives, sampler: 'sobol', trials: 3, ...(prefer && { prefer }) } as const
    await using study = await openStudy(freshStudy(), options)
    expect(await study.optimize((trial) => said[trial.number]!)).toMatchObject({ number })
    expect(study.goals.prefer).toEqual(prefer)
  }
})

test('a process that joins wants the same, or nothing', async () => {
  const directory = freshStudy()
  const constraints = { valid: true, memory: { atMost: 16 } } as const
  await (await openStudy(directory, { space, constraints })).close()
  await (await openStudy(directory, { constraints: { memory: { atMost: 16 }, valid: true } })).close()
  await (await openStudy(directory)).close()
  await expect(openStudy(directory, { constraints: { valid: true } })).rejects.toThrow(
    'asks to keep memory <= 16 and valid, but this program asks to keep valid',
  )
  await expect(openStudy(directory, { minimize: 'loss' })).rejects.toThrow("asks to minimize 'value'")
  expect((await openStudy(directory, { readOnly: true })).goals.constraints).toEqual(constraints)
})

test('a trial that is told from outside may say outputs too', async () => {
  await using study = await openStudy(freshStudy(), {
    space,
    constraints: { valid: true },
    sampler: 'sobol',
    trials: 2,
  })
  const trial = await study.ask({ ttlMs: 60_000 })
  await study.tell(trial!.number, { values: { value: 3, valid: true, note: 'by hand' } })
  expect(await study.best()).toMatchObject({ value: 3, outputs: { valid: true, note: 'by hand' } })
  await expect(study.tell(trial!.number, { values: { value: 3, valid: null as never } })).rejects.toThrow(
    "output 'valid'",
  )
})

test('a process that joins may prefer among objectives that only the study names', async () => {
  const directory = freshStudy()
  const prefer = { weights: { loss: 1, speed: 2 } } as const
  await (await openStudy(directory, { space, objectives: { loss: 'minimize', speed: 'maximize' }, prefer })).close()
  await (await openStudy(directory, { prefer })).close()
  await expect(openStudy(directory, { prefer: { weights: { loss: 1 } } })).rejects.toThrow(
    'asks to prefer loss by 1 and speed by 2, but this program asks to prefer loss by 1',
  )
})

test('the front may have links, which follow it, and nothing else in their folder is touched', async () => {
  const directory = freshStudy()
  const objectives = { loss: 'minimize', speed: 'maximize' } as const
  const said = [
    { loss: 1, speed: 1 },
    { loss: 2, speed: 9 },
    { loss: 1, speed: 9 },
  ]
  const options = { space, objectives, sampler: 'sobol' } as const
  const study = await openStudy(directory, { ...options, trials: 2 })
  await study.optimize(({ number }) => said[number]!)
  expect((await study.front({ links: true })).map(({ number }) => number)).toEqual([0, 1])
  await study.close()
  expect(readdirSync(join(directory, 'pareto'))).toHaveLength(2)
  writeFileSync(join(directory, 'pareto', 'notes.txt'), 'mine')
  writeFileSync(join(directory, 'pareto', '000007-00000000'), 'a file under the name of a link')
  await using next = await openStudy(directory, { trials: 3 })
  await next.optimize(({ number }) => said[number]!)
  const front = await next.front({ links: true })
  expect(front).toMatchObject([{ number: 2 }])
  const name = `000002-${front[0]!.id.slice(0, 8)}`
  expect(readdirSync(join(directory, 'pareto')).sort()).toEqual([name, '000007-00000000', 'notes.txt'])
  expect(readFileSync(join(directory, 'pareto', name, 'config.json'), 'utf8')).toContain('"x"')
  await using reader = await openStudy(directory, { readOnly: true })
  await expect(reader.front({ links: true })).rejects.toThrow("open it without 'readOnly'")
})

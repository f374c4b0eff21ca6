import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bayesian, float, grid, openStudy } from '../../src/index.ts'
import type { Sampler } from '../../src/index.ts'
import { slotPath, studyPath } from '../../src/paths.ts'
import { scratch } from '../support/scratch.ts'

const SPACE = { x: float(0, 1), y: float(0, 1) }

/** One worker of a study; gives its notices. */
async function work(root: string, trials: number, sampler?: Sampler | 'auto' | 'sobol'): Promise<readonly string[]> {
  await using study = await openStudy(root, { space: SPACE, trials, seed: 1, ...(sampler && { sampler }) })
  await study.optimize(({ config: { x, y } }) => (x - 0.3) ** 2 + (y - 0.6) ** 2)
  return study.notices
}

const slotOf = (root: string, number: number) => JSON.parse(readFileSync(slotPath(root, number, 1), 'utf8'))
const definitionOf = (root: string) => JSON.parse(readFileSync(studyPath(root), 'utf8'))

async function verdicts(root: string): Promise<string[]> {
  await using study = await openStudy(root, { readOnly: true })
  const numbers = (await study.trials()).map(({ number }) => number!)
  const all: string[] = []
  for (const number of numbers) all.push((await study.replay(number)).verdict)
  return all
}

test('a study keeps the options of its sampler, and a process that says nothing uses them', async () => {
  const root = join(scratch(), 's')
  const options = { initial: 4, models: ['forest'] } as const
  await work(root, 6, bayesian(options))
  expect(definitionOf(root)).toMatchObject({ sampler: 'bayesian', samplerOptions: options })
  expect(await work(root, 8)).toEqual([])
  for (const number of [2, 5, 7]) expect(slotOf(root, number)).not.toHaveProperty('options')
  await using study = await openStudy(root, { readOnly: true })
  expect((await study.why(7)).explanation).toMatchObject({ by: 'model', model: 'forest' })
  expect(await verdicts(root)).toEqual(Array(8).fill('same'))
})

test('a process with another sampler, or other options, says so in its slots, and gets a notice', async () => {
  const root = join(scratch(), 's')
  await work(root, 6, bayesian({ initial: 4, models: ['forest'] }))
  const [notice] = await work(root, 8, bayesian({ initial: 4, models: ['plain'] }))
  expect(notice).toContain(`this process suggests with sampler 'bayesian' and options {"initial":4,"models":["plain"]}`)
  expect(slotOf(root, 7).options).toEqual({ initial: 4, models: ['plain'] })
  expect(await work(root, 9, 'auto')).toHaveLength(1)
  expect(slotOf(root, 8).options).toEqual({})
  expect(await work(root, 10, 'sobol')).toHaveLength(1)
  expect(slotOf(root, 9)).toMatchObject({ origin: 'sobol' })
  expect(slotOf(root, 9)).not.toHaveProperty('options')
  expect(await work(root, 11, grid({ points: 3 }))).toHaveLength(1)
  expect(slotOf(root, 10)).toMatchObject({ origin: 'grid', options: { points: 3 } })
  expect(await work(root, 12, bayesian({ models: ['forest'], initial: 4 }))).toEqual([])
  expect(await verdicts(root)).toEqual(Array(12).fill('same'))
})

test('in a study of an older anthill, whose definition has no options, slots have all of them', async () => {
  const root = join(scratch(), 's')
  await work(root, 5)
  expect(definitionOf(root)).not.toHaveProperty('samplerOptions')
  await work(root, 7, bayesian({ initial: 4 }))
  expect(slotOf(root, 6).options).toEqual({ initial: 4 })
  expect(await work(root, 8, bayesian())).toEqual([])
  expect(slotOf(root, 7)).not.toHaveProperty('options')
  expect(await verdicts(root)).toEqual(Array(8).fill('same'))
})

test('a study with options that only a newer anthill has can be read, but not asked', async () => {
  const root = join(scratch(), 's')
  await work(root, 6, bayesian({ initial: 4 }))
  writeFileSync(
    studyPath(root),
    `${JSON.stringify({ ...definitionOf(root), samplerOptions: { intuition: 'much' } })}\n`,
  )
  await using study = await openStudy(root, { trials: 8 })
  expect(await study.trials()).toHaveLength(6)
  expect(await study.replay(5)).toMatchObject({
    verdict: 'unknown',
    reason: "sampler 'bayesian' cannot be made with the options of the study",
  })
  await expect(study.ask()).rejects.toThrow("option 'intuition': bayesian has none of this name")
})

test("a user's own sampler keeps its options like any other", async () => {
  const root = join(scratch(), 's')
  const own = (shift: number): Sampler => ({
    name: 'own',
    options: { shift },
    suggest: ({ number }) => ({ config: { x: (number + shift) / 100, y: 0 } }),
  })
  await work(root, 2, own(1))
  expect(definitionOf(root)).toMatchObject({ sampler: 'own', samplerOptions: { shift: 1 } })
  await work(root, 4, own(10))
  expect([1, 3].map((number) => slotOf(root, number).options)).toEqual([undefined, { shift: 10 }])
})

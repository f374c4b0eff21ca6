import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { float, median, openStudy } from '../../src/index.ts'
import type { CurveQuestion, LiveTrial, Pruner, Study } from '../../src/index.ts'
import { studyPath, valuePath } from '../../src/paths.ts'
import { addPoint, emptyCurve, pointsOf } from '../../src/study/kept-curve.ts'
import { scratch } from '../support/scratch.ts'

const space = { x: float(0, 1) }
const RANDOM = { space, sampler: 'random' } as const

/** Reports values one after the other until the trial should stop, and ends it. Gives how many it reported. */
async function walk(trial: LiveTrial<unknown>, values: readonly number[]): Promise<number> {
  for (const [k, value] of values.entries()) {
    await trial.report(value, { step: k + 1 })
    if (!(await trial.shouldStop())) continue
    await trial.prune(value)
    return k + 1
  }
  await trial.complete(values.at(-1)!)
  return values.length
}

/** Four trials of three steps, which end at 1, 2, 3 and 4. */
async function runFour(study: Study<unknown>): Promise<void> {
  for (const end of [1, 2, 3, 4]) await walk((await study.ask())!, [9, end, end])
}

test('HYE-82 a trial is told to stop by the pruner, and its record has the reason', async () => {
  await using study = await openStudy(join(scratch(), 's'), { ...RANDOM, trials: 6, pruner: 'median' })
  await runFour(study)
  const trial = (await study.ask())!
  expect(await trial.shouldStop()).toBe(false)
  expect(trial.stopReason).toBeUndefined()
  expect(await walk(trial, [9, 5, 1])).toBe(2)
  const reason = 'its best value up to step 2 is 5, and the better half of 4 trials had 2.5 or better'
  expect(trial.stopReason).toBe(reason)
  expect(await trial.shouldStop()).toBe(true)
  expect(await study.trial(4)).toMatchObject({ state: 'pruned', value: 5, detail: reason, reason: null })
  expect(await study.trial(4)).not.toHaveProperty('predicted')
  expect(await walk((await study.ask())!, [9, 1.5, 1])).toBe(3)
})

test('without a pruner nothing is stopped, and the study says nothing of one', async () => {
  const directory = join(scratch(), 's')
  await using study = await openStudy(directory, { ...RANDOM, trials: 5 })
  await runFour(study)
  expect(await walk((await study.ask())!, [9, 9, 9])).toBe(3)
  expect(readFileSync(studyPath(directory), 'utf8')).not.toContain('prune')
})

test('a study keeps its pruner: who joins has it, and another one is allowed with a notice', async () => {
  const directory = join(scratch(), 's')
  await using first = await openStudy(directory, { ...RANDOM, trials: 9, pruner: median({ least: 3 }) })
  await runFour(first)
  expect(JSON.parse(readFileSync(studyPath(directory), 'utf8'))).toMatchObject({
    pruner: 'median',
    prunerOptions: { least: 3 },
  })
  await using joined = await openStudy(directory, { trials: 9 })
  expect(joined.notices).toEqual([])
  expect(await walk((await joined.ask())!, [9, 9, 9])).toBe(2)
  await using none = await openStudy(directory, { trials: 9, pruner: 'none' })
  expect(none.notices).toEqual([`this process prunes with 'none', the study with 'median' and options {"least":3}`])
  expect(await walk((await none.ask())!, [9, 9, 9])).toBe(3)
  await using same = await openStudy(directory, { trials: 9, pruner: median({ least: 3 }) })
  expect(same.notices).toEqual([])
})

test('HYE-76 a pruner compares with the curves of other processes too, even of trials that still run', async () => {
  const directory = join(scratch(), 's')
  await using other = await openStudy(directory, { ...RANDOM, trials: 9, pruner: 'median' })
  const running = await other.ask(4)
  await using study = await openStudy(directory, { trials: 9 })
  const trial = (await study.ask())!
  for (const one of running) await one.report(1, { step: 1 })
  await study.status()
  await trial.report(5, { step: 1 })
  expect(await trial.shouldStop()).toBe(true)
  expect(trial.stopReason).toContain('of 4 trials had 1 or better')
})

test('a pruner of your own is asked, its prediction is in the record and survives logs and indexes', async () => {
  const directory = join(scratch(), 's')
  const asked: CurveQuestion[] = []
  const own: Pruner = {
    name: 'own',
    stops: (question) => {
      asked.push(question)
      return { because: 'because', predicted: { low: 1, middle: 2, high: 4 } }
    },
  }
  await using study = await openStudy(directory, { ...RANDOM, maximize: 'gain', trials: 2, pruner: own })
  await walk((await study.ask())!, [3])
  expect(asked).toMatchObject([{ curve: [[1, 3]], others: [], direction: 'maximize', number: 0 }])
  const predicted = { low: 1, middle: 2, high: 4 }
  const record = { state: 'pruned', detail: 'because', predicted }
  expect(await study.trial(0)).toMatchObject(record)
  const { id } = await study.trial(0)
  expect(readFileSync(valuePath(directory, id, 1), 'utf8')).toContain('"predicted":[1,2,4]')
  await study.close()
  await using reader = await openStudy(directory, { readOnly: true })
  expect(await reader.trial(0)).toMatchObject(record)
  await using joined = await openStudy(directory, { trials: 2 })
  expect(joined.notices[0]).toContain("the study's pruner 'own' is not one of anthill's")
  expect(await walk((await joined.ask())!, [9])).toBe(1)
  expect((await joined.trial(1)).state).toBe('complete')
})

test('a trial that breaks a constraint is nothing to compare an end with', async () => {
  const seen: (number | null)[] = []
  const own: Pruner = { name: 'own', stops: ({ others }) => void seen.push(...others.map(({ value }) => value)) }
  await using study = await openStudy(join(scratch(), 's'), {
    ...RANDOM,
    trials: 3,
    constraints: { valid: true },
    pruner: own,
  })
  for (const valid of [true, false]) await (await study.ask())!.complete({ value: 1, valid })
  const trial = (await study.ask())!
  await trial.report(5)
  await trial.shouldStop()
  expect(seen).toEqual([1, null])
})

test.each([
  ['mediam', "option 'pruner': must be the name of a pruner, as in 'median', or an object with name and stops"],
  ['hyperband', 'it needs an option, as in hyperband({ max: 81 })'],
  [{ name: 'x' }, "option 'pruner': must be the name"],
  [5, "option 'pruner': must be the name"],
])('pruner %j is refused', async (pruner, message) => {
  await expect(openStudy(join(scratch(), 's'), { space, pruner: pruner as 'median' })).rejects.toThrow(message)
})

test('a pruner of your own that gives something else is named', async () => {
  for (const odd of [true, null, {}, { because: 'x', predicted: { low: 2, middle: 1, high: 3 } }]) {
    const own = { name: 'own', stops: () => odd } as unknown as Pruner
    await using study = await openStudy(join(scratch(), 's'), { ...RANDOM, trials: 1, pruner: own })
    const trial = (await study.ask())!
    await trial.report(1)
    await expect(trial.shouldStop()).rejects.toThrow("pruner 'own': must give undefined, or { because, predicted? }")
  }
})

test('at most a thousand of a million reports are kept, evenly, the last one too, and few are ever logged', () => {
  const curve = emptyCurve()
  let kept = 0
  for (let k = 0; k < 1_000_000; k++) {
    if (addPoint(curve, [k, -k])) kept++
    if (k % 7919 === 0 || k < 1100) expect(pointsOf(curve).length).toBeLessThanOrEqual(1000)
  }
  const points = pointsOf(curve)
  expect(points.length).toBeGreaterThan(500)
  expect(points.at(-1)).toEqual([999_999, -999_999])
  for (const [k, [step]] of points.slice(0, -1).entries()) expect(step).toBe(k * curve.stride)
  expect(kept).toBeLessThan(7000)
})

import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bayesian, openStudy } from '../../src/index.ts'
import type { ModelExplanation, Study } from '../../src/index.ts'
import { float } from '../../src/space/parameter.ts'
import { failedPath } from '../../src/paths.ts'
import { scratch } from '../support/scratch.ts'

const OPTIONS = { space: { x: float(0, 1) }, seed: 4, trials: 20, fidelity: { epochs: [1, 9] } } as const

const lossAt = (x: number, epochs: number): number => (x - 0.3) ** 2 + 1 / epochs

/** Tries everything; each attempt writes its rung into the trial's directory, as a checkpoint. */
async function climb(study: Study<{ readonly x: number }>): Promise<void> {
  await study.optimize(({ config, fidelity, directory }) => {
    appendFileSync(join(directory, 'checkpoint'), `${fidelity} `)
    return lossAt(config.x, fidelity!)
  })
}

test('trials climb in their own directories, the best ones to the top, and the others rest', async () => {
  const root = join(scratch(), 's')
  await using study = await openStudy(root, OPTIONS)
  await climb(study)
  const trials = await study.trials()
  const complete = trials.filter(({ state }) => state === 'complete')
  expect(trials.length).toBe(20)
  expect(complete.length).toBeGreaterThan(0)
  for (const { id, state, curve, config, value, detail } of trials) {
    const steps = curve.map(([step]) => step)
    expect(
      readFileSync(join(root, id, 'checkpoint'), 'utf8')
        .trim()
        .split(' ')
        .map(Number),
    ).toEqual(steps)
    expect(curve).toEqual(steps.map((step) => [step, lossAt(config.x, step)]))
    if (state === 'complete') expect(value).toBe(lossAt(config.x, 9))
    else {
      expect([state, value]).toEqual(['paused', null])
      expect(detail).toBe(`${curve.at(-1)![1]} at epochs ${steps.at(-1)}`)
    }
  }
  const [least] = trials.toSorted((a, b) => a.curve[0]![1] - b.curve[0]![1])
  expect(least!.curve.length).toBeGreaterThan(1)
  expect((await study.best())?.value).toBe(Math.min(...complete.map(({ value }) => value!)))
  expect((await study.status()).trials).toMatchObject({ complete: complete.length, paused: 20 - complete.length })
})

test('each suggestion comes out again, although trials have gone on since and durations counted', async () => {
  const root = join(scratch(), 's')
  const sampler = bayesian({ perSecond: 'cooled', effort: 'low' })
  {
    await using study = await openStudy(root, { ...OPTIONS, trials: 14, maxHours: 1, sampler })
    await climb(study)
  }
  await using study = await openStudy(root, { readOnly: true })
  for (let number = 0; number < 14; number += 3) expect((await study.replay(number)).verdict).toBe('same')
  const { by, seconds } = (await study.why(13)).explanation as ModelExplanation
  expect([by, seconds!.value > 0]).toEqual(['model', true])
})

test('models learn from trials that rest: few complete ones are enough to find where they are good', async () => {
  await using study = await openStudy(join(scratch(), 's'), OPTIONS)
  await climb(study)
  const late = (await study.trials()).filter(({ number }) => number! >= 12)
  expect(late.filter(({ config }) => Math.abs(config.x - 0.3) < 0.1).length).toBeGreaterThanOrEqual(4)
})

test('a study with too few trials for its ladder has a complete one, and goes on with a larger budget', async () => {
  const root = join(scratch(), 's')
  {
    await using study = await openStudy(root, { ...OPTIONS, trials: 2 })
    await climb(study)
    const { complete, paused } = (await study.status()).trials
    expect([complete, paused]).toEqual([1, 1])
    expect(await study.ask()).toBeUndefined()
  }
  await using study = await openStudy(root, { trials: 9 })
  await climb(study as unknown as Study<{ readonly x: number }>)
  const trials = await study.trials()
  expect(trials.length).toBe(9)
  expect(trials.filter(({ curve }) => curve.length > 1).length).toBeGreaterThanOrEqual(3)
})

test('a failure, an interruption and a retry on the way leave a trial at its rung or at the bottom', async () => {
  await using study = await openStudy(join(scratch(), 's'), { ...OPTIONS, trials: 3, sampler: 'sobol' })
  for (let k = 0; k < 3; k++) await (await study.ask())!.complete(k)
  const second = (await study.ask())!
  expect([second.number, second.fidelity, second.attempt]).toEqual([0, 3, 2])
  await second.handBack()
  const third = (await study.ask())!
  expect([third.number, third.fidelity, third.attempt]).toEqual([0, 3, 3])
  await third.fail('no')
  expect((await study.trial(0)).state).toBe('failed')
  await study.retry(0)
  const fourth = (await study.ask())!
  expect([fourth.number, fourth.fidelity]).toEqual([0, 1])
  await fourth.complete(0)
})

test('a value told from outside lets a trial rest, or ends it at the top', async () => {
  const root = join(scratch(), 's')
  await using study = await openStudy(root, { ...OPTIONS, fidelity: { epochs: [1, 3] }, trials: 3, sampler: 'sobol' })
  for (let k = 0; k < 3; k++) {
    const { number, fidelity } = (await study.ask({ ttlMs: 60_000 }))!
    expect(fidelity).toBe(1)
    expect(await study.tell(number, { values: k })).toBe('committed')
  }
  const { number, fidelity, id } = (await study.ask({ ttlMs: 60_000 }))!
  expect([number, fidelity]).toEqual([0, 3])
  expect(existsSync(failedPath(root, id, 1))).toBe(true)
  expect(await study.tell(0, { values: 0.5 })).toBe('committed')
  expect(await study.trial(0)).toMatchObject({
    state: 'complete',
    value: 0.5,
    curve: [
      [1, 0],
      [3, 0.5],
    ],
  })
  expect(await study.tell(1, { values: 7 })).toBe('superseded')
})

test('reports in the unit of the fidelity keep the values at the rungs, however many there are', async () => {
  await using study = await openStudy(join(scratch(), 's'), {
    ...OPTIONS,
    fidelity: { steps: [1000, 3000] },
    trials: 1,
  })
  const first = (await study.ask())!
  for (let step = 1; step < 1500; step++) await first.report(step, { step: step / 2 })
  await first.complete(7)
  const second = (await study.ask())!
  for (let step = 1001; step < 2500; step++) await second.report(1, { step })
  await second.complete(3)
  const { curve } = await study.trial(0)
  expect(curve.length).toBe(1000)
  expect(curve).toContainEqual([1000, 7])
  expect(curve.at(-1)).toEqual([3000, 3])
})

test('a fidelity needs one objective, and a process with another one cannot join', async () => {
  const root = join(scratch(), 's')
  await expect(openStudy(root, { ...OPTIONS, objectives: { loss: 'minimize', speed: 'maximize' } })).rejects.toThrow(
    "fidelity 'epochs': ranks trials by one objective, got loss, speed",
  )
  expect(existsSync(root)).toBe(false)
  await using study = await openStudy(root, OPTIONS)
  expect(study.fidelity).toMatchObject({ name: 'epochs', rungs: [1, 3, 9] })
  await expect(openStudy(root, { ...OPTIONS, fidelity: { epochs: [1, 27] } })).rejects.toThrow(
    'has the fidelity epochs=1..9~factor=3, but this program has epochs=1..27~factor=3',
  )
})

/** Other studies to learn from: read once, never trials of this study, and seen by the sampler as `saw` says. */

import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { openStudy } from '../../src/index.ts'
import type { Study } from '../../src/index.ts'
import { checkStudy } from '../../src/doctor/study-check.ts'
import { amendFolder, amendPath } from '../../src/paths.ts'
import { statusLine, statusLines } from '../../src/report/status-text.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import { choice, float } from '../../src/space/parameter.ts'
import type { StudyOptions } from '../../src/study/definition.ts'
import { scratch } from '../support/scratch.ts'

const SPACE = { x: float(0, 1), y: float(0, 1) }
const f = ({ x, y }: { x: number; y: number }): number => (x - 0.3) ** 2 + (y - 0.6) ** 2
const sampler = bayesian({ effort: 'low', models: ['plain'], initial: 3 })

let here: string
let there: string
const open = (root: string, options: StudyOptions = {}): Promise<Study<{ x: number; y: number }>> =>
  openStudy(root, { space: SPACE, minimize: 'loss', seed: 4, sampler, ...options }) as never

/** Another study with eight trials, the second of which fails. */
async function makeOther(space: object = SPACE, minimize = 'loss'): Promise<void> {
  const options = { space, minimize, seed: 5, sampler: 'random', trials: 8 } as StudyOptions
  await using study = (await openStudy(there, options)) as Study<{ x: number; y: number }>
  await study.optimize(({ number, config }) => {
    if (number === 1) throw new Error('no value')
    return f(config)
  })
}

beforeEach(() => {
  const root = scratch()
  here = join(root, 'here')
  there = join(root, 'there')
})

describe('a warm start', () => {
  test('teaches the trials of another study, which are none of this one', async () => {
    await makeOther()
    await using study = await open(here, { warmStart: [there] })
    expect(study.notices).toEqual([])
    expect(await study.trials()).toEqual([])
    expect(await study.imported()).toEqual([])
    expect(await study.best()).toBeUndefined()
    const status = await study.status()
    expect(status).toMatchObject({ imported: 0, betterImported: null, earlier: { studies: 1, results: 8 } })
    expect(statusLine(status)).toMatchObject({ earlier: { studies: 1, results: 8 } })
    const words = { directory: here, space: SPACE, goals: { objectives: { loss: 'minimize' as const } }, where: [] }
    expect(statusLines(words, status)).toContain('earlier  1 study, 8 results')
  })

  test('gives every second opening point, then a say to their model, and each suggestion replays', async () => {
    await makeOther()
    await using study = await open(here, { warmStart: [there], trials: 5 })
    await study.optimize(({ config }) => f(config))
    await using other = await open(there, { readOnly: true })
    const best = await other.best()
    expect((await study.trial(0))!.config).toEqual(best!.config)
    expect((await study.why(0)).explanation).toEqual({ by: 'earlier', from: 'there', value: best!.value })
    for (let number = 0; number < 5; number++) expect((await study.replay(number)).verdict).toBe('same')
    const { explanation } = await study.why(4)
    expect(explanation).toMatchObject({ by: 'model', earlier: [{ from: 'there' }] })
  })

  test('reads a study once, even if it is gone later or asked for twice', async () => {
    await makeOther()
    await using first = await open(here, { warmStart: [there, there] })
    expect((await first.status()).earlier).toEqual({ studies: 1, results: 8 })
    await using second = await open(here, { warmStart: [there] })
    expect((await second.status()).earlier).toEqual({ studies: 1, results: 8 })
    expect(readdirSync(amendFolder(here))).toHaveLength(1)
    rmSync(there, { recursive: true })
    await using third = await open(here)
    expect((await third.status()).earlier).toEqual({ studies: 1, results: 8 })
  })

  test('is known to the doctor: sound as it is, and named once it is damaged', async () => {
    await makeOther()
    await open(here, { warmStart: [there] }).then((study) => study.close())
    expect((await checkStudy(here, 0))!.damages).toEqual([])
    const path = amendPath(here, 1)
    writeFileSync(path, readFileSync(path, 'utf8').replace('"task":"', '"task":7,"was":"'))
    expect((await checkStudy(here, 0))!.damages).toMatchObject([{ words: expect.stringContaining('is damaged') }])
    await using study = await open(here, { warmStart: [there] })
    expect((await study.status()).earlier).toEqual({ studies: 1, results: 8 })
  })

  test('counts the same results once where two processes begin at once', async () => {
    await makeOther()
    const both = await Promise.all([open(here, { warmStart: [there] }), open(here, { warmStart: [there] })])
    for (const study of both) {
      expect((await study.status()).earlier).toEqual({ studies: 1, results: 8 })
      await study.close()
    }
  })

  test('matches parameters by name, and leaves out configs that are not in this space', async () => {
    await makeOther({ y: float(0, 1), x: float(0, 1), kind: choice(['a', 'b']) }, 'error')
    await using study = await open(here, { space: { x: float(0, 0.5), y: float(0, 1) }, warmStart: [there] })
    await using other = await openStudy(there, { readOnly: true })
    const inside = (await other.trials()).filter(({ config }) => (config.x as number) <= 0.5).length
    expect(inside).toBeGreaterThan(0)
    expect(inside).toBeLessThan(8)
    expect((await study.status()).earlier).toEqual({ studies: 1, results: inside })
    expect(study.notices).toEqual([expect.stringContaining(`${8 - inside} of its 8 trials are left out`)])
  })

  test('refuses what cannot teach it, by name, before anything is there', async () => {
    const refused = async (words: string, options: StudyOptions = { warmStart: [there] }): Promise<void> => {
      await expect(open(here, options)).rejects.toThrow(words)
      expect(existsSync(here)).toBe(false)
    }
    await refused(`warm start '${there}': no study is there`)
    await refused('is the study itself', { warmStart: [here] })
    await refused("option 'warmStart'", { warmStart: [there], readOnly: true })
    {
      await using _ = await openStudy(there, { space: SPACE, minimize: 'loss' })
      await refused('none of its trials has ended')
    }
    rmSync(there, { recursive: true })
    await makeOther({ z: float(0, 1), x: float(0, 1), y: float(2, 3) })
    await refused("none of its 8 trials has a config of this space (parameter 'y'")
    rmSync(there, { recursive: true })
    await using _ = await openStudy(there, { space: SPACE, maximize: 'loss' })
    await refused("must minimize 'loss', got a study that asks to maximize it")
  })

  test('refuses the study itself by its token, and says of a process that makes less of it what it makes', async () => {
    await makeOther()
    cpSync(there, here, { recursive: true })
    await expect(open(here, { warmStart: [there] })).rejects.toThrow('is the study itself, or a copy of it')
    rmSync(here, { recursive: true })
    await using sobol = await open(here, { warmStart: [there], sampler: 'sobol' })
    expect(sobol.notices).toEqual(["warm start: sampler 'sobol' takes nothing from earlier studies; 'auto' does"])
    const objectives = { loss: 'minimize', time: 'minimize' } as const
    const several = { space: SPACE, objectives, seed: 1, sampler: 'random', trials: 1 } as const
    const [first, second] = [join(here, '..', 'first'), join(here, '..', 'second')]
    await using one = await openStudy(first, several)
    await (await one.ask())!.complete({ loss: 1, time: 2 })
    await using two = await openStudy(second, { ...several, sampler, warmStart: [first] })
    expect(two.notices).toEqual([expect.stringContaining("lend only their best configs by 'loss'; no model learns")])
  })
})

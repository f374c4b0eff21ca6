/** The verbs that look say what is there: lost trials, every objective, where studies are. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { checkStudy } from '../../src/doctor/study-check.ts'
import { openFresh } from '../../src/doctor/study-files.ts'
import { logFolder, valuePath } from '../../src/paths.ts'
import { float } from '../../src/space/parameter.ts'
import { makeIndex } from '../../src/store/protocol/index-maker.ts'
import { register } from '../../src/store/protocol/registration.ts'
import { openStudy } from '../../src/study/open-study.ts'
import { written } from '../support/in-process.ts'
import { scratch } from '../support/scratch.ts'

afterEach(() => vi.restoreAllMocks())

interface Made {
  readonly root: string
  readonly best: { readonly id: string; readonly number: number | null; readonly value: number }
}

/** Five trials with two objectives; the second one failed. */
async function made(root = join(scratch(), 'study')): Promise<Made> {
  const space = { x: float(0, 1) }
  const objectives = { loss: 'minimize', speed: 'maximize' } as const
  await using study = await openStudy(root, { space, objectives, seed: 1, trials: 5, sampler: 'random' })
  await study.optimize((trial) => {
    if (trial.number === 1) throw new Error('first line\n  second line')
    return { loss: trial.config.x, speed: 10 * trial.config.x }
  })
  return { root, best: (await study.best())! }
}

const FORMATS = [[], ['--json'], ['--model'], ...['dir', 'json', 'flags', 'env'].map((name) => ['--format', name])]

test.each<readonly [what: string, lose: (root: string, id: string) => void, words: RegExp]>([
  ['directory', (root, id) => rmSync(join(root, id), { recursive: true }), /its directory '.*' is gone/],
  ['.anthill', (root, id) => rmSync(join(root, id, '.anthill'), { recursive: true }), /its directory '.*' is gone/],
  ['record', (root, id) => rmSync(valuePath(root, id, 1)), /its record '.*value\.json' is gone/],
  [
    'value',
    (root, id) => {
      const path = valuePath(root, id, 1)
      const record = JSON.parse(readFileSync(path, 'utf8')) as { values: object }
      writeFileSync(path, `${JSON.stringify({ ...record, values: { loss: 7, speed: 7 } })}\n`)
    },
    /says complete with loss 7, speed 7, but a log or an index says complete with loss 0/,
  ],
])('the best trial without its %s is named as lost by every verb', async (loss, lose, words) => {
  const { root, best } = await made()
  lose(root, best.id)
  for (const format of FORMATS) {
    const { out, status } = await written(false, 'best', root, ...format)
    expect({ out, status }).toEqual({ status: 1, out: expect.stringMatching(words) as string })
    expect(out).toMatch(/put it back from a backup|the record counts/)
  }
  expect((await written(false, 'status', root)).out).toMatch(words)
  expect(JSON.parse((await written(false, 'status', root, '--json')).out)).toMatchObject({
    best: { lost: expect.stringMatching(words) as string },
  })
  expect((await written(false, 'show', root, String(best.number))).out).toMatch(words)
  const { damages } = (await checkStudy(root, 5))!
  const said = damages.map((damage) => damage.words).join('\n')
  expect(said).toMatch(loss === 'value' ? /contradicts the record of the end of trial \d/ : words)
})

test('the log of a lost trial is not told as a program that was not started', async () => {
  const { root, best } = await made()
  const line = (): Promise<{ out: string; status: number }> => written(false, 'log', root, String(best.number))
  expect(await line()).toMatchObject({ status: 4, out: expect.stringContaining('did not start its program') as string })
  rmSync(join(root, best.id), { recursive: true })
  expect(await line()).toMatchObject({
    status: 4,
    out: expect.stringMatching(/its directory '.*' is gone; put it back from a backup/) as string,
  })
})

test('the doctor names every lost trial, also a failed one, and none of a study that is whole', async () => {
  const { root } = await made()
  expect((await checkStudy(root, 5))!.damages).toEqual([])
  const study = await openStudy(root, { readOnly: true })
  const trials = await study.trials()
  for (const { id } of trials.slice(0, 3)) rmSync(join(root, id), { recursive: true })
  const words = (await checkStudy(root, 5))!.damages.map((damage) => damage.words)
  for (const number of [0, 1, 2]) expect(words.filter((text) => text.startsWith(`trial ${number} (`))).toHaveLength(1)
  expect(words.filter((text) => /^trial [34]/.test(text))).toEqual([])
})

test('after the advice is followed the study has forgotten the lost trial', async () => {
  const { root, best } = await made()
  rmSync(join(root, best.id), { recursive: true })
  for (const name of ['index', 'log', 'best']) rmSync(join(root, '.anthill', name), { recursive: true, force: true })
  const { out, status } = await written(false, 'best', root, '--format', 'dir')
  expect(status).toBe(0)
  expect(out).not.toContain(best.id)
  await using study = await openStudy(root, { trials: 5 })
  expect((await study.ask())?.id).toBe(best.id)
})

test('an index that names another complete trial as the best is not believed', async () => {
  const { root, best } = await made()
  const folder = (await openFresh(root, false))!
  await register(folder, { hasHeartbeat: false })
  expect(folder.known.best!.number).toBe(best.number)
  folder.known.best = folder.known.slots.get(best.number === 0 ? 2 : 0)!
  folder.bestChain = { generation: 0, top: null, obstacle: null }
  await makeIndex(folder, 0)
  rmSync(logFolder(root), { recursive: true })
  const { out } = await written(false, 'best', root, '--json')
  expect(JSON.parse(out)).toMatchObject({ number: best.number, value: best.value })
})

test('every objective and the time are in every table', async () => {
  const { root, best } = await made()
  const both = `loss ${Number(best.value.toPrecision(6))}, speed`
  expect((await written(false, 'status', root)).out).toContain(both)
  expect((await written(false, 'best', root)).out).toMatch(/^loss .*\nspeed /)
  expect((await written(false, 'show', root, '0')).out).toMatch(/^loss .*\nspeed /m)
  expect((await written(false, 'ls', root)).out).toMatch(/^number +id +state +loss +speed +took/)
  expect((await written(false, 'why', root, '0')).out).toMatch(/loss\s[\d.]+\s\(speed\s[\d.]+\)/)
  const trials = JSON.parse((await written(false, 'ls', root, '--json')).out) as { values: object; took: number }[]
  expect(trials[0]).toMatchObject({
    values: { loss: expect.any(Number) as number, speed: expect.any(Number) as number },
  })
  expect(trials[0]!.took).toBeGreaterThanOrEqual(0)
  const sheet = JSON.parse((await written(false, 'show', root, '0', '--json')).out) as object
  expect(sheet).toMatchObject({ took: trials[0]!.took, values: trials[0]!.values, lost: null })
})

test('the lines of an error stay lines', async () => {
  const { root } = await made()
  const { out } = await written(false, 'show', root, '1')
  expect(out).toMatch(/^detail +Error: first line\n {11} {2}second line\n/m)
})

test('a study is found from its own folder, from a trial in it and from its protocol folder', async () => {
  const { root, best } = await made()
  const stand = vi.spyOn(process, 'cwd')
  for (const place of [root, join(root, best.id), join(root, best.id, '.anthill'), join(root, '.anthill')]) {
    stand.mockReturnValue(place)
    expect(await written(false, 'status'), place).toMatchObject({ status: 0 })
    expect(await written(false, 'show', '0'), place).toMatchObject({ status: 0 })
  }
  mkdirSync(join(root, 'mine'))
  stand.mockReturnValue(join(root, 'mine'))
  expect(await written(false, 'status')).toMatchObject({ status: 4 })
  const inner = await made(join(root, 'mine', 'anthill-study'))
  expect((await written(false, 'status')).out).toContain(inner.root)
})

test('a folder of studies is answered with the lines to type, not with the advice to name a new one', async () => {
  const runs = scratch()
  await made(join(runs, 'a'))
  const stand = vi.spyOn(process, 'cwd').mockReturnValue(runs)
  expect((await written(false, 'status', runs)).out).toMatch(/one below it\n {2}try: anthill status -s a\n$/)
  await made(join(runs, 'deep', 'b c'))
  const { out } = await written(false, 'show', runs, '3')
  expect(out).toContain("2 below it; type one of these:\n  anthill show -s a 3\n  anthill show -s 'deep/b c' 3\n")
  expect(out).not.toContain('new')
  expect((await written(false, 'status', join(runs, 'none'))).out).toContain('does not exist')
  mkdirSync(join(runs, 'empty', 'x'), { recursive: true })
  const empty = (await written(false, 'ls', join(runs, 'empty'))).out
  expect(empty).toContain('nor in the folders below it')
  const { best } = await made(join(runs, 'c'))
  stand.mockReturnValue('/')
  expect((await written(false, 'ls', join(runs, 'c', best.id))).out).toContain(`try: anthill ls -s ${runs}/c\n`)
})

test('a directory that does not exist is not examined, and nothing else is', async () => {
  const place = scratch()
  const { out, status } = await written(false, 'doctor', join(place, 'd1', 'x'))
  expect(status).toBe(4)
  expect(out).toBe(
    `anthill: '${place}/d1/x' does not exist, so nothing was examined; a run would make it in '${place}', which can ` +
      `be examined\n  try: anthill doctor -s ${place}\n`,
  )
})

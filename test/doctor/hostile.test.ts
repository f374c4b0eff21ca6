/** Looking at a folder that others can write: nothing outside of it changes, nothing hangs, all of it is named. */

import { spawnSync } from 'node:child_process'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStudy } from '../../dist/index.js'
import { enterHall, HallError } from '../../src/doctor/hall.ts'
import { mend } from '../../src/doctor/mend.ts'
import { checkStudy } from '../../src/doctor/study-check.ts'
import { realFiles } from '../../src/doctor/tested-file-system.ts'
import { plain } from '../support/command.ts'
import { inProcess } from '../support/in-process.ts'
import { outsideIn } from '../support/outside.ts'
import type { Outside } from '../support/outside.ts'
import { scratch } from '../support/scratch.ts'
import type { Finished } from '../support/worker-process.ts'

const WORKER = 'node7-4242-0a1b2c3d4e'
const LONG_AGO = new Date(Date.now() - 30 * 24 * 3_600_000)

interface Made {
  readonly root: string
  readonly ids: readonly string[]
  readonly outside: Outside
}

let original: { root: string; ids: readonly string[] } | undefined

/** A copy of one study of three trials, and a tree beside it. */
async function study(): Promise<Made> {
  original ??= await makeStudy()
  const parent = scratch()
  const root = join(parent, 's')
  cpSync(original.root, root, { recursive: true, verbatimSymlinks: true })
  return { root, ids: original.ids, outside: outsideIn(parent) }
}

async function makeStudy(): Promise<{ root: string; ids: readonly string[] }> {
  const root = join(scratch(), 's')
  await using opened = await openStudy(root, { space: { x: { type: 'float', low: 0, high: 1 } }, trials: 3, seed: 3 })
  await opened.enqueue({ x: 0.5 })
  await opened.optimize((trial) => trial.config.x)
  return { root, ids: (await opened.trials()).map(({ id }) => id) }
}

const anthill = (...words: string[]): Promise<Finished> => inProcess(words, plain)
const found = async (root: string): Promise<string[]> => (await checkStudy(root, 20))!.damages.map(({ words }) => words)
const fix = async (root: string): Promise<string[]> => await mend(root, (await checkStudy(root, 20))!)
const old = (path: string): void => utimesSync(path, LONG_AGO, LONG_AGO)

test.each<[string, (hall: string, outside: Outside) => void]>([
  [
    'a link in the hall',
    (hall, { root }) => (mkdirSync(hall), symlinkSync(root, join(hall, 'x')), symlinkSync(root, join(hall, '.y'))),
  ],
  [
    'a link with the name of a table',
    (hall, { root }) => (mkdirSync(hall), symlinkSync(root, join(hall, 'aaa-1-00000000'))),
  ],
  [
    "a link in a killed doctor's folder",
    (hall, { root }) => {
      mkdirSync(join(hall, 'alone-0123456789ab'), { recursive: true })
      symlinkSync(root, join(hall, 'alone-0123456789ab/here'))
      old(join(hall, 'alone-0123456789ab'))
    },
  ],
  ['a hall that is a link', (hall, { root }) => symlinkSync(root, hall)],
  ['a hall that is a file', (hall) => writeFileSync(hall, 'x')],
])('with %s, the doctor deletes nothing of others', async (_what, put) => {
  const parent = scratch()
  const place = join(parent, 'pub')
  mkdirSync(place)
  const outside = outsideIn(parent)
  put(join(place, '.anthill-doctor'), outside)
  const before = [outside.now(), readdirSync(place, { recursive: true }).sort()]
  for (const words of [[], ['--fix']]) {
    const { code, stdout, stderr } = await anthill('doctor', place, '--with', '1', ...words)
    const isEntered = !/a hall/.test(_what)
    expect({ code, stderr }).toEqual({ code: isEntered ? 0 : 1, stderr: '' })
    if (!isEntered) expect(stdout).toMatch(/\.anthill-doctor' is a (link|file) where a folder of the doctor must be/)
    expect([outside.now(), readdirSync(place, { recursive: true }).sort()]).toEqual(before)
  }
})

test('what a killed doctor left is removed with --fix only, and only what doctors make', async () => {
  const place = scratch()
  const hall = join(place, '.anthill-doctor')
  for (const folder of ['alone-0123456789ab/winner', 'host-12-01234567/here/mail', 'host-12-89abcdef/here'])
    mkdirSync(join(hall, folder), { recursive: true })
  writeFileSync(join(hall, 'host-12-01234567/here/mail/a.0.json'), '{}')
  symlinkSync('flushed', join(hall, 'alone-0123456789ab/symbolic'))
  writeFileSync(join(hall, 'host-12-89abcdef/here/thesis.tex'), 'x')
  mkdirSync(join(hall, 'mine'))
  const names = (): string[] => readdirSync(hall).sort()
  const all = names()
  for (const name of all) old(join(hall, name))
  await anthill('doctor', place, '--with', '1')
  expect(names()).toEqual(all)
  await anthill('doctor', place, '--with', '1', '--fix')
  expect(names()).toEqual(['host-12-89abcdef', 'mine'])
  expect(readFileSync(join(hall, 'host-12-89abcdef/here/thesis.tex'), 'utf8')).toBe('x')
})

test.skipIf(process.getuid?.() !== 0)('a hall of another user is refused', async () => {
  const place = scratch()
  const hall = join(place, '.anthill-doctor')
  mkdirSync(hall)
  chownSync(hall, 65_534, 65_534)
  await expect(enterHall(realFiles, place)).rejects.toThrow(HallError)
  const { code, stdout } = await anthill('doctor', place, '--with', '1')
  expect({ code, stdout }).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('belongs to another user (uid 65534)') as string,
  })
  expect(readdirSync(hall)).toEqual([])
})

test.each<[string, (made: Made) => string]>([
  ['a folder of slots that is none', () => '.anthill/slots/x'],
  ['a folder of slots', () => '.anthill/slots/777'],
  ["a trial's .anthill", ({ ids }) => `${ids[0]}/.anthill`],
  ["a trial's directory", ({ ids }) => ids[0]!],
  ['the logs', () => '.anthill/log'],
  ['the heartbeats', () => '.anthill/workers'],
  ['the indexes', () => '.anthill/index'],
  ['the chain', () => '.anthill/best'],
  ['the amendments', () => '.anthill/amend'],
])('a link to a home in the place of %s leads nobody there', async (what, nameOf) => {
  const made = await study()
  const { root, outside, ids } = made
  const path = join(root, nameOf(made))
  if (existsSync(path)) renameSync(path, join(root, 'kept'))
  symlinkSync(outside.root, path)
  const before = outside.now()
  const damages = await found(root)
  if (what !== 'a folder of slots that is none')
    expect(damages.filter((words) => words.includes(`'${nameOf(made)}' is not a folder`))).toHaveLength(1)
  await fix(root)
  for (const words of [
    ['ls', root],
    ['status', root],
    ['run', '-s', root, '-n', '4', '--', 'echo', '1'],
  ])
    expect((await anthill(...words)).stderr).not.toMatch(/^\s+at /m)
  expect(outside.now()).toEqual(before)
  expect(readdirSync(join(root, ids[1]!, '.anthill'))).toContain('value.json')
})

test('a folder of slots that leads elsewhere is named, and stops a process that needs a number', async () => {
  const { root, outside } = await study()
  renameSync(join(root, '.anthill/slots/000'), join(outside.root, 'slots'))
  symlinkSync(join(outside.root, 'slots'), join(root, '.anthill/slots/000'))
  const before = outside.now()
  const { code, stderr } = await anthill('run', '-s', root, '-n', '9', '--', 'echo', '1')
  expect(stderr).toMatch(/slots\/000' is a link where a folder must be; move it away/)
  expect(code).toBe(1)
  expect(outside.now()).toEqual(before)
})

test('a hundred damaged heartbeats cost one wait', async () => {
  const { root } = await study()
  for (let k = 0; k < 100; k++) writeFileSync(join(root, `.anthill/workers/node7-${k}-0a1b2c3d4e.hb`), 'x')
  // A wait for each would take longer than a test may.
  const { damages } = (await checkStudy(root, 1000))!
  expect(damages.filter(({ words }) => words.includes('.hb'))).toHaveLength(100)
})

test('the dotted files of a person stay, of whatever age', async () => {
  const { root, ids } = await study()
  const theirs = ['.anthill/.git/config', '.anthill/.keep', '.anthill/slots/.keep', `${ids[0]}/.anthill/.git/config`]
  for (const name of theirs) {
    mkdirSync(join(root, name, '..'), { recursive: true })
    writeFileSync(join(root, name), 'x')
    old(join(root, name))
    old(join(root, name, '..'))
  }
  expect((await checkStudy(root, 20))!.leftovers).toEqual([])
  await fix(root)
  expect(theirs.filter((name) => !existsSync(join(root, name)))).toEqual([])
})

test.skipIf(process.getuid?.() !== 0)('leftovers of another user are not ours to remove', async () => {
  const { root } = await study()
  const path = join(root, `.anthill/slots/000/.000007.${WORKER}.1`)
  writeFileSync(path, '')
  chownSync(path, 65_534, 65_534)
  old(path)
  expect((await checkStudy(root, 20))!.leftovers).toEqual([])
})

test.each<[string, (path: string) => void]>([
  ['a pipe', (path) => void spawnSync('mkfifo', [path])],
  ['a link to /dev/zero', (path) => symlinkSync('/dev/zero', path)],
  ['a folder', (path) => mkdirSync(path)],
  ['a sparse file of 10 GB', (path) => (writeFileSync(path, ''), truncateSync(path, 10 * 2 ** 30))],
])('%s under any name is named, waited for by nobody, and stops nobody', { timeout: 150_000 }, async (what, put) => {
  const { root, ids } = await study()
  const [log] = readdirSync(join(root, '.anthill/log'))
  const [heartbeat] = readdirSync(join(root, '.anthill/workers'))
  const names = [
    '.anthill/amend/000001.json',
    '.anthill/slots/000/000002',
    `${ids[1]}/.anthill/value.json`,
    `.anthill/log/${log}`,
    `.anthill/workers/${heartbeat}`,
    '.anthill/index/00000001.jsonl',
    '.anthill/best/00000001.json',
  ]
  mkdirSync(join(root, '.anthill/index'), { recursive: true })
  for (const name of names) {
    rmSync(join(root, name), { force: true })
    put(join(root, name))
  }
  const damages = await found(root)
  for (const name of names)
    expect([name, damages.filter((words) => words.includes(`'${name}'`)).length]).toEqual([name, 1])
  for (const words of [
    ['ls', root],
    ['status', root],
    ['run', '-s', root, '-n', '5', '--', 'echo', '1'],
  ]) {
    const startMs = performance.now()
    const { code, stderr } = await anthill(...words)
    expect({ words, code, stderr: stderr.split('\n').filter((line) => /^\s+at /.test(line)) }).toEqual({
      words,
      code: 0,
      stderr: [],
    })
    expect(performance.now() - startMs).toBeLessThan(30_000)
  }
  await fix(root)
  const left = await found(root)
  // A log with a line that never ends is still a log: it goes when indexes cover it.
  for (const name of names.slice(what.startsWith('a sparse') ? 4 : 3))
    expect([name, left.filter((words) => words.includes(`'${name}'`))]).toEqual([name, []])
})

test('a definition that is a pipe or a device is damaged, and waited for by nobody', async () => {
  for (const put of [
    (path: string) => void spawnSync('mkfifo', [path]),
    (path: string) => symlinkSync('/dev/zero', path),
  ]) {
    const { root } = await study()
    rmSync(join(root, '.anthill/study.json'))
    put(join(root, '.anthill/study.json'))
    for (const words of [
      ['ls', root],
      ['doctor', root, '--with', '1'],
    ]) {
      const { code, stdout, stderr } = await anthill(...words)
      expect({ code, words: stdout + stderr }).toEqual({
        code: 1,
        words: expect.stringContaining('is not the definition of a study') as string,
      })
    }
  }
})

test('names with high numbers are looked at, and not counted up to', async () => {
  const { root, ids } = await study()
  for (const name of ['best/99999999999.json', 'amend/99999999999.json', 'slots/000/99999999999'])
    writeFileSync(join(root, '.anthill', name), 'x\n')
  writeFileSync(join(root, ids[0]!, '.anthill/lock.4294967294'), 'x\n')
  writeFileSync(join(root, ids[0]!, '.anthill/lock.99999999999999999999'), 'x\n')
  const damages = await found(root)
  for (const name of ['best/00000', 'amend/000002.json', 'lock.2'])
    expect([name, damages.filter((words) => words.includes(name) && words.includes('missing')).length]).toEqual([
      name,
      1,
    ])
  const said = await fix(root)
  expect(said.length).toBeLessThan(10)
  expect(readdirSync(join(root, '.anthill/amend')).length).toBe(2)
  expect(existsSync(join(root, '.anthill/best/99999999999.json'))).toBe(false)
})

test('a claim of an absurd number gets no slot', async () => {
  const { root, ids } = await study()
  const path = join(root, ids[0]!, '.anthill/lock.1')
  writeFileSync(path, readFileSync(path, 'utf8').replace('"slot":0', '"slot":123456789'))
  expect(await found(root)).toEqual(expect.arrayContaining([expect.stringMatching(/nobody can have had that number/)]))
  await fix(root)
  expect(readdirSync(join(root, '.anthill/slots'))).toEqual(['000'])
})

test('one log that cannot be read is passed over and named', async () => {
  const { root, ids } = await study()
  const [name] = readdirSync(join(root, '.anthill/log'))
  const path = join(root, '.anthill/log', name!)
  rmSync(path)
  mkdirSync(path)
  writeFileSync(join(path, 'thesis.tex'), 'x')
  for (const verb of ['status', 'ls', 'best']) expect((await anthill(verb, root)).code).toBe(0)
  expect(await found(root)).toEqual([expect.stringMatching(/\.jsonl' cannot be read .*is a folder.*: readers skip it/)])
  expect(await fix(root)).toEqual([expect.stringMatching(/is not a file of this study, and is now '.*\.moved-/)])
  expect(await found(root)).toEqual([])
  const [moved] = readdirSync(join(root, '.anthill/log'))
  expect(readFileSync(join(root, '.anthill/log', moved!, 'thesis.tex'), 'utf8')).toBe('x')
  expect(ids.length).toBe(3)
})

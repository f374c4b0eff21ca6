/** The door: what is not a regular file of a study is refused, at once, and nothing outside of the study changes. */

import { spawnSync } from 'node:child_process'
import {
  closeSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { createOnce, readOnce } from '../../../src/store/disk/create-once.ts'
import { isRefused, openToFill, openToOverwrite, openToRead, UntrustedError } from '../../../src/store/disk/door.ts'
import { readFileFrom, realFileSystem, replaceFile, writeFile } from '../../../src/store/disk/file-system.ts'
import { limitOf } from '../../../src/store/disk/limits.ts'
import * as paths from '../../../src/paths.ts'
import { outsideIn } from '../../support/outside.ts'
import type { Outside } from '../../support/outside.ts'
import { scratch } from '../../support/scratch.ts'

const ID = '5c49826a83751767729e'
const WORKER = 'node7-4242-0a1b2c3d4e'

let root: string
let outside: Outside

beforeEach(() => {
  const parent = scratch()
  root = join(parent, 's')
  outside = outsideIn(parent)
  for (const folder of [paths.slotFolder(root, 0), paths.logFolder(root), paths.workersFolder(root)])
    mkdirSync(folder, { recursive: true })
  mkdirSync(paths.trialMetaFolder(root, ID), { recursive: true })
})

const fifo = (path: string): void => void spawnSync('mkfifo', [path])
const sparse = (path: string): void => {
  writeFileSync(path, '')
  truncateSync(path, 10 * 2 ** 30)
}

/** Everything that may stand where a file must be. */
const STAND_INS: readonly (readonly [string, (path: string, outside: Outside) => void])[] = [
  ['a link to a file outside', (path, { root: home }) => symlinkSync(join(home, '.bashrc'), path)],
  ['a link to a folder outside', (path, { root: home }) => symlinkSync(home, path)],
  ['a link to nothing', (path) => symlinkSync('nowhere', path)],
  ['a link to /dev/zero', (path) => symlinkSync('/dev/zero', path)],
  ['a pipe', fifo],
  ['a folder', (path) => mkdirSync(path)],
  ['a sparse file of 10 GB', sparse],
]

test.each(STAND_INS)('%s is read as a damaged file, at once, and takes its name', async (_what, put) => {
  for (const path of [paths.slotPath(root, 7, 1), paths.lockPath(root, ID, 1), paths.valuePath(root, ID, 1)]) {
    put(path, outside)
    const before = outside.now()
    expect(await readOnce(realFileSystem, 'link', path)).toBe('')
    expect(await createOnce(realFileSystem, 'link', path, '{"token":"t"}\n', 't')).toEqual({
      verdict: 'lost',
      text: '',
    })
    expect(outside.now()).toEqual(before)
  }
})

test.each(STAND_INS.filter(([what]) => what !== 'a sparse file of 10 GB'))(
  'nothing is written through %s',
  async (_what, put) => {
    const path = paths.heartbeatPath(root, WORKER)
    put(path, outside)
    const before = outside.now()
    for (const open of [openToFill, openToOverwrite]) expect(() => open(path)).toThrow(UntrustedError)
    await expect(writeFile(realFileSystem, path, Buffer.from('x'))).rejects.toSatisfy(isRefused)
    expect(outside.now()).toEqual(before)
  },
)

test('a pipe whose writer has put a whole line into it is not read as a file', async () => {
  const path = paths.slotPath(root, 7, 1)
  fifo(path)
  const writer = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  writeSync(writer, '{"token":"t"}\n')
  await expect(readFileFrom(realFileSystem, path, 0)).rejects.toSatisfy(isRefused)
  closeSync(writer)
})

test('a device is not a file', () => {
  for (const path of ['/dev/null', '/dev/zero'])
    expect(() => openToRead(path)).toThrow(/is a device where a file must be/)
})

test('a file with a second name elsewhere is neither emptied nor overwritten', () => {
  const path = paths.heartbeatPath(root, WORKER)
  linkSync(join(outside.root, '.bashrc'), path)
  const before = outside.now()
  for (const open of [openToFill, openToOverwrite]) expect(() => open(path)).toThrow(/second name elsewhere/)
  closeSync(openToRead(path))
  expect(outside.now()).toEqual(before)
})

test('a call that a network client repeats finds its own file, and empties it', async () => {
  const path = paths.temporaryPath(paths.slotPath(root, 7, 1), `${WORKER}.0`)
  writeFileSync(path, 'half of')
  await writeFile(realFileSystem, path, Buffer.from('ab'))
  expect(readFileSync(path, 'utf8')).toBe('ab')
})

test('a temporary name that somebody took beforehand is not written through', async () => {
  const path = paths.configPath(paths.trialDirectory(root, ID))
  symlinkSync(join(outside.root, '.bashrc'), paths.temporaryPath(path, `${WORKER}.0`))
  const before = outside.now()
  await expect(replaceFile(realFileSystem, path, Buffer.from('x'), `${WORKER}.0`)).rejects.toThrow(UntrustedError)
  expect(outside.now()).toEqual(before)
  expect(existsSync(path)).toBe(false)
})

test.each([
  ["a trial's directory", () => paths.trialDirectory(root, ID), () => paths.lockPath(root, ID, 1)],
  ["a trial's .anthill", () => paths.trialMetaFolder(root, ID), () => paths.valuePath(root, ID, 2)],
  ["a trial's directory", () => paths.trialDirectory(root, ID), () => paths.configPath(`${root}/${ID}`)],
])('a link in the place of %s makes all in it damaged', async (_what, folderOf, pathOf) => {
  rmSync(folderOf(), { recursive: true })
  symlinkSync(outside.root, folderOf())
  const before = outside.now()
  const path = pathOf()
  expect(await readOnce(realFileSystem, 'link', path)).toBe('')
  expect(await createOnce(realFileSystem, 'link', path, 't\n', 't')).toEqual({ verdict: 'lost', text: '' })
  expect(await createOnce(realFileSystem, 'rename-dir', path, 't\n', 't')).toEqual({ verdict: 'lost', text: '' })
  for (const act of [realFileSystem.mkdir, realFileSystem.unlink, realFileSystem.rmdir])
    await expect(act(`${path}`)).rejects.toThrow(UntrustedError)
  expect(outside.now()).toEqual(before)
})

test.each([
  ["a trial's directory", () => paths.trialDirectory(root, ID), () => paths.configPath(`${root}/${ID}`)],
  ["a trial's .anthill", () => paths.trialMetaFolder(root, ID), () => paths.lockPath(root, ID, 1)],
])('a file in the place of %s makes all in it damaged, and not absent', async (_what, folderOf, pathOf) => {
  rmSync(folderOf(), { recursive: true })
  writeFileSync(folderOf(), 'a text')
  expect(await readOnce(realFileSystem, 'link', pathOf())).toBe('')
  expect(await createOnce(realFileSystem, 'link', pathOf(), 't\n', 't')).toEqual({ verdict: 'lost', text: '' })
})

test.each<[string, (path: string) => void]>([
  ['a link', (path) => symlinkSync(outside.root, path)],
  ['a file', (path) => writeFileSync(path, 'a text')],
])('with %s in the place of a thousand slots, none can be read and none is taken', async (_what, put) => {
  rmSync(paths.slotFolder(root, 0), { recursive: true })
  put(paths.slotFolder(root, 0))
  const before = outside.now()
  const path = paths.slotPath(root, 7, 1)
  expect(await readOnce(realFileSystem, 'link', path)).toBe('')
  for (const primitive of ['link', 'rename-dir'] as const)
    await expect(createOnce(realFileSystem, primitive, path, 't\n', 't')).rejects.toThrow('where a folder must be')
  expect(outside.now()).toEqual(before)
})

test('a folder that this process has moved is looked at again at once', async () => {
  const path = paths.lockPath(root, ID, 1)
  await createOnce(realFileSystem, 'link', path, 't\n', 't')
  await realFileSystem.rename(paths.trialMetaFolder(root, ID), join(root, 'kept'))
  symlinkSync(join(root, 'kept'), paths.trialMetaFolder(root, ID))
  expect(await readOnce(realFileSystem, 'link', path)).toBe('')
})

test.each(['.anthill', '.anthill/slots', '.anthill/log', '.anthill/amend'])(
  'a link in the place of %s is an error that names it',
  async (name) => {
    rmSync(join(root, name), { recursive: true, force: true })
    symlinkSync(outside.root, join(root, name))
    const before = outside.now()
    const file = { '.anthill': 'study.json', '.anthill/slots': '000/000007' }[name] ?? '000001.json'
    const path = join(root, name, file)
    await expect(readFileFrom(realFileSystem, path, 0)).rejects.toThrow(
      `'${join(root, name)}' is a link where a folder`,
    )
    await expect(createOnce(realFileSystem, 'link', path, 't\n', 't')).rejects.toMatchObject({
      code: 'INPUT_OUTPUT',
      message: expect.stringContaining('is a link where a folder must be; move it away') as string,
    })
    expect(outside.now()).toEqual(before)
  },
)

test('a folder that was good a while ago is looked at again', async () => {
  const path = paths.lockPath(root, ID, 1)
  await createOnce(realFileSystem, 'link', path, 't\n', 't')
  renameSync(paths.trialMetaFolder(root, ID), join(root, 'kept'))
  symlinkSync(outside.root, paths.trialMetaFolder(root, ID))
  await new Promise((resolve) => setTimeout(resolve, 1100))
  expect(await readOnce(realFileSystem, 'link', path)).toBe('')
})

test('the root of a study, and what is above it, may be links', async () => {
  symlinkSync(root, `${root}-link`)
  const path = paths.lockPath(`${root}-link`, ID, 1)
  expect(await createOnce(realFileSystem, 'link', path, 't\n', 't')).toEqual({ verdict: 'won' })
  expect(await readOnce(realFileSystem, 'link', path)).toBe('t\n')
})

test('each kind of file has a bound, and nobody writes beyond it', async () => {
  expect(limitOf(paths.heartbeatPath(root, WORKER))).toBeLessThan(limitOf(paths.bestPath(root, 1)))
  for (const round of [2, 10, 12_345])
    expect(limitOf(paths.valuePath(root, ID, round))).toBe(limitOf(paths.valuePath(root, ID, 1)))
  expect(limitOf(`${paths.lockPath(root, ID, 2)}.d/content`)).toBe(limitOf(paths.lockPath(root, ID, 2)))
  expect(limitOf(paths.slotPath(root, 1_234_567, 2))).toBe(limitOf(paths.slotPath(root, 0, 1)))
  const path = paths.valuePath(root, ID, 1)
  await expect(createOnce(realFileSystem, 'link', path, 'x'.repeat(limitOf(path)), 't')).rejects.toThrow(RangeError)
  expect(existsSync(path)).toBe(false)
})

test('paths are made of ids, workers and numbers only', () => {
  for (const id of ['', '..', `../${ID}`, `${ID}/`, '..///////////victim1', ID.toUpperCase(), null, 7])
    expect(() => paths.trialDirectory(root, id as string)).toThrow(RangeError)
  for (const worker of ['', '..', 'a/b', '../x', '.hidden', `a\0`, 'x'.repeat(200), undefined])
    for (const pathOf of [paths.heartbeatPath, paths.logPath])
      expect(() => pathOf(root, worker as string)).toThrow(RangeError)
  for (const n of [-1, 0.5, NaN, Infinity, 2 ** 53, '1', '1/../..', null] as number[]) {
    expect(() => paths.slotPath(root, n, 1)).toThrow(RangeError)
    expect(() => paths.slotPath(root, 1, n)).toThrow(RangeError)
    expect(() => paths.lockPath(root, ID, n)).toThrow(RangeError)
    expect(() => paths.failedPath(root, ID, n)).toThrow(RangeError)
    expect(() => paths.valuePath(root, ID, n)).toThrow(RangeError)
    expect(() => paths.programLogPath(root, 'stdout', n)).toThrow(RangeError)
    expect(() => paths.earlierAnswerPath(root, n)).toThrow(RangeError)
    for (const pathOf of [paths.amendPath, paths.indexPath, paths.bestPath])
      expect(() => pathOf(root, n)).toThrow(RangeError)
  }
})

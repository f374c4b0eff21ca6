/** Hints that are false, and folders that cannot be read: the doctor names them, and mends at once what it may. */

import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStudy } from '../../dist/index.js'
import { mend } from '../../src/doctor/mend.ts'
import { checkStudy } from '../../src/doctor/study-check.ts'
import { indexParts } from '../../src/store/protocol/index-file.ts'
import { headerOf } from '../../src/store/protocol/index-maker.ts'
import { logLine } from '../../src/store/protocol/log.ts'
import type { LogEvent } from '../../src/store/protocol/log.ts'
import { openFresh } from '../../src/doctor/study-files.ts'
import { scratch } from '../support/scratch.ts'

const SOMEBODY = 65_534

interface Made {
  readonly root: string
  readonly ids: readonly string[]
}

/** Three trials. */
async function study(): Promise<Made> {
  const root = join(scratch(), 's')
  await using opened = await openStudy(root, { space: { x: { type: 'float', low: 0, high: 1 } }, trials: 3, seed: 3 })
  await opened.optimize((trial) => trial.config.x)
  return { root, ids: (await opened.trials()).map(({ id }) => id) }
}

const found = async (root: string): Promise<string[]> => (await checkStudy(root, 20))!.damages.map(({ words }) => words)
const fix = async (root: string): Promise<string[]> => await mend(root, (await checkStudy(root, 20))!)

/** Writes an index of what memory has. `change` may change the text of its lines. */
async function writeIndex(root: string, change: (line: string) => string): Promise<void> {
  const folder = (await openFresh(root, true))!
  mkdirSync(join(root, '.anthill/index'), { recursive: true })
  const lines = folder.known.slots.lines
  const header = headerOf(folder, 1, [])
  folder.known.slots.lines = () => {
    const { chunks, count } = lines.call(folder.known.slots)
    return { chunks: [Buffer.from(change(Buffer.concat(chunks).toString()))], count }
  }
  writeFileSync(join(root, '.anthill/index/00000001.jsonl'), Buffer.concat(indexParts(folder, header)))
}

/** The log of the worker that ran the trials. */
const logOf = (root: string): string => join(root, '.anthill/log', readdirSync(join(root, '.anthill/log'))[0]!)

/** Makes the log say that trial 1 was far better than it was. */
function forgeLog({ root, ids }: Made): void {
  const path = logOf(root)
  const lines = readFileSync(path, 'utf8').split('\n')
  const k = lines.findIndex((line) => line.startsWith('{"value"') && line.includes(ids[1]!))
  const { value, id } = JSON.parse(lines[k]!) as Required<Pick<LogEvent, 'value' | 'id'>>
  lines[k] = logLine({ value: { ...value, values: { value: -7 } }, id })
    .toString()
    .trimEnd()
  writeFileSync(path, lines.join('\n'))
}

test('a log that contradicts a terminal record is named, and the chain follows the record', async () => {
  const made = await study()
  const { root } = made
  const best = readlinkSync(join(root, 'best_instance'))
  forgeLog(made)
  const words = expect.stringMatching(/\.jsonl' contradicts the record of the end of trial 1$/) as string
  expect(await found(root)).toEqual([words])
  rmSync(join(root, '.anthill/best'), { recursive: true })
  rmSync(join(root, 'best_instance'))
  await fix(root)
  expect(await found(root)).toEqual([words])
  expect(readlinkSync(join(root, 'best_instance'))).toBe(best)
})

test('an index that contradicts a terminal record is named, and removed', async () => {
  const { root } = await study()
  await writeIndex(root, (text) => text)
  expect(await found(root)).toEqual([])
  await writeIndex(root, (text) => text.replace(/\{"value":[^}]*\}/, '{"value":-7}'))
  const words = "'.anthill/index/00000001.jsonl' contradicts the record of the end of trial 0"
  expect(await found(root)).toContain(words)
  await fix(root)
  expect(await found(root)).toEqual([])
})

const isGone = (words: string, id: string): boolean => words.includes(`${id}/.anthill/value.json' is gone`)

test('a terminal record that only hints still know is named as missing, once', async () => {
  const { root, ids } = await study()
  await writeIndex(root, (text) => text)
  rmSync(join(root, ids[2]!, '.anthill/value.json'))
  expect((await found(root)).filter((words) => isGone(words, ids[2]!))).toHaveLength(1)
})

test('the chain has the best trial that has a record', async () => {
  const { root, ids } = await study()
  const best = readlinkSync(join(root, 'best_instance'))
  rmSync(join(root, best, '.anthill/value.json'))
  await fix(root)
  expect((await found(root)).filter((words) => !isGone(words, best))).toEqual([])
  expect(ids.filter((id) => id !== best)).toContain(readlinkSync(join(root, 'best_instance')))
})

test('something else in the place of the folder of slots is named, and nothing is made again below it', async () => {
  const { root } = await study()
  rmSync(join(root, '.anthill/slots'), { recursive: true })
  writeFileSync(join(root, '.anthill/slots'), 'x')
  const damages = await found(root)
  expect(damages).toContainEqual(expect.stringMatching(/^'\.anthill\/slots' is not a folder/))
  expect(damages.filter((words) => words.includes('slot file is missing'))).toEqual([])
  expect((await fix(root)).filter((words) => words.includes('slot'))).toEqual([])
})

test('a chain whose folder is something else is derived again in one repair', async () => {
  const { root } = await study()
  rmSync(join(root, '.anthill/best'), { recursive: true })
  symlinkSync(root, join(root, '.anthill/best'))
  await fix(root)
  expect(await found(root)).toEqual([])
})

test('a heartbeat with a second name, or with a few bytes that are not of ours, is damaged', async () => {
  const { root } = await study()
  const path = join(root, '.anthill/workers/node7-4242-0a1b2c3d4e.hb')
  writeFileSync(path, 'precious')
  expect(await found(root)).toEqual([expect.stringMatching(/\.hb' is damaged/)])
  // The beginning of a first heartbeat is what a worker leaves that was killed at once.
  writeFileSync(path, '00000')
  expect(await found(root)).toEqual([])
  linkSync(path, join(root, '..', 'second'))
  expect(await found(root)).toEqual([expect.stringMatching(/\.hb' has a second name elsewhere/)])
  await fix(root)
  expect(await found(root)).toEqual([])
})

test
  .runIf(process.getuid?.() === 0)
  .each([
    '.anthill/slots/000',
    '.anthill/amend',
    '.anthill/best',
    '.anthill/index',
    '.anthill/log',
    '.anthill/workers',
    'ID',
    'ID/.anthill',
    'ID/.anthill/value.json',
    '.anthill/best/00000001.json',
    '.anthill/workers/node7-4242-0a1b2c3d4e.hb',
    '.anthill/index/00000001.jsonl',
  ])("'%s', which this user may not read, is named, and all else is examined", async (name) => {
  const { root, ids } = await study()
  await writeIndex(root, (text) => text)
  mkdirSync(join(root, '.anthill/amend'), { recursive: true })
  writeFileSync(join(root, '.anthill/workers/node7-4242-0a1b2c3d4e.hb'), '')
  const path = name.replace('ID', ids[1]!)
  chmodSync(join(root, '..'), 0o755)
  chownSync(root, SOMEBODY, SOMEBODY)
  chmodSync(join(root, path), 0)
  process.seteuid!(SOMEBODY)
  try {
    const damages = await found(root)
    expect(damages.filter((words) => words.includes(`'${path}`) && /cannot be read|damaged/.test(words))).not.toEqual(
      [],
    )
    await fix(root)
  } finally {
    process.seteuid!(0)
  }
})

test.runIf(process.getuid?.() === 0)('a folder of slots that this user may not search ends the look', async () => {
  const { root } = await study()
  chmodSync(join(root, '..'), 0o755)
  chmodSync(join(root, '.anthill/slots'), 0)
  process.seteuid!(SOMEBODY)
  try {
    await expect(checkStudy(root, 20)).rejects.toThrow(/\.anthill\/slots/)
  } finally {
    process.seteuid!(0)
  }
})

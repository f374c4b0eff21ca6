/** The examples of FORMAT.md are what its rules give: ids, checksums, lengths, file names. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as paths from '../../src/paths.ts'
import {
  readAmend,
  readBest,
  readFailed,
  readLock,
  readSlot,
  readStudy,
  readValue,
} from '../../src/store/disk/documents.ts'
import { trialId } from '../../src/store/disk/trial-id.ts'
import { HEARTBEAT_BYTES, phaseOf } from '../../src/store/life/heartbeat-record.ts'
import { readLine } from '../../src/store/memory/index-line.ts'
import { readIndex } from '../../src/store/protocol/index-file.ts'
import { parsedLine } from '../../src/store/protocol/log.ts'
import { openTestFolder } from '../support/study-folder.ts'

const text = readFileSync(new URL('../../src/store/FORMAT.md', import.meta.url), 'utf8')

/** The lines of the code blocks below a heading. */
function examplesOf(heading: string): string[] {
  const section = text.split(/^#{2,3} /m).find((part) => part.startsWith(heading))!
  const blocks = [...section.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, block]) => block!.trimEnd())
  expect(blocks, heading).not.toEqual([])
  return blocks.flatMap((block) => block.split('\n'))
}

/** Each object in a JSON value that has a config and an id. */
function named(value: unknown): { config: string; id: string; repeat: number }[] {
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.values(value).flatMap(named)
  if (Array.isArray(value) && typeof value[8] === 'string')
    return [{ id: value[3] as string, repeat: value[7] as number, config: value[8] }, ...inner]
  const { id, config, repeat } = value as Record<string, unknown>
  return typeof config === 'string' && config !== ''
    ? [{ id: id as string, config, repeat: repeat as number }, ...inner]
    : inner
}

test('each example of a file is one that readers believe', () => {
  const whole = (heading: string): string[] => examplesOf(heading).map((line) => `${line}\n`)
  expect(whole('study.json').map((line) => readStudy(line))).toMatchObject([
    { seed: 42 },
    { sampler: 'bayesian', samplerOptions: { repeats: 5 } },
    { constraints: { valid: true }, prefer: { weights: { loss: 1 } } },
    { fidelity: { epochs: { factor: 3 } } },
    { where: ['a * b <= 20'] },
  ])
  expect(whole('slots').map(readSlot)).toMatchObject([{ slot: 17 }, { slot: 18 }, { slot: 99, saw: { below: 99 } }])
  expect(whole('lock.k').map(readLock)).toMatchObject([{ slot: 17, identity: { restart: 0 } }])
  const [failed, value, pruned, more] = whole('failed.k.json')
  expect(readFailed(failed!)).toMatchObject({ reason: 'exit' })
  expect(readValue(value!)).toMatchObject({ status: 'complete' })
  expect(readValue(pruned!)).toMatchObject({ status: 'pruned', predicted: [0.65, 0.7, 0.75] })
  expect(readValue(more!)).toMatchObject({ values: { speed: 7, valid: true, size: 'big' } })
  expect(whole('amend').map(readAmend)).toMatchObject([
    { enqueue: [{}] },
    { retry: { slot: 18 } },
    { stop: true },
    { observe: [{ from: 'last-year.csv' }] },
  ])
  const [beat, report, end, best] = examplesOf('workers')
  expect(phaseOf(`${beat!.padEnd(HEARTBEAT_BYTES - 1)}\n`)).toBe('on')
  expect(parsedLine(report!)).toMatchObject({ report: { slot: 17 } })
  expect(parsedLine(end!)).toMatchObject({ value: { slot: 17 } })
  expect(readBest(`${best}\n`)).toMatchObject({ slot: 17, worth: 0.031 })
})

test('the index has the length, the lines and the checksum that its header and footer say', async () => {
  const lines = examplesOf('index')
  const folder = await openTestFolder()
  mkdirSync(paths.indexFolder(folder.root), { recursive: true })
  writeFileSync(paths.indexPath(folder.root, 42), `${lines.join('\n')}\n`)
  expect(await readIndex(folder, 42)).toMatchObject({ header: { gen: 42 } })
  for (const line of lines.slice(1, -1)) expect(readLine(line), line).toBeDefined()
})

test('each id is the hash of a config that is shown', () => {
  const configs = [...text.matchAll(/^```json\n(.*?)^```$/gms)]
    .flatMap(([, block]) => block!.trimEnd().split('\n'))
    .flatMap((line) => named(JSON.parse(line)))
  expect(configs.length).toBeGreaterThan(7)
  for (const { id, config, repeat } of configs) expect(trialId(config, repeat), config).toBe(id)
  const ids = new Set(configs.map(({ id }) => id))
  expect([...text.matchAll(/(?<![0-9a-f])[0-9a-f]{20}(?![0-9a-f])/g)].filter(([id]) => !ids.has(id))).toEqual([])
})

test('the names in the table of files are those that this program gives', () => {
  const [root, id, worker] = ['', '0'.repeat(20), 'w']
  const made = [
    paths.studyPath(root),
    paths.slotPath(root, 17, 1),
    paths.amendPath(root, 1),
    paths.lockPath(root, id, 7),
    paths.failedPath(root, id, 7),
    paths.valuePath(root, id, 1),
    paths.configPath(paths.trialDirectory(root, id)),
    paths.answerPath(paths.trialDirectory(root, id)),
    paths.programLogPath(paths.trialDirectory(root, id), 'stdout', 7),
    paths.heartbeatPath(root, worker),
    paths.logPath(root, worker),
    paths.indexPath(root, 42),
    paths.bestPath(root, 7),
    paths.bestLink(root),
  ].map((path) => path.slice(1).replace(id, '<id>').replace(/\bw\b/, '<worker>').replace('.7', '.k'))
  const table = text.split('## Files')[1]!.split('\n\n')[1]!
  const shown = [...table.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)
  expect(made.filter((name) => !shown.includes(name))).toEqual([])
})

import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { orderOf } from '../../src/space/goals.ts'
import { float } from '../../src/space/parameter.ts'
import type { Question, Suggestion } from '../../src/sampler/sampler.ts'
import { configText } from '../../src/space/canonical.ts'
import { lineOf, readHead } from '../../src/store/memory/index-line.ts'
import type { LineHead } from '../../src/store/memory/index-line.ts'
import { learnAmendment } from '../../src/store/memory/changes.ts'
import { emptyKnowledge, learnLine, learnSlot, learnValue } from '../../src/store/memory/knowledge.ts'
import type { Knowledge } from '../../src/store/memory/knowledge.ts'
import { indexPath, logFolder } from '../../src/paths.ts'
import { trialId } from '../../src/store/disk/trial-id.ts'
import { openStudy } from '../../src/study/open-study.ts'
import { finishedRecords, noneFinished, recordsOf } from '../../src/study/records.ts'
import { writeStudy } from '../benchmark/write-study.ts'
import { scratch } from '../support/scratch.ts'

const space = { x: float(0, 1) }
const objectives = { value: 'minimize' } as const

function end(known: Knowledge, number: number, status: 'complete' | 'failed', round = 1): void {
  const config = configText(space, { x: number / 1000 })
  learnSlot(known, {
    slot: number,
    epoch: 1,
    id: trialId(config),
    config,
    repeat: 0,
    origin: 'test',
    worker: 'w-1',
    token: '',
    time: 't',
  })
  const values: Record<string, number> = status === 'complete' ? { value: number } : {}
  learnValue(known, {
    slot: number,
    attempt: round,
    round,
    status,
    values,
    curve: [],
    worker: 'w-1',
    token: '',
    started: 't',
    time: 't',
  })
}

test('the list of finished records only grows, and is built anew only after a retry', () => {
  const known = emptyKnowledge(orderOf({ objectives: { value: 'minimize' } }))
  const finished = noneFinished()
  const read = (): ReturnType<typeof finishedRecords> => finishedRecords(finished, known, space, objectives)
  for (let n = 0; n < 5; n++) end(known, n, n === 3 ? 'failed' : 'complete')
  const first = read()
  const [oldest] = first
  expect(first.map((t) => t.number)).toEqual([0, 1, 2, 3, 4])
  end(known, 5, 'complete')
  expect(read()).toBe(first)
  expect(first[0]).toBe(oldest)
  expect(first.map((t) => t.number)).toEqual([0, 1, 2, 3, 4, 5])
  learnAmendment(known, 1, { retry: { slot: 3, after: 1 }, by: 'w', token: '', time: '' })
  expect(read().map((t) => t.number)).toEqual([0, 1, 2, 4, 5])
  expect(first).toHaveLength(6) // a caller that holds the old list sees no gaps
  end(known, 3, 'complete', 2)
  expect(read().map((t) => [t.number, t.state])).toEqual([
    [0, 'complete'],
    [1, 'complete'],
    [2, 'complete'],
    [4, 'complete'],
    [5, 'complete'],
    [3, 'complete'],
  ])
  const byNumber = [...read()].sort((a, b) => a.number! - b.number!)
  expect(byNumber).toEqual(recordsOf(known, space, objectives))
  expect([...finishedRecords(noneFinished(), known, space, objectives)].sort((a, b) => a.number! - b.number!)).toEqual(
    byNumber,
  )
})

test('a record of a later round that comes with an index takes the place of the earlier one', () => {
  const known = emptyKnowledge(orderOf({ objectives: { value: 'minimize' } }))
  const finished = noneFinished()
  for (const n of [0, 1]) end(known, n, n === 1 ? 'failed' : 'complete')
  expect(finishedRecords(finished, known, space, objectives).map((t) => t.state)).toEqual(['complete', 'failed'])
  const other = emptyKnowledge(orderOf({ objectives: { value: 'minimize' } }))
  learnAmendment(other, 1, { retry: { slot: 1, after: 1 }, by: 'w', token: '', time: '' })
  end(other, 1, 'failed')
  end(other, 1, 'complete', 2)
  const line = Buffer.from(lineOf(other.slots.get(1)!))
  const head: LineHead = { number: 0, state: 'x', round: 0, id: '', end: 0 }
  readHead(line, 0, head)
  learnLine(known, head, line)
  expect(finishedRecords(finished, known, space, objectives).map((t) => [t.number, t.state])).toEqual([
    [0, 'complete'],
    [1, 'complete'],
  ])
  expect(finished.rounds).toEqual([[1, 2]])
})

test('a worker that finds a megabyte of logs makes an index, from which the next one opens', async () => {
  for (const readsRecord of [false, true]) {
    const root = join(scratch(), 's')
    await writeStudy(root, { trials: 1900, live: 0, departed: 0, isBare: true, indexedAt: [] })
    const asked: number[] = []
    const suggest = ({ trials, number }: Question): Suggestion => {
      if (readsRecord) asked.push(trials.length)
      return { config: Object.fromEntries([0, 1, 2, 3, 4].map((i) => [`x${i}`, ((number * 7 + i) % 10) / 10])) }
    }
    await using study = await openStudy(root, { trials: 1903, sampler: { name: 'own', readsRecord, suggest } })
    await study.optimize(() => 5)
    expect(asked).toEqual(readsRecord ? [1900, 1901, 1902] : [])
    expect(existsSync(indexPath(root, 1))).toBe(true)
    rmSync(logFolder(root), { recursive: true })
    const reader = await openStudy(root, { readOnly: true })
    expect((await reader.status()).trials.complete).toBe(1903)
    expect((await reader.best())?.value).toBe((await study.best())?.value)
  }
})

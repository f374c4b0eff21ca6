import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { failedPath, lockPath, reportsPath, trialMetaFolder, valuePath } from '../../src/paths.ts'
import { appendReport } from '../../src/runner/reports.ts'
import { scratch } from '../support/scratch.ts'

const id = '5c49826a83751767729e'

/** A study with one trial whose attempts 1 and 2 were claimed. */
function trial(): { readonly root: string; readonly directory: string } {
  const root = scratch()
  mkdirSync(trialMetaFolder(root, id), { recursive: true })
  for (const attempt of [1, 2]) writeFileSync(lockPath(root, id, attempt), '')
  return { root, directory: join(root, id) }
}

test('values are appended to a file of the attempt, one a line', () => {
  const { directory } = trial()
  expect(appendReport(directory, 2, { value: 0.5, step: 3 })).toBe(true)
  expect(appendReport(directory, 2, { value: NaN })).toBe(true)
  expect(readFileSync(reportsPath(directory, 2), 'utf8')).toBe('{"value":0.5,"step":3}\n{"value":null}\n')
})

test('after the end of the attempt nothing is recorded', () => {
  const { root, directory } = trial()
  writeFileSync(failedPath(root, id, 1), '')
  expect(appendReport(directory, 1, { value: 1 })).toBe(false)
  expect(appendReport(directory, 2, { value: 1 })).toBe(true)
  writeFileSync(valuePath(root, id, 1), '{"attempt":2}\n')
  expect(appendReport(directory, 2, { value: 1 })).toBe(false)
})

test('what is not a trial is refused, and no link is followed', () => {
  const { root, directory } = trial()
  expect(() => appendReport(root, 1, { value: 1 })).toThrow('is not the directory of a trial with attempt 1')
  expect(() => appendReport(directory, 3, { value: 1 })).toThrow('is not the directory of a trial with attempt 3')
  symlinkSync(join(root, 'elsewhere'), reportsPath(directory, 1))
  expect(() => appendReport(directory, 1, { value: 1 })).toThrow()
  rmSync(reportsPath(directory, 1))
  expect(appendReport(directory, 1, { value: 1 })).toBe(true)
})

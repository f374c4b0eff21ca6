import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkDirectory, existingAbove, judgement } from '../../src/cli/directory-check.ts'

test('a local directory is good enough, and is left as it was', () => {
  const directory = mkdtempSync(join(tmpdir(), 'anthill-doctor-'))
  try {
    const findings = checkDirectory(directory, 'token')
    expect(findings.filter(({ good }) => !good)).toEqual([])
    expect(judgement(findings)).toEqual({ good: true, words: 'good enough' })
    expect(readdirSync(directory)).toEqual([])
    expect(existingAbove(join(directory, 'not', 'there'))).toBe(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('a file system without hard links will do, one without any exclusion will not', () => {
  const finding = (check: string, good: boolean, needed = false) => ({ check, good, needed, words: '' })
  const link = finding('hard link', false)
  expect(judgement([link, finding('rename of a folder onto a taken name', true), finding('symbolic link', true)])).toEqual({
    good: true, words: 'good enough: without hard links, folders are renamed instead',
  })
  expect(judgement([link, finding('rename of a folder onto a taken name', false)]).good).toBe(false)
  expect(judgement([finding('hard link', true), finding('flush to disk', false, true)]).words).toContain('flush to disk does not work')
})

import { expect, test } from 'vitest'
import { StudyError } from '../../src/errors.ts'
import { judge } from '../../src/cli/failure.ts'
import { tellLine, unwrittenEnd, waitingLine } from '../../src/cli/unwritten-end.ts'
import type { Outcome } from '../../src/study/patience.ts'

const full = new StudyError('INPUT_OUTPUT', "'/s/x' could not be written (ENOSPC); the disk is full")

test.each<[Outcome, string]>([
  [{ values: -0.25 }, 'anthill tell -s "runs/a b" 17 -0.25'],
  [{ values: { loss: 1e-7, latency: 12.5 } }, 'anthill tell -s "runs/a b" 17 loss=1e-7 latency=12.5'],
  [{ failed: "exit status 1\nTraceback: it's gone" }, `anthill tell -s "runs/a b" 17 --failed 'exit status 1'`],
  [{ pruned: true }, 'anthill tell -s "runs/a b" 17 --pruned'],
])('an end that is not written has a command that commits it: %j', (outcome, line) => {
  expect(tellLine('runs/a b', 17, outcome, ['anthill'])).toBe(line.replaceAll('"', "'"))
})

test('the line of a wait names the trial, its value, the error and the patience', () => {
  expect(
    waitingLine({ id: 'x', number: 3, outcome: { values: { loss: 0.5 } }, error: full, patienceMs: 600_000 }),
  ).toBe(`waiting  trial 3 ended with loss=0.5, which is kept in memory and tried again for 10m 00s: ${full.message}`)
})

test('an end that was given up is an input/output error with the command to try; other errors are unchanged', () => {
  const said: string[] = []
  const trial = { number: 3, unwritten: { values: 0.5 } as Outcome | undefined }
  const error = unwrittenEnd(full, trial as never, '/s', (line) => said.push(line))
  expect(judge(error)).toMatchObject({
    status: 1,
    code: 'INPUT_OUTPUT',
    message: expect.stringContaining('trial 3 ended with 0.5, which could not be written:') as string,
    next: expect.stringMatching(/tell -s \/s 3 0\.5$/) as string,
  })
  expect(said).toEqual([
    expect.stringMatching(/^kept {5}trial 3 ended with 0\.5; commit it later: .* tell -s \/s 3 0\.5$/),
  ])
  expect(unwrittenEnd(full, { number: 3, unwritten: undefined } as never, '/s', () => undefined)).toBe(full)
})

test('an error of Node about a file gets its remedy from the same table', () => {
  expect(
    judge(Object.assign(new Error('EROFS: read-only, open'), { code: 'EROFS', path: '/s/log' })).message,
  ).toContain('mount it writable')
})

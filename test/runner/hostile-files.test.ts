/** A program that puts something else in the place of its files: its worker neither hangs nor takes all memory. */

import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { plain, freshStudy } from '../support/command.ts'
import { inProcess } from '../support/in-process.ts'
import { outsideIn } from '../support/outside.ts'
import { scratch } from '../support/scratch.ts'

const P = ['-p', 'x=0.0..1.0']

async function runOnce(
  script: string,
  ...words: string[]
): Promise<{ study: string; code: number | null; text: string }> {
  const study = freshStudy()
  const { code, stdout, stderr } = await inProcess(
    ['run', '-s', study, '-n', '1', ...P, ...words, '--', 'sh', '-c', script],
    plain,
  )
  return { study, code, text: stdout + stderr }
}

async function trialsOf(study: string): Promise<{ id: string; state: string; value: number | null }[]> {
  const { stdout } = await inProcess(['ls', study, '--json'], plain)
  return JSON.parse(stdout) as { id: string; state: string; value: number | null }[]
}

test.each([
  ['a pipe', 'mkfifo value.json; echo loss=1'],
  ['a link to /dev/zero', 'ln -s /dev/zero value.json; echo loss=1'],
  ['a sparse file of 10 GB', 'truncate -s 10G value.json; echo loss=1'],
  ['a folder', 'mkdir value.json; echo loss=1'],
])('with --metric, a value.json that is %s costs nothing', { timeout: 30_000 }, async (_what, script) => {
  const { study, code } = await runOnce(script, '--metric', 'loss=(.*)')
  expect(code).toBe(0)
  expect(await trialsOf(study)).toMatchObject([{ state: 'complete', value: 1 }])
})

test.each([
  ['a pipe', 'mkfifo value.json', /not a file/],
  ['a link to /dev/zero', 'ln -s /dev/zero value.json', /not a file/],
  ['a link to a file elsewhere', 'ln -s /etc/hostname value.json', /is a link/],
  ['a sparse file of 10 GB', 'truncate -s 10G value.json', /too large/],
])('without it, a value.json that is %s is not an answer', { timeout: 30_000 }, async (_what, script, words) => {
  const { study, text } = await runOnce(script)
  expect(text).toMatch(words)
  expect(await trialsOf(study)).toMatchObject([{ state: 'failed' }])
})

test.each([
  ['a pipe', 'rm .anthill/stdout.1.log; mkfifo .anthill/stdout.1.log', /is a pipe where a file must be/],
  ['a link to /dev/zero', 'ln -sf /dev/zero .anthill/stdout.1.log', /is a link where a file must be/],
])('a log that a program replaced by %s is not waited for', { timeout: 30_000 }, async (_what, script, words) => {
  // The answer is read through the descriptor that the run has open, so what stands at the path now does not matter.
  const { study, text } = await runOnce(script)
  expect(text).toMatch(/no answer/)
  expect(await trialsOf(study)).toMatchObject([{ state: 'failed' }])
  const { code, stderr } = await inProcess(['log', study, '0'], plain)
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(words) as string })
})

test(
  'the face of a trial is written over whatever stands there, and never through it',
  { timeout: 30_000 },
  async () => {
    const outside = outsideIn(scratch())
    const before = outside.now()
    const script = `ln -s ${outside.root}/.bashrc value.json; echo loss=1`
    const { study, code } = await runOnce(script, '--metric', 'loss=(.*)')
    expect(code).toBe(0)
    const [trial] = await trialsOf(study)
    const face = join(study, trial!.id, 'value.json')
    expect([lstatSync(face).isFile(), readFileSync(face, 'utf8')]).toEqual([true, '{"value":1}\n'])
    expect(outside.now()).toEqual(before)
  },
)

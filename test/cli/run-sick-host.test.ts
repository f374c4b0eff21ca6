import { chmodSync, existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshStudy, plain, startRun, trialsIn } from '../support/command.ts'
import { inProcess, runHere } from '../support/in-process.ts'
import { scratch } from '../support/scratch.ts'
import { until } from '../support/worker-process.ts'

const parameter = ['-p', 'x=0.0..1.0'] as const

test('a worker whose program cannot start stops after three failures, whatever others reached', async () => {
  const study = freshStudy()
  expect(await runHere(study, '-n', '1', ...parameter, '--', 'echo', '1')).toMatchObject({ code: 0 })
  const sick = await runHere(
    study,
    '-n',
    '200',
    ...parameter,
    '--',
    'sh',
    '-c',
    'echo no module named missing >&2; exit 1',
  )
  expect(sick).toMatchObject({ code: 3, stderr: expect.stringContaining(`anthill retry -s ${study} --failed`) })
  expect((await trialsIn(study)).map(({ state }) => state)).toEqual(['complete', 'failed', 'failed', 'failed'])
  const retried = await inProcess(['retry', '-s', study, '--failed', '--json'], plain)
  expect(JSON.parse(retried.stdout)).toMatchObject([1, 2, 3].map((number) => ({ number, state: 'interrupted' })))
  expect(await runHere(study, '-n', '4', ...parameter, '--', 'echo', '2')).toMatchObject({ code: 0 })
  expect((await trialsIn(study)).map(({ state, value }) => [state, value])).toEqual([
    ['complete', 1],
    ['complete', 2],
    ['complete', 2],
    ['complete', 2],
  ])
})

test('failures in a row after a success stop the worker too, and --max-failures counts them', async () => {
  const study = freshStudy()
  const flag = join(scratch(), 'flag')
  const script = `[ -e ${flag} ] && exit 1; echo > ${flag}; echo 1`
  const line = ['-n', '200', ...parameter, '--max-failures', '4', '--', 'sh', '-c', script]
  expect(await runHere(study, ...line)).toMatchObject({ code: 3 })
  expect((await trialsIn(study)).map(({ state }) => state)).toEqual(['complete', ...Array(4).fill('failed')])
})

test('retry --all frees held trials as well, and refuses a trial beside it', async () => {
  const study = freshStudy()
  await runHere(study, '-n', '1', ...parameter, '--max-failures', '0', '--', 'false')
  const command = (...words: string[]) => inProcess([...words, '-s', study], plain)
  expect(await command('ask', '-n', '9')).toMatchObject({ code: 0 })
  expect(await command('retry', '--failed', '3')).toMatchObject({ code: 2 })
  expect(JSON.parse((await command('retry', '--all', '--json')).stdout)).toHaveLength(2)
  expect(await command('retry', '--all')).toMatchObject({ code: 0, stderr: 'no trial has failed or is held\n' })
})

test('a program whose file goes away does not fail its config: its trial is handed back', async () => {
  const study = freshStudy()
  const script = join(scratch(), 'program.sh')
  writeFileSync(script, '#!/bin/sh\necho 1; rm "$0"\n')
  chmodSync(script, 0o755)
  const { code, stderr } = await runHere(study, '-n', '5', ...parameter, '--', script)
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('see whether it still exists here') })
  const interpreted = join(scratch(), 'program.sh')
  writeFileSync(interpreted, 'echo 1; rm "$0"\n')
  expect(await runHere(study, '-n', '5', '--', 'sh', interpreted)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`'${interpreted}', which was there when the run began, is gone`),
  })
  const states = (await trialsIn(study)).map(({ state }) => state)
  expect(states).not.toContain('failed')
  expect(states).toContain('interrupted')
})

test('a program that the host let down is handed back, and the worker stops after three such ends', async () => {
  const study = freshStudy()
  const words = 'sh: 1: Cannot fork: Resource temporarily unavailable'
  const { code, stderr } = await runHere(
    study,
    '-n',
    '5',
    ...parameter,
    '--',
    'sh',
    '-c',
    `echo '${words}' >&2; exit 2`,
  )
  expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('interrupted  this host lacked') })
  expect((await trialsIn(study)).map(({ state }) => state)).toEqual(['interrupted'])
})

test('a study that is moved away while a program runs is interrupted, and no failure is advised', async () => {
  const study = freshStudy()
  const sign = join(scratch(), 'sign')
  const line = ['-n', '1', ...parameter, '--', 'sh', '-c', `echo > ${sign}; sleep 0.7; exit 1`]
  const running = startRun(study, ...line)
  await until('the program runs', () => existsSync(sign))
  renameSync(study, `${study}2`)
  const { code, stderr } = await running.finished
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('was moved away, removed') })
  expect(stderr).not.toContain('--failed')
  expect(existsSync(study)).toBe(false)
  renameSync(`${study}2`, study)
  expect(await runHere(study, '-n', '1', '--', 'echo', '5')).toMatchObject({ code: 0 })
  expect(await trialsIn(study)).toMatchObject([{ state: 'complete', attempt: 2, value: 5 }])
})

test('a value of a program whose study was moved is read, kept, and can be told later', async () => {
  const study = freshStudy()
  const sign = join(scratch(), 'sign')
  const script = `echo > ${sign}; sleep 0.7; echo 0.25 > value.json; echo 9`
  const running = startRun(study, '-n', '1', ...parameter, '--', 'sh', '-c', script)
  await until('the program runs', () => existsSync(sign))
  renameSync(study, `${study}2`)
  const { code, stderr } = await running.finished
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/ tell -s \S+ 0 value=0\.25\n/) })
})

test('a program that empties its directory has its value', async () => {
  const study = freshStudy()
  const script = 'rm -rf ./* .anthill; echo 3'
  expect(await runHere(study, '-n', '1', ...parameter, '--', 'sh', '-c', script)).toMatchObject({ code: 0 })
  expect(await trialsIn(study)).toMatchObject([{ state: 'complete', value: 3 }])
})

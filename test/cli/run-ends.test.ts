import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshStudy, plain, programsOf, run, startRun, trialsIn } from '../support/command.ts'
import { runHere } from '../support/in-process.ts'
import { isAlive, numberIn } from '../support/process.ts'
import { scratch } from '../support/scratch.ts'
import { sleep, startCommand, until } from '../support/worker-process.ts'

const hasProc = existsSync('/proc/self/environ')
const parameter = ['-p', 'x=0.0..1.0'] as const

/** A program that runs GNU timeout, which makes a group of its own, and writes the id of its inner one to a file. */
const escaping = (file: string, then: string): string =>
  `timeout 900 sh -c 'echo $$ > ${file}.new; mv ${file}.new ${file}; exec sleep 881' &
while [ ! -e ${file} ]; do sleep 0.02; done; ${then}`

test.runIf(hasProc)('nothing of an attempt lives on: time-out, TERM, INT twice, a good end, --test', async () => {
  const place = scratch()
  const file = (name: string): string => join(place, name)
  const late = [
    '-n',
    '1',
    ...parameter,
    '--trial-timeout',
    '1s',
    '--grace',
    '1s',
    '--max-failures',
    '0',
    '--',
    'sh',
    '-c',
  ]
  expect(await run(freshStudy(), ...late, escaping(file('late'), 'wait'))).toMatchObject({ code: 0 })
  expect(isAlive(numberIn(file('late')))).toBe(false)
  const study = freshStudy()
  const good = await run(study, '-n', '2', ...parameter, '--', 'sh', '-c', escaping(file('good'), 'echo 1'))
  expect(good).toMatchObject({ code: 0 })
  expect(good.stderr.match(/^ended {4}what the program of trial 0 left running: .*sleep 881/gm)).toHaveLength(1)
  expect(isAlive(numberIn(file('good')))).toBe(false)
  expect(programsOf(study)).toEqual([])
  for (const [name, signals] of Object.entries({ term: ['SIGTERM'], int: ['SIGINT', 'SIGINT'] } as const)) {
    const running = startRun(freshStudy(), '-n', '1', ...parameter, '--', 'sh', '-c', escaping(file(name), 'wait'))
    await until('the program runs', () => existsSync(file(name)))
    for (const signal of signals) {
      running.child.kill(signal)
      await sleep(50)
    }
    expect(await running.finished).toMatchObject({ code: name === 'term' ? 143 : 130 })
    expect(isAlive(numberIn(file(name)))).toBe(false)
  }
  const words = ['run', '--test', ...parameter, '--', 'sh', '-c', escaping(file('test'), 'echo 1')]
  const tested = await startCommand(words, { env: plain }).finished
  expect(tested).toMatchObject({ code: 0, stdout: expect.stringContaining('left running at its end, and ended now') })
  expect(isAlive(numberIn(file('test')))).toBe(false)
})

test('a program that tells the end of its own trial has that end, whatever its status', async () => {
  const study = freshStudy()
  const main = new URL('../../dist/cli/main.js', import.meta.url).pathname
  const tell = `node ${main} tell -s ${study} $ANTHILL_NUMBER`
  const ends = ['--pruned 0.7; exit 1', '0.5; echo 3', "--failed 'bad luck'; echo 3"]
  const lines: string[] = []
  for (const [k, end] of ends.entries()) {
    const { stderr } = await runHere(study, '-n', String(k + 1), ...parameter, '--', 'sh', '-c', `${tell} ${end}`)
    lines.push(/^trial \d .*$/m.exec(stderr)![0].replace(/ {2}\d+\.\ds .*/, ''))
  }
  expect(lines).toEqual([
    'trial 0  pruned  0.7  told by anthill tell',
    'trial 1  complete  0.5',
    'trial 2  failed  bad luck',
  ])
  expect((await trialsIn(study)).map(({ state, value }) => [state, value])).toEqual([
    ['pruned', 0.7],
    ['complete', 0.5],
    ['failed', null],
  ])
})

test('twenty trials at once cause no warning', async () => {
  const study = freshStudy()
  const { code, stderr } = await run(study, '-n', '20', '-j', '20', ...parameter, '--', 'sh', '-c', 'sleep 0.5; echo 1')
  expect(code).toBe(0)
  expect(stderr).not.toContain('Warning')
})

test('a pattern that would take hours fails its trial by name, and TERM is heard meanwhile', async () => {
  const words = [
    '-n',
    '1',
    ...parameter,
    '--max-failures',
    '0',
    '--metric',
    '(a+)+$',
    '--',
    'echo',
    `${'a'.repeat(60)}!`,
  ]
  const late = await runHere(freshStudy(), ...words)
  expect(late).toMatchObject({ code: 0, stderr: expect.stringContaining("metric '(a+)+$' took longer than 5 s") })
  const study = freshStudy()
  const running = startRun(study, ...words)
  const hasPrinted = (): boolean =>
    existsSync(study) &&
    readdirSync(study).some((id) => {
      const log = join(study, id, '.anthill/stdout.1.log')
      return existsSync(log) && statSync(log).size > 0
    })
  await until('the program has printed', hasPrinted)
  await sleep(500)
  running.child.kill('SIGTERM')
  expect(await running.finished).toMatchObject({ code: 143 })
  expect(await trialsIn(study)).toMatchObject([{ state: 'interrupted' }])
}, 60_000)

test('a program that ends badly just before its worker hears TERM is interrupted, not failed', async () => {
  for (const end of ['exit 1', 'exit 0']) {
    const study = freshStudy()
    const sign = join(scratch(), 'sign')
    const script = `while [ ! -e ${sign} ]; do sleep 0.01; done; ${end}`
    const running = startRun(study, '-n', '1', ...parameter, '--', 'sh', '-c', script)
    await until('the study is there', () => existsSync(study))
    await until('the program runs', () => !hasProc || programsOf(study).length > 0)
    writeFileSync(sign, '')
    await sleep(85)
    running.child.kill('SIGTERM')
    expect(await running.finished).toMatchObject({ code: 143 })
    expect(await trialsIn(study)).toMatchObject([{ state: 'interrupted' }])
  }
})

test('a run that waits for a silent worker says for whom, and when it takes over', async () => {
  const study = freshStudy()
  const sign = join(scratch(), 'sign')
  const line = ['-n', '1', ...parameter, '--lease', '4s', '--', 'sh', '-c']
  const silent = startRun(study, ...line, `echo > ${sign}; sleep 60`)
  await until('the first trial has begun', () => existsSync(sign))
  silent.child.kill('SIGSTOP')
  const { code, stderr } = await runHere(study, ...line, 'echo 2')
  silent.child.kill('SIGCONT')
  silent.child.kill('SIGTERM')
  await silent.finished
  expect(code).toBe(0)
  expect(stderr).toMatch(/^waiting {2}for trial 0 by \S+, silent \d\.\ds, taken over in \d\.\ds$/m)
})

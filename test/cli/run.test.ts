import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SAMPLER_NAMES } from '../../src/sampler/sampler.ts'
import { freshStudy, plain, run, startRun, trialsIn } from '../support/command.ts'
import { inProcess, runHere } from '../support/in-process.ts'
import { isAlive, numberIn } from '../support/process.ts'
import { scratch } from '../support/scratch.ts'
import { startCommand, until } from '../support/worker-process.ts'
import type { Running } from '../support/worker-process.ts'

const space = ['--param', 'x=0.0..1.0']

interface Begun extends Running {
  /** Whether its program is alive. */
  readonly alive: () => boolean
  /** Makes the file `go`, which the script `waits` waits for. */
  readonly go: () => void
}

/** A program that ends with a value once the test says so. */
const waits = 'while [ ! -e "$(dirname "$ANTHILL_TRIAL_DIR")/go" ]; do sleep 0.05; done; echo 0.5'

/** A run whose program has begun. */
const begun = async (study: string, script: string, ...words: string[]): Promise<Begun> => {
  const sign = join(scratch(), 'sign')
  const running = startRun(
    study,
    '-n',
    '2',
    ...space,
    ...words,
    '--',
    'sh',
    '-c',
    `echo $$ > ${sign}.new; mv ${sign}.new ${sign}; ${script}`,
    'sh',
    '{x}',
  )
  await until('the program has begun', () => existsSync(sign))
  const pid = numberIn(sign)
  return { ...running, alive: () => isAlive(pid), go: () => writeFileSync(join(study, 'go'), '') }
}

test('a run prints each trial, the best one, its path, and the line that continues', async () => {
  const study = freshStudy()
  const { code, stdout, stderr } = await run(
    study,
    '-n',
    '4',
    '-j',
    '2',
    ...space,
    '--',
    'sh',
    '-c',
    'echo "$1"',
    'sh',
    '{x}',
  )
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  expect(stderr.split('\n').filter((line) => /^trial \d {2}complete/.test(line))).toHaveLength(4)
  expect(stderr).toMatch(/\nbest {5}0\.\d+ \(trial \d\)\nconfig {3}x=\S+\npath {5}/)
  expect(stderr).toMatch(new RegExp(`continue node \\S*dist/cli/main.js run -s ${study} -n 8 -j 2`))
  expect((await trialsIn(study)).map(({ number, state }) => [number, state])).toEqual(
    [0, 1, 2, 3].map((number) => [number, 'complete']),
  )
})

test('a finished line ends at once when run again; a larger total continues it, then without the space', async () => {
  const study = freshStudy()
  const line = ['--', 'sh', '-c', 'echo "$1"', 'sh', '{x}']
  expect(await runHere(study, '-n', '2', ...space, ...line)).toMatchObject({ code: 0 })
  const again = await runHere(study, '-n', '2', '--json', ...line)
  expect(again.code).toBe(0)
  expect(JSON.parse(again.stdout)).toMatchObject({
    status: 0,
    ended: { complete: 0 },
    unfinished: [],
    best: { number: expect.any(Number) },
  })
  expect(await runHere(study, '-n', '3', ...line)).toMatchObject({ code: 0 })
  expect(await trialsIn(study)).toHaveLength(3)
})

test('a space that is used up ends the run with a message, and without a line that continues', async () => {
  const line = ['-n', '5', '--param', 'x=0,1', '--', 'echo', '1']
  const study = freshStudy()
  for (let k = 0; k < 2; k++) {
    const { code, stderr } = await runHere(study, ...line)
    expect(code).toBe(0)
    expect(stderr).toContain('done     the space has 2 configs, and all of them have been tried\n')
    expect(stderr).not.toContain('\ncontinue ')
  }
})

test('with repeats a space is used up when each config has been measured as often as allowed', async () => {
  const study = freshStudy()
  const line = ['--param', 'x=0,1', '--repeats', '3', '--', 'echo', '1']
  const { code, stderr } = await runHere(study, '-n', '6', ...line)
  expect(code).toBe(0)
  expect(stderr).not.toContain('all of them have been tried')
  expect(await trialsIn(study)).toHaveLength(6)
  expect((await runHere(study, '-n', '9', ...line)).stderr).toContain('all of them have been tried')
})

test('three failures before the first success are status 3, and the first shows what its program printed', async () => {
  const study = freshStudy()
  const { code, stderr } = await runHere(
    study,
    '-n',
    '9',
    ...space,
    '--',
    'sh',
    '-c',
    'echo "no such module" >&2; exit 3',
  )
  expect(code).toBe(3)
  expect(stderr.match(/\| no such module/g)).toHaveLength(1)
  expect(stderr).toContain(`anthill log -s ${study} 2 --stderr`)
  expect(await trialsIn(study)).toHaveLength(3)
  const { stdout } = await inProcess(['log', study, '2', '--stderr'], plain)
  expect(stdout).toBe('no such module\n')
})

test('a wrong command line is status 2 before anything is created', async () => {
  const study = freshStudy()
  for (const [words, message] of [
    [['-n', '2', ...space], 'no command given; put it after --'],
    [['-n', '2', ...space, 'true'], "unexpected argument 'true'; the command comes after --"],
    [[...space, '--', 'true'], 'no number of trials given; give -n N'],
    [['-n', '2', ...space, '--', 'no-such-program-of-mine'], 'no-such-program-of-mine'],
    [['-n', '2', ...space, '--', 'echo', '{y}'], 'y'],
    [
      ['-n', '2', ...space, '--sampler', 'magic', '--', 'true'],
      `option '--sampler': must be one of ${SAMPLER_NAMES.join(', ')}, got 'magic'`,
    ],
    [
      ['-n', '2', ...space, '--sampler', 'grid', '--repeats', '2', '--', 'true'],
      "option '--repeats': belongs to sampler 'auto'",
    ],
    [['-n', '2', ...space, '--space', 'x.json', '--', 'true'], 'keep one of them'],
    [['-n', '2', ...space, '--metric', '(', '--', 'true'], '('],
    [['-n', '2', '--lease', '240', ...space, '--', 'true'], '240s'],
  ] as const) {
    const { code, stderr } = await runHere(study, ...words)
    expect({ words, code }).toEqual({ words, code: 2 })
    expect(stderr).toContain(message)
  }
  expect(existsSync(study)).toBe(false)
})

test('a run without a space and without a study says so with status 4', async () => {
  expect(await runHere(freshStudy(), '-n', '2', '--', 'true')).toMatchObject({ code: 4 })
})

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`${signal} ends the program, hands the trial back and gives status ${status}`, async () => {
    const study = freshStudy()
    const running = await begun(study, 'sleep 60')
    running.child.kill(signal)
    expect(await running.finished).toMatchObject({ code: status, signal: null })
    expect(running.alive()).toBe(false)
    expect(await trialsIn(study)).toMatchObject([{ number: 0, state: 'interrupted', attempt: 1 }])
  })
}

test('a program that ignores TERM is killed after the grace', async () => {
  const running = await begun(freshStudy(), 'trap "" TERM; while :; do sleep 0.1; done', '--grace', '300ms')
  running.child.kill('SIGTERM')
  expect(await running.finished).toMatchObject({ code: 143 })
  expect(running.alive()).toBe(false)
})

test('a second INT kills at once', async () => {
  const running = await begun(freshStudy(), 'trap "" TERM; while :; do sleep 0.1; done', '--grace', '60s')
  running.child.kill('SIGINT')
  await until('the first is heard', () => running.words().includes('press Ctrl-C again to kill them at once'))
  expect(running.alive()).toBe(true)
  running.child.kill('SIGINT')
  expect(await running.finished).toMatchObject({ code: 130 })
  expect(running.alive()).toBe(false)
})

for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) {
  test(`${signal} lets the running program end, starts nothing more, and opens no debugger`, async () => {
    const study = freshStudy()
    const running = await begun(study, waits)
    running.child.kill(signal)
    await until('it is heard', () => running.words().includes('draining'))
    expect(await isOpen(9229)).toBe(false)
    running.go()
    const { code, stderr } = await running.finished
    expect(code).toBe(75)
    expect(stderr).toContain('1 of 2 trials have ended')
    expect(await trialsIn(study)).toMatchObject([{ number: 0, state: 'complete' }])
  })
}

test('a run under nohup outlives its terminal', async () => {
  const sign = join(scratch(), 'sign')
  const line = ['run', '-s', freshStudy(), '-n', '1', ...space, '--', 'sh', '-c', `echo > ${sign}; sleep 1; echo 0.5`]
  const nohup = startCommand(line, { env: { ...plain, _: '/usr/bin/nohup' } })
  await until('the program has begun', () => existsSync(sign))
  nohup.child.kill('SIGHUP')
  expect(await nohup.finished).toMatchObject({ code: 0 })
})

test('anthill stop ends a run with status 75', async () => {
  const study = freshStudy()
  const running = await begun(study, waits)
  expect(await inProcess(['stop', '-s', study], plain)).toMatchObject({ code: 0 })
  running.go()
  const { code, stderr } = await running.finished
  expect(code).toBe(75)
  expect(stderr).toContain('by anthill stop')
})

test('the defaults can be tried once without a study', async () => {
  const directory = scratch()
  const file = join(directory, 'space.json')
  mkdirSync(join(directory, 'work'))
  writeFileSync(
    file,
    JSON.stringify({
      x: { type: 'float', low: 0, high: 4, default: 1 },
      opt: { type: 'choice', values: ['a b', 'c'] },
    }),
  )
  const study = join(directory, 'study')
  const good = await runHere(
    study,
    '--test',
    '--space',
    file,
    '--metric',
    'loss=(\\S+)',
    '--',
    'sh',
    '-c',
    'echo "loss=$1$2"',
    'sh',
    '{x}',
    '5',
  )
  expect(good).toMatchObject({ code: 0 })
  expect(good.stderr + good.stdout).toContain('1.0')
  expect(good.stderr + good.stdout).toContain('1.05')
  expect(await runHere(study, '--test', '--space', file, '--', 'sh', '-c', 'echo nothing')).toMatchObject({ code: 1 })
  expect(existsSync(study)).toBe(false)
})

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.on('connect', () => (socket.destroy(), resolve(true)))
    socket.on('error', () => resolve(false))
  })

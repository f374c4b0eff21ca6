/** Runs every example as its header says, but with its study in another place. */

import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { trialsIn } from '../support/command.ts'
import { scratch } from '../support/scratch.ts'
import { startCommand, until } from '../support/worker-process.ts'

const top = fileURLToPath(new URL('../..', import.meta.url))
const compiled = (name: string): string => join(top, 'dist/examples', name)
const execute = promisify(execFile)
const env = { ...process.env, ANTHILL_STUDY: '', ANTHILL: 'node dist/cli/main.js', NO_COLOR: '1' }

const scripts = ['shell.sh', 'slurm.sh']
const hasPython = spawnSync('python3', ['--version']).status === 0

test('each example begins with what it shows and the line that runs it, and is in the index', () => {
  const names = readdirSync(join(top, 'examples'))
    .filter((name) => /\.(ts|sh|py)$/.test(name))
    .concat('digits/train.ts')
  const index = readFileSync(join(top, 'examples/README.md'), 'utf8')
  for (const name of names) {
    const head = readFileSync(join(top, 'examples', name), 'utf8')
      .split('\n')
      .slice(0, 12)
      .join('\n')
    const line = name.endsWith('.ts') ? `dist/examples/${name.replace(/ts$/, 'js')}` : `examples/${name}`
    expect(head, name).toContain(line)
    expect(index, name).toContain(name === 'digits/train.ts' ? 'npm start' : line)
  }
})

test('the optimizer without a folder prints the best of its trials', async () => {
  const { stdout } = await execute(process.execPath, [compiled('in-memory.js')], { cwd: scratch(), env })
  const { config, value } = JSON.parse(stdout) as { config: { x: number; shape: string }; value: number }
  expect(value).toBe((config.x - 2) ** 2 * (config.shape === 'steep' ? 10 : 1))
  expect(value).toBeLessThan(1)
})

test('the library example, started twice at once, makes its sixty trials once', async () => {
  const cwd = scratch()
  const both = await Promise.all([1, 2].map(() => execute(process.execPath, [compiled('library.js')], { cwd, env })))
  for (const { stdout } of both) expect(stdout).toMatch(/the best came down to \S+, in .*\n(momentum|normalized) /)
  const trials = await trialsIn(join(cwd, 'runs/library'))
  expect(trials.map(({ number }) => number)).toEqual(Array.from({ length: 60 }, (_, number) => number))
  expect(trials.filter(({ attempt }) => attempt !== 1)).toEqual([])
  // Whether a trial fails depends on the configs that the seed of this study gives.
  const states = trials.map(({ state }) => state)
  expect(states.filter((state) => state !== 'complete' && state !== 'failed')).toEqual([])
  expect(states).toContain('complete')
})

test('a POSIX shell can read each script', () => {
  for (const script of scripts) {
    const { status, stderr } = spawnSync('sh', ['-n', join(top, 'examples', script)], { encoding: 'utf8' })
    expect({ script, status, stderr }).toEqual({ script, status: 0, stderr: '' })
  }
})

test('the shell example asks, tells values and failures, and ends with the best', async () => {
  const study = join(scratch(), "a study's folder")
  const { stdout } = await execute('sh', ['examples/shell.sh', study], { cwd: top, env })
  const trials = await trialsIn(study)
  expect(trials).toHaveLength(12)
  expect(trials.every(({ state }) => state === 'complete' || state === 'failed')).toBe(true)
  expect(stdout).toMatch(/^value {6}\d/)
})

test('the shell example, when it gets TERM, leaves no trial running', async () => {
  const study = join(scratch(), 'study')
  const loop = execute('sh', ['examples/shell.sh', study], { cwd: top, env })
  const ended = expect(loop).rejects.toMatchObject({ code: 130 })
  await until('a trial has come to its end', () => existsSync(join(study, 'best_instance')))
  loop.child.kill('SIGTERM')
  await ended
  const trials = await trialsIn(study)
  expect(trials.length).toBeLessThan(12)
  expect(trials.map(({ state }) => state)).not.toContain('running')
})

test('the shell example passes on the error when it cannot ask', async () => {
  const thesis = join(scratch(), 'thesis.tex')
  writeFileSync(thesis, '')
  const ended = expect(execute('sh', ['examples/shell.sh', thesis], { cwd: top, env })).rejects
  await ended.toMatchObject({
    code: expect.toSatisfy((status: number) => status !== 0 && status !== 4),
    stderr: expect.stringContaining(thesis),
  })
})

test.skipIf(!hasPython)('the Python example is tuned by anthill run (needs python3)', async () => {
  const study = join(scratch(), 'study')
  const words = [
    '-n',
    '4',
    '-p',
    'x=-5.0..5.0',
    '-p',
    'kernel=flat,steep',
    '--minimize',
    'loss',
    '--',
    'python3',
    'examples/python.py',
  ]
  const { code, stderr } = await startCommand(['run', '-s', study, ...words], { env, cwd: top }).finished
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const trials = await trialsIn(study)
  expect(trials.map(({ state }) => state)).toEqual(Array(4).fill('complete'))
  expect(readdirSync(join(study, 'best_instance')).sort()).toEqual(['.anthill', 'config.json', 'value.json'])
})

test.skipIf(!hasPython)('the Python example has the loop and asks (needs python3)', async () => {
  const study = join(scratch(), 'study')
  const { stdout } = await execute('python3', ['examples/python.py', study], { cwd: top, env })
  expect(stdout).toMatch(/^value {6}\d/)
  expect((await trialsIn(study)).map(({ state }) => state)).toEqual(Array(10).fill('complete'))
})

/** The environment of a task of a Slurm array, with a `scontrol` that writes down how it was called. */
function slurm(): { env: NodeJS.ProcessEnv; study: string; requeued: () => string } {
  const directory = scratch()
  const calls = join(directory, 'calls')
  mkdirSync(join(directory, 'bin'))
  writeFileSync(join(directory, 'bin/scontrol'), `#!/bin/sh\necho "$@" >> '${calls}'\n`, { mode: 0o755 })
  const around = {
    ...env,
    PATH: `${join(directory, 'bin')}${delimiter}${process.env['PATH']}`,
    SLURM_SUBMIT_DIR: top,
    SLURM_JOB_ID: '4711',
    SLURM_ARRAY_JOB_ID: '4700',
    SLURM_ARRAY_TASK_ID: '3',
    SLURM_RESTART_COUNT: '0',
  }
  return {
    env: around,
    study: join(directory, 'study'),
    requeued: () => (existsSync(calls) ? readFileSync(calls, 'utf8') : ''),
  }
}

test('a Slurm task that reaches the budget ends well and does not requeue its job', async () => {
  const { env, study, requeued } = slurm()
  const { stdout } = await execute('sh', [join(top, 'examples/slurm.sh'), study, '1'], { cwd: scratch(), env })
  expect(stdout).toMatch(/^task 3 on .*, start 1$/m)
  expect(await trialsIn(study)).toHaveLength(1)
  expect(requeued()).toBe('')
})

test('a Slurm task whose time is nearly up ends its trial and requeues its job', async () => {
  const { env, study, requeued } = slurm()
  const job = execute('sh', [join(top, 'examples/slurm.sh'), study, '1000'], { cwd: scratch(), env })
  const ended = expect(job).rejects.toMatchObject({ code: 75 })
  await until('a trial has come to its end', () => existsSync(join(study, 'best_instance')))
  job.child.kill('SIGUSR1')
  await ended
  expect(requeued()).toBe('requeue 4700_3\n')
  expect((await trialsIn(study)).map(({ state }) => state)).not.toContain('running')
})

test('a canceled Slurm task hands its trial back and does not requeue its job', async () => {
  const { env, study, requeued } = slurm()
  const job = execute('sh', [join(top, 'examples/slurm.sh'), study, '1000'], { cwd: scratch(), env })
  const ended = expect(job).rejects.toMatchObject({ code: 143 })
  await until('a trial has come to its end', () => existsSync(join(study, 'best_instance')))
  job.child.kill('SIGTERM')
  await ended
  expect(requeued()).toBe('')
  expect((await trialsIn(study)).map(({ state }) => state)).not.toContain('running')
})

test('anthill run tunes the digits example, and its best trial has a list of misread digits', async () => {
  const study = join(scratch(), 'study')
  const program = ['node', 'dist/examples/digits/train.js', '{flags}', '--epochs', '2']
  const words = ['-n', '2', '-j', '2', '--space', 'examples/digits/space.json', '--minimize', 'error']
  const { code, stderr } = await startCommand(['run', '-s', study, ...words, '--', ...program], { env, cwd: top })
    .finished
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const trials = await trialsIn(study)
  expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete'])
  const best = Math.min(...trials.map(({ value }) => value!))
  const misread = readFileSync(join(study, 'best_instance/misread.txt'), 'utf8').match(/^a \d, read as \d:$/gm)!
  expect(misread.length / 597).toBe(best)
})

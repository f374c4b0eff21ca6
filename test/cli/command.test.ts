import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TOPIC_TEXTS } from '../../src/cli/topics.ts'
import { VERBS } from '../../src/cli/verbs.ts'
import { inProcess } from '../support/in-process.ts'
import { scratch } from '../support/scratch.ts'
import { command, startCommand } from '../support/worker-process.ts'
import type { Finished } from '../support/worker-process.ts'

const plain = { ANTHILL_STUDY: '', FORCE_COLOR: '', NO_COLOR: '' }

/** A line of the command, in this process. Much cheaper than a process for each. */
const anthill = (...args: string[]): Promise<Finished> => inProcess(args, plain)

/** The same, by the built command. */
const started = (...args: string[]): Promise<Finished> => startCommand(args, { env: plain }).finished

const params = ['--param', 'lr=1e-5..1e-1~log', '--param', 'opt=adam,sgd', '--seed', '1']

/** A study with three asked trials: one complete, one failed, one held. */
const studyOfThree = async (): Promise<string> => {
  const study = join(scratch(), 'study')
  for (let k = 0; k < 3; k++)
    expect(await anthill('ask', '-s', study, '-n', '5', '--minimize', 'loss', ...params)).toMatchObject({ code: 0 })
  expect(await anthill('tell', '-s', study, '0', '0.25')).toMatchObject({ code: 0, stdout: '' })
  expect(await anthill('tell', '-s', study, '1', '--failed', 'out of memory')).toMatchObject({ code: 0 })
  return study
}

test('the command prints the help of a verb in three ways, and the topics', async () => {
  const usage = (await VERBS.find(({ name }) => name === 'run')!.load()).usage
  for (const words of [
    ['run', '--help'],
    ['run', '-h'],
    ['help', 'run'],
  ])
    expect(await started(...words)).toMatchObject({ code: 0, stdout: usage, stderr: '' })
  expect(await started('help', 'words')).toMatchObject({ code: 0, stdout: TOPIC_TEXTS.words })
})

test('without a verb the command says how to begin, with status 2', async () => {
  const { code, stdout, stderr } = await started()
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('Usage: anthill VERB')
  expect((await started('--version')).stdout).toMatch(/^anthill \d+\.\d+\.\d+\n$/)
})

test('a wrong word is a usage error: status 2, the word that was meant, the command that helps', async () => {
  expect(await started('stauts')).toMatchObject({
    code: 2,
    stderr: "anthill: unknown verb 'stauts'; did you mean 'status'?\n  try: anthill help\n",
  })
  expect(await anthill('ls', '--jsno')).toMatchObject({
    code: 2,
    stderr: "anthill: unknown option '--jsno'; did you mean '--json'?\n  try: anthill ls --help\n",
  })
  expect(await started('help', 'spaec')).toMatchObject({ code: 2, stderr: expect.stringContaining("'space'?") })
  expect(await anthill('ls', 'none', '--csv', '--json')).toMatchObject({ code: 2 })
  expect(await anthill('ask', '-s', join(scratch(), 'x'), '--param', 'lr=0..1~log')).toMatchObject({ code: 2 })
})

test('with --json an error is one line of JSON on standard error', async () => {
  const { code, stdout, stderr } = await started('best', join(scratch(), 'none'), '--json')
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ code: 'NO_STUDY', status: 4 })
})

test('Node adds no warning of its own where both NO_COLOR and FORCE_COLOR are set', async () => {
  const env = { ...plain, NO_COLOR: '1', FORCE_COLOR: '1' }
  const { stderr } = await startCommand(['best', join(scratch(), 'none'), '--json'], { env }).finished
  expect(JSON.parse(stderr)).toMatchObject({ code: 'NO_STUDY' })
})

test('ask, tell, best, status, ls and show speak of the same trials', async () => {
  const study = await studyOfThree()
  const best = JSON.parse((await anthill('best', study, '--json')).stdout)
  expect(Object.keys(best)).toEqual(['id', 'number', 'value', 'config', 'directory'])
  expect(best).toMatchObject({ number: 0, value: 0.25, directory: join(study, best.id) })
  const status = JSON.parse((await anthill('status', study, '--json')).stdout)
  expect(Object.keys(status)).toEqual(['budget', 'trials', 'workers', 'left', 'best'])
  expect(status).toMatchObject({
    budget: 5,
    trials: { complete: 1, running: 1, failed: 1, pruned: 0, interrupted: 0, queued: 0 },
    best,
  })
  expect(Object.keys(status.workers)).toEqual(['live', 'silent', 'done'])
  const trials = JSON.parse((await anthill('ls', study, '--json')).stdout)
  expect(trials.map((trial: { state: string }) => trial.state)).toEqual(['complete', 'failed', 'running'])
  expect(Object.keys(trials[0])).toEqual([
    'id',
    'number',
    'state',
    'value',
    'values',
    'outputs',
    'config',
    'attempt',
    'worker',
    'started',
    'ended',
    'took',
    'predicted',
    'origin',
    'repeat',
  ])
  const shown = JSON.parse((await anthill('show', study, trials[1].id.slice(0, 8), '--json')).stdout)
  expect(shown).toMatchObject({
    id: trials[1].id,
    number: 1,
    state: 'failed',
    detail: 'out of memory',
    directory: join(study, trials[1].id),
  })
  expect((await anthill('ls', study)).stdout).toMatch(/^number {2}id .*\n {5}0 {2}/)
  expect((await anthill('ls', study, '--csv')).stdout.split('\n')[0]).toBe(
    'id,number,state,value,attempt,worker,started,ended,took,reason,origin,param.lr,param.opt',
  )
  expect((await anthill('status', study)).stdout).toContain('best     0.25 (trial 0')
})

test('ask prints what a program needs, as JSON, for a shell, or as flags', async () => {
  const study = join(scratch(), 'study')
  const ask = (...more: string[]) =>
    anthill(
      'ask',
      '-s',
      study,
      '-n',
      '3',
      '--param',
      'x=0.0..1.0',
      '--param',
      `word="it's $(id)",b`,
      '--seed',
      '2',
      ...more,
    )
  const asked = JSON.parse((await ask()).stdout)
  expect(Object.keys(asked)).toEqual(['id', 'number', 'config', 'directory', 'seed', 'attempt'])
  expect(asked).toMatchObject({ number: 0, attempt: 1, directory: join(study, asked.id) })
  expect(existsSync(join(asked.directory, 'config.json'))).toBe(true)
  const shell = (await ask('--format', 'sh')).stdout
  const { stdout } = spawnSync('sh', ['-c', `${shell}\nprintf '%s|' "$ANTHILL_TRIAL" "$x" "$word"`], {
    encoding: 'utf8',
  })
  const [id, x, word] = stdout.split('|')
  expect(id).toMatch(/^[0-9a-f]{20}$/)
  expect(JSON.parse(readFileSync(join(study, id!, 'config.json'), 'utf8'))).toEqual({ x: Number(x), word })
  expect((await ask('--format', 'flags')).stdout).toMatch(/^[0-9a-f]{20}\n--x \S+ --word .*\n$/)
  expect(await ask()).toMatchObject({ code: 4, stdout: '' })
})

test('add begins a study with a fidelity; tell says that a trial rests, and changes nothing', async () => {
  const study = join(scratch(), 'study')
  const added = await anthill('add', '-s', study, '-p', 'x=0.0..1.0', '--fidelity', 'steps=1..9', 'x=0.5')
  expect(added).toMatchObject({ code: 0, stderr: expect.stringContaining('is queued') })
  expect(JSON.parse((await anthill('ask', '-s', study)).stdout)).toMatchObject({ config: { x: 0.5 }, fidelity: 1 })
  expect(await anthill('tell', '-s', study, '0', '7')).toMatchObject({ code: 0, stderr: '' })
  for (const end of [['8'], ['--failed']])
    expect(await anthill('tell', '-s', study, '0', ...end)).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/^trial 0 rests, with 7 at steps 1, and nothing has changed; it goes on once/),
    })
})

test('several runs of a trial are refused where they would share checkpoints', async () => {
  const words = ['-n', '3', '-p', 'x=0.0..1.0', '--fidelity', 'steps=1..9', '--runs', '2', '--', 'true']
  const study = join(scratch(), 'study')
  expect(await anthill('run', '-s', study, ...words)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('would share its checkpoints in one directory; leave one of the two out'),
  })
  expect(existsSync(study)).toBe(false)
})

test('a topic is found by its plural too', async () => {
  expect((await started('help', 'pruners')).stdout).toBe(TOPIC_TEXTS.pruner)
  expect((await started('help', 'fidelity')).stdout).toBe(TOPIC_TEXTS.fidelity)
})

test('tell takes negative and named values, and a number that is not finite fails the trial', async () => {
  const study = join(scratch(), 'study')
  for (let k = 0; k < 3; k++) await anthill('ask', '-s', study, ...params)
  expect(await anthill('tell', '-s', study, '0', '-0.5')).toMatchObject({ code: 0 })
  expect(await anthill('tell', '-s', study, '1', 'value=1e-3', '--json')).toMatchObject({ code: 0 })
  expect(await anthill('tell', '-s', study, '2', 'nan')).toMatchObject({ code: 0 })
  expect(await anthill('tell', '-s', study, '0', '7')).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('has already ended'),
  })
  expect(await anthill('tell', '-s', study, '0', 'much')).toMatchObject({ code: 2 })
  expect(await anthill('tell', '-s', study, '9', '1')).toMatchObject({ code: 4 })
  const trials = JSON.parse((await anthill('ls', study, '--json')).stdout) as { state: string; value: number | null }[]
  expect(trials.map(({ state, value }) => [state, value])).toEqual([
    ['complete', -0.5],
    ['complete', 0.001],
    ['failed', null],
  ])
})

test('an output that is not finite was not said, and the value beside it counts', async () => {
  const study = join(scratch(), 'study')
  for (let k = 0; k < 2; k++) await anthill('ask', '-s', study, '--minimize', 'loss', ...params)
  expect(await anthill('tell', '-s', study, '0', 'loss=1', 'memory=nan', 'ok=true')).toMatchObject({ code: 0 })
  expect(await anthill('tell', '-s', study, '1', 'loss=inf', 'memory=2')).toMatchObject({
    stderr: expect.stringContaining("the value Infinity of 'loss' is not finite"),
  })
  const trials = JSON.parse((await anthill('ls', study, '--json')).stdout) as object[]
  expect(trials).toMatchObject([{ state: 'complete', value: 1, outputs: { ok: true } }, { state: 'failed' }])
})

test('a pruned trial keeps the value it is told with, and never becomes the best', async () => {
  const study = join(scratch(), 'study')
  for (let k = 0; k < 3; k++) await anthill('ask', '-s', study, '--minimize', 'loss', '--minimize', 'size', ...params)
  expect(await anthill('tell', '-s', study, '0', '--pruned', 'loss=-1', 'size=2')).toMatchObject({ code: 0 })
  expect(await anthill('tell', '-s', study, '1', '--pruned')).toMatchObject({ code: 0 })
  expect(await anthill('tell', '-s', study, '2', '--pruned', 'loss=1')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("'size'"),
  })
  const trials = JSON.parse((await anthill('ls', study, '--json')).stdout) as { state: string; value: number | null }[]
  expect(trials.map(({ state, value }) => [state, value])).toEqual([
    ['pruned', -1],
    ['pruned', null],
    ['running', null],
  ])
  expect(await anthill('best', study)).toMatchObject({ code: 4 })
})

test('the first of several objectives decides, and best shows each', async () => {
  const study = join(scratch(), 'study')
  for (let k = 0; k < 2; k++) await anthill('ask', '-s', study, '--minimize', 'loss', '--maximize', 'speed', ...params)
  await anthill('tell', '-s', study, '0', 'loss=2', 'speed=9')
  await anthill('tell', '-s', study, '1', 'loss=1', 'speed=3')
  expect((await anthill('best', study)).stdout).toMatch(/^loss {7}1\nspeed {6}3\ntrial {6}1 /)
  expect(JSON.parse((await anthill('best', study, '--json')).stdout)).toMatchObject({
    number: 1,
    value: 1,
    values: { loss: 1, speed: 3 },
  })
})

test('best prints flags, assignments, the config and the directory', async () => {
  const study = await studyOfThree()
  const { config, directory } = JSON.parse((await anthill('best', study, '--json')).stdout)
  expect((await anthill('best', study, '--format', 'dir')).stdout).toBe(`${directory}\n`)
  expect(JSON.parse((await anthill('best', study, '--format', 'json')).stdout)).toEqual(config)
  expect((await anthill('best', study, '--format', 'flags')).stdout).toMatch(/^--lr \S+ --opt (adam|sgd)\n$/)
  expect((await anthill('best', study, '--format', 'env')).stdout).toMatch(/^lr=\S+\nopt=(adam|sgd)\n$/)
  expect(await anthill('best', study, '--format', 'yaml')).toMatchObject({ code: 2 })
})

test('added configs are tried next, and a failed trial can be tried again', async () => {
  const study = await studyOfThree()
  expect(await anthill('add', '-s', study, 'lr=0.01', 'opt=sgd')).toMatchObject({ code: 0 })
  const asked = JSON.parse((await anthill('ask', '-s', study)).stdout)
  expect(asked.config).toEqual({ lr: 0.01, opt: 'sgd' })
  expect(await anthill('add', '-s', study, 'lr=0.01', 'opt=sdg')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("did you mean 'sgd'?"),
  })
  expect(await anthill('retry', '-s', study, '1')).toMatchObject({ code: 0 })
  expect(await anthill('retry', '-s', study, '0')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /trial 0 is complete.*\n {2}try: anthill add -s \S+ --repeat lr=\S+ opt=(adam|sgd)\n$/,
    ),
  })
  expect(JSON.parse((await anthill('ask', '-s', study)).stdout)).toMatchObject({ number: 1, attempt: 2 })
})

test('--repeats belongs to each ask, not to adding configs', async () => {
  const study = join(scratch(), 'study')
  const params = ['-s', study, '--param', 'x=a,b']
  const { code, stderr } = await anthill('add', ...params, '--repeats', '3', 'x=a')
  expect(code).toBe(2)
  expect(stderr).toContain("did you mean '--repeat'?")
  for (let k = 0; k < 2; k++)
    await anthill('tell', '-s', study, JSON.parse((await anthill('ask', ...params)).stdout).id, '1')
  expect(await anthill('ask', '-s', study)).toMatchObject({ code: 4 })
  expect(await anthill('ask', '-s', study, '--repeats', '2')).toMatchObject({ code: 0 })
})

test('a file without configs adds nothing, and says so', async () => {
  const study = await studyOfThree()
  const file = join(scratch(), 'none.jsonl')
  for (const text of ['', '\n', '[]']) {
    writeFileSync(file, text)
    expect(await anthill('add', '-s', study, '--file', file)).toMatchObject({
      code: 0,
      stderr: `'${file}' contains no configs; nothing was added\n`,
    })
  }
})

test('the study comes from ANTHILL_STUDY if the line does not name it', async () => {
  const study = await studyOfThree()
  const { stdout, code } = await inProcess(['best', '--format', 'dir'], { ...plain, ANTHILL_STUDY: study })
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(study) })
})

test('no study is status 4, a directory with something else is status 2, a damaged study is status 1', async () => {
  const directory = scratch()
  expect(await anthill('status', join(directory, 'none'))).toMatchObject({ code: 4 })
  writeFileSync(join(directory, 'thesis.tex'), '')
  expect(await anthill('status', directory)).toMatchObject({ code: 2 })
  const study = await studyOfThree()
  expect(await anthill('show', study, '77')).toMatchObject({
    code: 4,
    stderr: `anthill: no trial '77' in '${study}'\n  try: anthill ls -s ${study}\n`,
  })
  expect(await anthill('ask', '-s', study, '--param', 'x=0.0..1.0')).toMatchObject({ code: 2 })
  expect(await anthill('ask', '-s', study, '--maximize', 'loss')).toMatchObject({ code: 2 })
  writeFileSync(join(study, '.anthill', 'study.json'), '{"form')
  expect(await anthill('status', study)).toMatchObject({ code: 1, stderr: expect.stringContaining('anthill doctor') })
})

test('the doctor tells an intact study from a damaged one', async () => {
  const study = await studyOfThree()
  expect(await anthill('doctor', study, '--with', '1')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('study intact: 3 slots'),
  })
  const slot = join(study, '.anthill', 'slots', '000', '000001')
  writeFileSync(slot, '{"slot": 1')
  const { code, stdout } = await anthill('doctor', study, '--with', '1', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    good: false,
    study: { slots: 3, damages: [expect.stringContaining("'.anthill/slots/000/000001'")] },
  })
})

test('colors appear only if they are wanted', async () => {
  const study = await studyOfThree()
  const list = async (env: NodeJS.ProcessEnv) => (await inProcess(['ls', study], { ...plain, ...env })).stdout
  expect(await list({})).not.toContain('\x1b')
  expect(await list({ FORCE_COLOR: '1' })).toContain('\x1b[32m')
  expect(await list({ NO_COLOR: '1' })).not.toContain('\x1b')
})

test('a reader that has seen enough is not a failure', async () => {
  const study = join(scratch(), 'study')
  const rows = Array.from({ length: 300 }, (_, k) =>
    JSON.stringify({ x: (k + 1) / 4000, word: 'long'.repeat(200) + (k % 2) }),
  )
  const file = join(scratch(), 'rows.jsonl')
  writeFileSync(file, rows.join('\n'))
  const words = ['0', '1'].map((k) => 'long'.repeat(200) + k).join(',')
  expect(
    await anthill('add', '-s', study, '--param', 'x=0.0..1.0', '--param', `word=${words}`, '--file', file),
  ).toMatchObject({ code: 0 })
  const piped = spawnSync(
    'bash',
    ['-c', `set -o pipefail; "${process.execPath}" "${command}" ls "${study}" --csv | head -1`],
    { encoding: 'utf8' },
  )
  expect(piped).toMatchObject({ status: 0, stderr: '' })
})

test('stop asks the workers to stop, and a missing log is status 4', async () => {
  const study = await studyOfThree()
  expect(await anthill('stop', '-s', study)).toMatchObject({ code: 0 })
  expect(await anthill('stop', study)).toMatchObject({ code: 2, stderr: expect.stringContaining(`-s ${study}`) })
  expect(await anthill('log', study, '0')).toMatchObject({ code: 4 })
})

test('ask-tell answers line by line without a directory', () => {
  const lines = [
    '{"space": {"x": {"type": "float", "low": 0, "high": 1}}, "minimize": true}',
    '{"ask": 2}',
    'nonsense',
    '{"best": 1}',
  ]
  const { status, stdout } = spawnSync(process.execPath, [command, 'ask-tell', '--seed', '1'], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
  })
  expect(status).toBe(0)
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(answers[0]).toEqual({ ok: true })
  expect(answers[1].trials).toHaveLength(2)
  expect(answers[2].error).toBeTypeOf('string')
  expect(answers[3]).toEqual({ best: null })
})

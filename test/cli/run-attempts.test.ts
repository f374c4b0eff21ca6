import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshStudy, programsOf, startRun, trialsIn } from '../support/command.ts'
import { runHere } from '../support/in-process.ts'
import { isAlive, numberIn, parentOf } from '../support/process.ts'
import { scratch } from '../support/scratch.ts'
import { sleep, until } from '../support/worker-process.ts'

const hasProc = existsSync('/proc/self/environ')

/** The guardian that a worker started. */
const guardianOf = (worker: number): number =>
  Number(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .find((pid) => {
        try {
          return (
            readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('anthill-guardian') &&
            parentOf(Number(pid)) === worker
          )
        } catch {
          return false
        }
      }),
  )

test.runIf(hasProc)(
  'a killed worker leaves no program behind; the next attempt finds the files of the first, but not its value',
  async () => {
    const study = freshStudy()
    const sign = join(scratch(), 'sign')
    const script = `echo "attempt $ANTHILL_ATTEMPT" >> checkpoint
[ $ANTHILL_ATTEMPT = 1 ] || { cat checkpoint >&2; ls >&2; echo "$1"; exit; }
echo 99 > value.json; echo $$ > ${sign}.new; mv ${sign}.new ${sign}; while :; do sleep 0.1; done`
    const line = ['-n', '1', '-p', 'x=0.0..1.0', '--', 'sh', '-c', script, 'sh', '{x}']
    const first = startRun(study, ...line)
    await until('the first attempt has begun', () => existsSync(sign))
    const [before] = await trialsIn(study)
    first.child.kill('SIGKILL')
    await first.finished
    await until('its program is gone', () => !isAlive(numberIn(sign)))
    expect(await runHere(study, ...line)).toMatchObject({ code: 0 })
    const [trial] = await trialsIn(study)
    expect(trial).toMatchObject({
      id: before!.id,
      config: before!.config,
      state: 'complete',
      attempt: 2,
      value: before!.config['x'],
    })
    const directory = join(study, trial!.id)
    expect(readFileSync(join(directory, '.anthill/stderr.2.log'), 'utf8')).toMatch(
      /^attempt 1\nattempt 2\ncheckpoint\nconfig.json\nvalue.attempt-1.json\n$/,
    )
    expect(readFileSync(join(directory, 'value.attempt-1.json'), 'utf8')).toBe('99\n')
    expect(programsOf(study)).toEqual([])
  },
)

test.runIf(hasProc)('a program that outlived worker and guardian is ended before the next attempt starts', async () => {
  const study = freshStudy()
  const place = scratch()
  const sign = join(place, 'sign')
  const script = `if [ $ANTHILL_ATTEMPT = 1 ]; then
  trap "sleep 0.4; echo > ${place}/ended; exit 1" TERM
  echo $$ > ${sign}.new; mv ${sign}.new ${sign}; while :; do sleep 0.1; done
fi
test -e ${place}/ended && echo 1`
  const line = ['-n', '1', '-p', 'x=1..9', '--', 'sh', '-c', script]
  const first = startRun(study, ...line)
  await until('the first attempt has begun', () => existsSync(sign))
  process.kill(guardianOf(first.child.pid!), 'SIGSTOP')
  first.child.kill('SIGSTOP')
  process.kill(guardianOf(first.child.pid!), 'SIGKILL')
  first.child.kill('SIGKILL')
  await first.finished
  await sleep(200)
  expect(isAlive(numberIn(sign))).toBe(true)
  expect(await runHere(study, ...line)).toMatchObject({ code: 0 })
  expect(await trialsIn(study)).toMatchObject([{ state: 'complete', attempt: 2, value: 1 }])
  expect(isAlive(numberIn(sign))).toBe(false)
})

test('an unreadable value.json fails its trial with the reason, and earlier output does not count', async () => {
  const study = freshStudy()
  const kinds = {
    empty: ': > value.json',
    half: 'printf \'{"value": 0.\' > value.json',
    nan: 'echo NaN > value.json',
    word: 'echo \'"0.5"\' > value.json',
    none: 'echo null > value.json',
    huge: 'head -c 3000000 /dev/zero > value.json',
    pipe: 'mkfifo value.json',
    folder: 'mkdir value.json',
  }
  const script = `echo 1; case $1 in ${Object.entries(kinds)
    .map(([kind, write]) => `${kind}) ${write} ;;`)
    .join(' ')} esac`
  const { code, stderr } = await runHere(
    study,
    '-n',
    '99',
    '--max-failures',
    '0',
    '-p',
    `kind=${Object.keys(kinds).join(',')}`,
    '--',
    'sh',
    '-c',
    script,
    'sh',
    '{kind}',
  )
  expect(code).toBe(0)
  expect(stderr.match(/^trial \d {2}failed {2}value\.json/gm)).toHaveLength(8)
  const trials = await trialsIn(study)
  expect(trials.map(({ config, state, value }) => [config['kind'], state, value]).sort()).toEqual(
    Object.keys(kinds)
      .sort()
      .map((kind) => [kind, 'failed', null]),
  )
})

test('a trial that takes too long has failed, and its program is gone', async () => {
  const study = freshStudy()
  const { code, stderr } = await runHere(
    study,
    '-n',
    '1',
    '-p',
    'x=1..9',
    '--trial-timeout',
    '300ms',
    '--grace',
    '200ms',
    '--',
    'sh',
    '-c',
    'trap "" TERM; echo $$ > pid; while :; do sleep 0.05; done',
  )
  expect(code).toBe(0)
  expect(stderr).toContain('failed  took longer than 0.3 s')
  const [trial] = await trialsIn(study)
  expect(trial).toMatchObject({ state: 'failed', value: null })
  expect(isAlive(numberIn(join(study, trial!.id, 'pid')))).toBe(false)
})

test('a trial that fails has as many further attempts as --retries says', async () => {
  const study = freshStudy()
  expect(
    await runHere(
      study,
      '-n',
      '2',
      '-p',
      'x=1..9',
      '--retries',
      '2',
      '--max-failures',
      '0',
      '--',
      'sh',
      '-c',
      '[ $ANTHILL_NUMBER$ANTHILL_ATTEMPT = 03 ] && echo 1',
    ),
  ).toMatchObject({ code: 0 })
  expect(await trialsIn(study)).toMatchObject([
    { state: 'complete', attempt: 3 },
    { state: 'failed', attempt: 3 },
  ])
})

test('without a limit of failures the budget alone ends a run', async () => {
  const study = freshStudy()
  expect(await runHere(study, '-n', '6', '-p', 'x=1..9', '--max-failures', '0', '--', 'false')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('best     none yet'),
  })
  expect((await trialsIn(study)).map(({ state }) => state)).toEqual(Array(6).fill('failed'))
})

test('a program that asks for another attempt gets it, and does not find its old value there', async () => {
  const study = freshStudy()
  const { code } = await runHere(
    study,
    '-n',
    '1',
    '-p',
    'x=1..9',
    '--',
    'sh',
    '-c',
    '[ $ANTHILL_ATTEMPT = 1 ] && { echo 99 > value.json; exit 75; }; [ -e value.json ] || echo 1',
  )
  expect(code).toBe(0)
  expect(await trialsIn(study)).toMatchObject([{ state: 'complete', attempt: 2, value: 1 }])
})

test('a worker that is frozen past its lease loses its trial, ends its program and continues', async () => {
  const study = freshStudy()
  const script = 'if [ $ANTHILL_ATTEMPT = 1 ]; then echo > sign; sleep 60; fi; echo $ANTHILL_ATTEMPT'
  const line = ['-n', '2', '-p', 'x=1..9', '--lease', '600ms', '--', 'sh', '-c', script]
  const frozen = startRun(study, ...line)
  await until(
    'the first attempt has begun',
    async () => existsSync(study) && readdirSync(study).some((id) => existsSync(join(study, id, 'sign'))),
  )
  frozen.child.kill('SIGSTOP')
  const other = startRun(study, ...line.slice(0, -1), 'echo $ANTHILL_ATTEMPT')
  expect(await other.finished).toMatchObject({ code: 0, stderr: expect.stringContaining('trial 0  complete  2') })
  frozen.child.kill('SIGCONT')
  const { code, signal, stderr } = await frozen.finished
  expect({ code, signal }).toEqual({ code: 0, signal: null })
  expect(stderr).toContain('trial 0  not counted  taken over by another worker')
  expect(await trialsIn(study)).toMatchObject([
    { number: 0, state: 'complete', attempt: 2, value: 2 },
    { number: 1, state: 'complete', attempt: 1, value: 1 },
  ])
  if (hasProc) expect(programsOf(study)).toEqual([])
})

test('a run does not wait for live workers: it ends and names them', async () => {
  const study = freshStudy()
  const sign = join(scratch(), 'sign')
  const line = ['-n', '1', '-p', 'x=1..9', '--lease', '3s', '--', 'sh', '-c', `echo > ${sign}; sleep 60; echo 1`]
  const busy = startRun(study, ...line)
  await until('the first trial has begun', () => existsSync(sign))
  const { code, stdout, stderr } = await runHere(study, '--json', ...line)
  expect(code).toBe(0)
  expect(stderr).toMatch(/\nrunning {2}trial 0, by \S+\n/)
  expect(JSON.parse(stdout)).toMatchObject({
    status: 0,
    ended: { complete: 0 },
    unfinished: [{ number: 0, worker: expect.any(String) }],
    best: null,
  })
  busy.child.kill('SIGINT')
  expect(await busy.finished).toMatchObject({ code: 130 })
})

test('a signal ends a wait for others as well', async () => {
  const study = freshStudy()
  const sign = join(scratch(), 'sign')
  const line = ['-n', '1', '-p', 'x=1..9', '--lease', '1h', '--', 'sh', '-c', `echo > ${sign}; sleep 60; echo 1`]
  const busy = startRun(study, ...line)
  await until('the first trial has begun', () => existsSync(sign))
  const waiting = startRun(study, '-n', '2', '--', 'echo', '1')
  await until('nothing is left but to wait', () => waiting.words().includes('trial 1  complete'))
  waiting.child.kill('SIGTERM')
  expect(await waiting.finished).toMatchObject({ code: 143 })
  busy.child.kill('SIGTERM')
  expect(await busy.finished).toMatchObject({ code: 143 })
})

/** `anthill run` and other verbs on a disk that is full or read-only: what they say, keep and commit. */

import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { plain, startRun, trialsIn } from '../support/command.ts'
import { inProcess } from '../support/in-process.ts'
import { canMount, smallDisk } from '../support/small-disk.ts'
import { scratch } from '../support/scratch.ts'
import { command, until } from '../support/worker-process.ts'
import type { Finished, Running } from '../support/worker-process.ts'

const anthill = (...words: string[]): Promise<Finished> => inProcess(words, plain)

/** Prints its value, says that it has, and goes on until it may end. */
const program = (marks: string): string[] => [
  '-p',
  'x=1..9',
  '--metric',
  'loss=(\\S+)',
  '--',
  'sh',
  '-c',
  `echo loss=$1; : > "${marks}/said"; while ! [ -e "${marks}/go" ]; do sleep 0.02; done; rm "${marks}/go"`,
  'sh',
  '{x}',
]

/** Waits for words on the standard error of a running command. */
function heard({ child }: Running, words: RegExp): Promise<void> {
  let text = ''
  return new Promise((resolve, reject) => {
    child.stderr!.on('data', (chunk) => {
      text += String(chunk)
      if (words.test(text)) resolve()
    })
    child.on('close', () => reject(new Error(`ended without saying ${words}: ${text}`)))
  })
}

const unless = canMount ? '' : ' (skipped: only root may mount a small disk)'

test.skipIf(!canMount)(`a finished value waits for room and is committed then${unless}`, async () => {
  const disk = smallDisk()
  const study = join(disk.directory, 'study')
  const marks = join(disk.directory, '..')
  const run = startRun(study, '-n', '1', '--seed', '1', ...program(marks))
  const waits = heard(run, /waiting {2}trial 0 ended with value=\d.*tried again for 10m.*ENOSPC.*disk is full/)
  await until('the program has answered', () => existsSync(join(marks, 'said')))
  disk.fill()
  spawnSync('touch', [join(marks, 'go')])
  await waits
  disk.empty()
  expect(await run.finished).toMatchObject({ code: 0, stderr: expect.stringMatching(/trial 0 {2}complete/) })
  expect(await trialsIn(study)).toMatchObject([{ state: 'complete', attempt: 1 }])
})

test.skipIf(!canMount)(
  `when patience ends the value and the line that commits it are told, with status 1; the line works${unless}`,
  async () => {
    const disk = smallDisk()
    const study = join(disk.directory, 'study')
    const marks = join(disk.directory, '..')
    const run = startRun(study, '-n', '1', '--patience-io', '300ms', '--json', ...program(marks))
    await until('the program has answered', () => existsSync(join(marks, 'said')))
    disk.fill()
    spawnSync('touch', [join(marks, 'go')])
    const { code, stderr, stdout } = await run.finished
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    const error = JSON.parse(stderr.trim().split('\n').at(-1)!) as { error: string; code: string; next: string }
    expect(error).toMatchObject({
      code: 'INPUT_OUTPUT',
      status: 1,
      error: expect.stringMatching(/^trial 0 ended with value=\d, which could not be written: .*ENOSPC/) as string,
    })
    expect(stderr).toContain(`kept     trial 0 ended with`)
    // The line is meant for a shell, from where the command was started.
    expect(spawnSync('sh', ['-c', error.next], { encoding: 'utf8' })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/ENOSPC.*free some space/) as string,
    })
    disk.empty()
    expect(spawnSync('sh', ['-c', error.next], { encoding: 'utf8' })).toMatchObject({ status: 0 })
    expect(await trialsIn(study)).toMatchObject([
      { state: 'complete', value: Number(/value=(\d)/.exec(error.error)![1]) },
    ])
  },
)

test.skipIf(!canMount)(`a signal ends the wait, and the value is told${unless}`, async () => {
  const disk = smallDisk()
  const marks = join(disk.directory, '..')
  const run = startRun(join(disk.directory, 'study'), '-n', '1', ...program(marks))
  const waits = heard(run, /waiting {2}trial 0/)
  await until('the program has answered', () => existsSync(join(marks, 'said')))
  disk.fill()
  spawnSync('touch', [join(marks, 'go')])
  await waits
  run.child.kill('SIGTERM')
  expect(await run.finished).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /kept .*trial 0 ended with value=\d; commit it later: .* tell -s .* 0 value=\d/,
    ) as string,
  })
})

test.skipIf(!canMount)(
  `a claim is kept alive while its value waits: another worker sees its owner move, and leaves it alone${unless}`,
  async () => {
    const disk = smallDisk()
    const study = join(disk.directory, 'study')
    const marks = join(disk.directory, '..')
    const run = startRun(study, '-n', '1', '--lease', '4s', ...program(marks))
    const waits = heard(run, /waiting {2}trial 0/)
    await until('the program has answered', () => existsSync(join(marks, 'said')))
    disk.fill()
    spawnSync('touch', [join(marks, 'go')])
    await waits
    // It waits long enough to take over a silent worker. It finds an owner that is alive, and nothing to do.
    const other = startRun(study, '-n', '1', ...program(marks))
    expect(await other.finished).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/running {2}trial 0, by/) as string,
    })
    disk.empty()
    expect(await run.finished).toMatchObject({ code: 0 })
    expect(await trialsIn(study)).toMatchObject([{ state: 'complete', attempt: 1 }])
  },
  30_000,
)

test.skipIf(!canMount)(
  `a program that found no room has not failed: the next worker takes its trial when there is some${unless}`,
  async () => {
    const disk = smallDisk()
    const study = join(disk.directory, 'study')
    const fill = `dd if=/dev/zero of="${disk.directory}/filling" bs=4096 2>/dev/null; echo loss=$1`
    const words = (script: string): string[] => [
      '-n',
      '1',
      '-p',
      'x=1..9',
      '--metric',
      'loss=(\\S+)',
      '--',
      'sh',
      '-c',
      script,
      'sh',
      '{x}',
    ]
    expect(await startRun(study, ...words(fill)).finished).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the disk is full') as string,
    })
    disk.empty()
    expect(await startRun(study, ...words('echo loss=$1')).finished).toMatchObject({ code: 0 })
    expect(await trialsIn(study)).toMatchObject([{ state: 'complete', attempt: 2 }])
  },
)

test.skipIf(!canMount)(
  `every verb that writes names a full disk or a read-only mount with its remedy, every other one works there${unless}`,
  async () => {
    const disk = smallDisk()
    const study = join(disk.directory, 'study')
    for (let k = 0; k < 3; k++) await anthill('ask', '-s', study, '-p', 'x=1..9', '--seed', '1')
    expect(await anthill('tell', '-s', study, '0', '0.5')).toMatchObject({ code: 0 })
    expect(await anthill('tell', '-s', study, '2', '--failed')).toMatchObject({ code: 0 })
    const writing = [
      ['ask', '-s', study],
      ['tell', '-s', study, '1', '7'],
      ['add', '-s', study, 'x=9'],
      ['retry', '-s', study, '2'],
      ['stop', '-s', study],
      ['run', '-s', study, '-n', '9', '--', 'echo', '1'],
      ['ask', '-s', join(disk.directory, 'new'), '-p', 'x=1..9'],
    ]
    const refuse = async (words: RegExp): Promise<void> => {
      for (const line of writing)
        expect({ line, ...(await anthill(...line)) }).toMatchObject({
          line,
          code: 1,
          stderr: expect.stringMatching(words) as string,
        })
    }
    disk.fill()
    await refuse(/ENOSPC\); the disk is full.*free some space/)
    disk.empty()
    disk.remount('ro')
    await refuse(/EROFS\); the file system is mounted read-only; mount it writable/)
    for (const verb of ['status', 'best', 'ls'])
      expect({ verb, ...(await anthill(verb, study)) }).toMatchObject({ verb, code: 0, stderr: '' })
    disk.remount('rw')
    expect(await anthill('tell', '-s', study, '1', '7')).toMatchObject({ code: 0 })
    expect(readdirSync(disk.directory)).toContain('study')
  },
)

test.runIf(existsSync('/dev/full'))('ask says which trial it has taken if its answer cannot be written', () => {
  const study = join(scratch(), 'study')
  const full = openSync('/dev/full', 'w')
  const words = [command, 'ask', '-s', study, '-p', 'x=0.0..1.0', '--ttl', '2h']
  const { status, stderr } = spawnSync(process.execPath, words, {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, ANTHILL_STUDY: '' },
  })
  closeSync(full)
  expect(status).toBe(1)
  expect(stderr).toMatch(/^anthill: standard output: ENOSPC.*; trial 0 stays taken for 2h 00m, and nobody was told; /)
  expect(stderr).toContain(`to give it back: anthill retry -s ${study} 0\n`)
})

import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mend } from '../../src/doctor/mend.ts'
import { checkStudy } from '../../src/doctor/study-check.ts'
import { openFresh } from '../../src/doctor/study-files.ts'
import { publishBest } from '../../src/store/protocol/best.ts'
import { freshStudy, plain, startRun, trialsIn } from '../support/command.ts'
import { scratch } from '../support/scratch.ts'
import { inProcess, runHere } from '../support/in-process.ts'
import { until } from '../support/worker-process.ts'
import type { Finished } from '../support/worker-process.ts'

const parameter = ['-p', 'x=0.0..1.0'] as const

test.each(['SIGTERM', 'SIGUSR1'] as const)('the last words after %s know what others did meanwhile', async (signal) => {
  const study = freshStudy()
  const place = scratch()
  const script = `echo > ${place}/sign; while [ ! -e ${place}/go ]; do sleep 0.02; done; echo 0.9`
  const slow = startRun(study, '-n', '9', ...parameter, '--json', '--', 'sh', '-c', script)
  await until('the slow program runs', () => existsSync(join(place, 'sign')))
  const tell = async (...words: string[]) => await inProcess(words, plain)
  const asked = JSON.parse((await tell('ask', '-s', study)).stdout) as { id: string }
  expect(await tell('tell', '-s', study, asked.id, '0.1')).toMatchObject({ code: 0 })
  slow.child.kill(signal)
  if (signal === 'SIGUSR1') {
    // The program must not end before the signal is heard, or the run would start another one.
    await until('it is heard', () => slow.words().includes('draining'))
    writeFileSync(join(place, 'go'), '')
  }
  const { code, stdout, stderr } = await slow.finished
  const isDrained = signal === 'SIGUSR1'
  expect(code).toBe(isDrained ? 75 : 143)
  expect(stderr).toMatch(/^best {5}0\.1 \(trial 1\)$/m)
  expect(stderr).toMatch(
    isDrained ? /^trials {3}2 complete \(2 of 9 ended\)$/m : /^trials {3}1 complete, 1 interrupted \(1 of 9 ended\)$/m,
  )
  expect(stderr).toMatch(
    isDrained ? /^ended {4}1 complete by/m : /^ended {4}0 complete, 1 interrupted by this process in/m,
  )
  expect(JSON.parse(stdout)).toMatchObject({
    status: code,
    ended: isDrained ? { complete: 1 } : { interrupted: 1 },
    trials: isDrained ? { complete: 2 } : { complete: 1, interrupted: 1 },
    budget: 9,
    best: { number: 1, value: 0.1 },
    isFresh: true,
  })
})

test('MIP-61: run --json says which rule ended it, how many trials ended, and what is the best', async () => {
  const study = join(scratch(), 's')
  const line = (...ends: string[]): Promise<Finished> =>
    inProcess([
      'run',
      '-s',
      study,
      '-p',
      'k=1..9',
      '--sampler',
      'sobol',
      ...ends,
      '--json',
      '--',
      'sh',
      '-c',
      'echo $1',
      'sh',
      '{k}',
    ])
  const told = async (...ends: string[]): Promise<object> => JSON.parse((await line(...ends)).stdout) as object
  expect(await told('-n', '2')).toMatchObject({
    status: 0,
    stoppedBy: 'trials',
    trials: { complete: 2 },
    best: { config: expect.anything(), value: expect.any(Number) },
  })
  expect(await told('-n', '9', '--target', '8')).toMatchObject({ stoppedBy: 'target' })
})

test('what stands in the place of best_instance is named with its remedy, and only the doctor moves it', async () => {
  const study = freshStudy()
  expect(await runHere(study, '-n', '1', ...parameter, '--', 'echo', '1')).toMatchObject({ code: 0 })
  const ways: readonly [string, (link: string) => void][] = [
    ['a folder where a link must be', (link) => mkdirSync(link)],
    ['a file where a link must be', (link) => writeFileSync(link, 'mine')],
    ["a link to '/etc', which is not a trial here", (link) => symlinkSync('/etc', link)],
  ]
  for (const [words, make] of ways) {
    const copy = freshStudy()
    cpSync(study, copy, { recursive: true, verbatimSymlinks: true })
    const link = join(copy, 'best_instance')
    rmSync(link)
    make(link)
    const { code, stderr } = await runHere(copy, '-n', '2', ...parameter, '--', 'echo', '0.5')
    expect(code).toBe(0)
    expect(stderr.match(/best_instance/g)).toHaveLength(1)
    expect(stderr).toContain(`'${link}' is ${words}: it does not follow the best trial`)
    expect(stderr).toMatch(/move it aside with 'anthill doctor --fix'$/m)
    if (words.startsWith('a file')) expect(readFileSync(link, 'utf8')).toBe('mine')
    await publishBest((await openFresh(copy, false))!, true)
    expect(existsSync(join(link, 'config.json'))).toBe(false)
    await mend(copy, (await checkStudy(copy, 0))!)
    expect(existsSync(join(link, 'config.json'))).toBe(true)
  }
})

test('a study that is moved away while a run works or waits ends it with status 1, and is not made anew', async () => {
  const moved = async (wait: boolean): Promise<void> => {
    const study = freshStudy()
    const place = scratch()
    const script = `echo > ${place}/sign; while [ ! -e ${place}/go ]; do sleep 0.02; done; exit 3`
    const line = ['-n', '1', ...parameter, '--', 'sh', '-c', script]
    const worker = startRun(study, ...line)
    await until('its program runs', () => existsSync(join(place, 'sign')))
    const waiter = wait ? startRun(study, ...line) : undefined
    if (waiter !== undefined) {
      worker.child.kill('SIGSTOP')
      await until('the other waits', () => waiter.words().includes('waiting  for trial 0'))
    }
    renameSync(study, `${study}-2`)
    if (waiter !== undefined) {
      const { code, stderr } = await waiter.finished
      expect({ code, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/was moved away, removed, emptied or unm/),
      })
      expect(stderr).not.toMatch(/\n\s+at /)
    }
    writeFileSync(join(place, 'go'), '')
    worker.child.kill('SIGCONT')
    const { code, stderr } = await worker.finished
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/was moved away, removed, emptied or unmounted while/),
    })
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(existsSync(study)).toBe(false)
    expect(await trialsIn(`${study}-2`)).toMatchObject([{ state: 'running' }])
    expect(readdirSync(`${study}-2`).filter((name) => !name.startsWith('.'))).toHaveLength(1)
  }
  await Promise.all([moved(false), moved(true)])
})

test('a failed attempt that is followed by another one is told as the record has it', async () => {
  const study = freshStudy()
  const script = '[ $ANTHILL_ATTEMPT = 2 ] && echo 1'
  const words = ['-n', '1', ...parameter, '--retries', '1', '--json', '--', 'sh', '-c', script]
  const { code, stdout, stderr } = await runHere(study, ...words)
  expect(code).toBe(0)
  expect(stderr.match(/^trial 0 {2}\w+ {2}.*?(?= {2}\d)/gm)).toEqual([
    'trial 0  interrupted  exit status 1; the trial gets another attempt',
    'trial 0  complete  1',
  ])
  expect(JSON.parse(stdout)).toMatchObject({ ended: { complete: 1, interrupted: 1, failed: 0 } })
})

/** The table of endings with the command, and what a program may do to its whole study or to its worker. */

import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { endings } from '../runner/endings.ts'
import { freshStudy, plain, programsOf, run, startRun, trialsIn } from '../support/command.ts'
import type { ListedTrial } from '../support/command.ts'
import { inProcess, runHere } from '../support/in-process.ts'
import { outsideIn } from '../support/outside.ts'
import { isAlive, numberIn } from '../support/process.ts'
import { scratch } from '../support/scratch.ts'
import { canMount } from '../support/small-disk.ts'
import { command, until } from '../support/worker-process.ts'
import type { Finished } from '../support/worker-process.ts'

const hasProc = existsSync('/proc/self/environ')
const P = ['-p', 'x=0.0..1.0'] as const
const shell = (script: string): string[] => ['--', 'sh', '-c', script]

/** The processes that belong to a study: by the mark of its attempts, or because they work in it. */
function processesOf(study: string): string[] {
  const isIn = (pid: string): boolean => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${study}/`)
    } catch {
      return false
    }
  }
  const pids = new Set([
    ...programsOf(study).map(String),
    ...readdirSync('/proc').filter((n) => /^\d+$/.test(n) && isIn(n)),
  ])
  return [...pids].filter((pid) => isAlive(Number(pid))).map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1'))
}

describe.runIf(hasProc)('whatever a program does', () => {
  const study = freshStudy()
  let ran: Finished
  let trials: ListedTrial[]

  // One run for all: trial k runs the script of ending k.
  beforeAll(async () => {
    const scripts = scratch()
    for (const [k, { script }] of endings.entries()) writeFileSync(join(scripts, String(k)), script)
    const limits = ['-j', '4', '--grace', '1s', '--trial-timeout', '5s', '--max-failures', '0', '--sampler', 'sobol']
    ran = await run(
      study,
      '-n',
      String(endings.length),
      ...limits,
      ...P,
      ...shell(`exec sh ${scripts}/$ANTHILL_NUMBER`),
    )
    trials = await trialsIn(study)
  }, 120_000)

  test('the run goes on to its end, and says so', () => {
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringMatching(/^best {5}0\.001 /m) as string })
    expect(trials).toHaveLength(endings.length)
  })

  test.each(endings.map((ending, number) => ({ number, ...ending })))(
    'the record and the screen are right: $name',
    ({ number, state, value, says = '' }) => {
      const { state: recorded, value: found } = trials[number]!
      const line = ran.stderr.split('\n').findLast((text) => text.startsWith(`trial ${number}  `))
      expect({ state: recorded, value: found }, line).toEqual({ state, value: value ?? null })
      expect(line).toContain(`trial ${number}  ${state}`)
      if (typeof says === 'string') expect(line).toContain(says)
      else expect(line).toMatch(says)
    },
  )

  test('nothing is left running', () => expect(processesOf(study)).toEqual([]))
})

/** What a program does to its study, and whether its value must be kept for a person to tell. */
const harms: readonly (readonly [string, string, RegExp])[] = [
  [
    'moves its study',
    'S=$(dirname "$PWD"); mv "$S" "$S.2"',
    /was moved away, removed, emptied or unmounted while trial 0 ran/,
  ],
  [
    'removes its study',
    'rm -rf "$(dirname "$PWD")"',
    /was moved away, removed, emptied or unmounted while trial 0 ran/,
  ],
  [
    'removes the files of its study',
    'rm -rf ../.anthill',
    /was moved away, removed, emptied or unmounted while trial 0 ran/,
  ],
  [
    'puts another study in the place of its own',
    `S=$(dirname "$PWD"); mv "$S" "$S.2"; mkdir -p "$S/.anthill"; cp "$S.2/.anthill/study.json" "$S/.anthill"`,
    /was moved away, removed, emptied or unmounted while trial 0 ran/,
  ],
]

describe.each(harms)('a program that %s', (_what, script, words) => {
  test('has its value kept, and nothing is written in that place', async () => {
    const study = freshStudy()
    const { code, stderr } = await runHere(study, '-n', '2', ...P, ...shell(`${script}; echo 3`))
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(words) as string })
    expect(stderr).toMatch(/^kept {5}trial 0 ended with value=3; commit it later: .* tell -s \S+ 0 value=3$/m)
    const names = existsSync(study) ? readdirSync(study).filter((name) => name !== '.anthill') : []
    expect(names.filter((name) => !existsSync(join(study, name, '.anthill/lock.1')))).toEqual([])
    expect(names.filter((name) => existsSync(join(study, name, '.anthill/value.json')))).toEqual([])
  })

  test('has not failed, and no failure is advised', async () => {
    const { code, stderr } = await runHere(freshStudy(), '-n', '2', ...P, ...shell(`${script}; exit 1`))
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(words) as string })
    expect(stderr).not.toMatch(/--failed|failed {2}/)
  })
})

test.skipIf(!canMount)(
  'a program whose study is unmounted has its value kept, and the mount point stays empty',
  async () => {
    const disk = join(scratch(), 'disk')
    mkdirSync(disk)
    const mounted = 'mount -t tmpfs none "$1" && shift && exec "$@"'
    for (const [script, kept] of [
      ['echo 3', 'value=3'],
      ['echo 0.25 > value.json', 'value=0.25'],
      ['exit 1', ''],
    ]) {
      const line = ['-n', '1', ...P, ...shell(`umount -l ${disk}; ${script}`)]
      const words = ['-m', 'sh', '-c', mounted, 'sh', disk, process.execPath, command, 'run', '-s', disk, ...line]
      const child = spawn('unshare', words, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...plain } })
      let stderr = ''
      child.stderr.on('data', (chunk) => (stderr += String(chunk)))
      const code = await new Promise((resolve) => child.on('close', resolve))
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('unmounted') as string })
      if (kept === '') expect(stderr).not.toMatch(/kept|--failed/)
      else expect(stderr).toContain(`kept     trial 0 ended with ${kept}`)
      expect(readdirSync(disk)).toEqual([])
    }
  },
)

test.each([
  ['directory', 'd=$PWD; cd /; rm -rf "$d"; ln -s OUT "$d"'],
  ['folder of protocol files', 'rm -rf .anthill; ln -s OUT .anthill'],
])('a link that a program puts in the place of its %s is not written through', async (_what, script) => {
  const outside = outsideIn(scratch())
  const before = outside.now()
  const study = freshStudy()
  const line = [
    '-n',
    '2',
    ...P,
    ...shell(`[ $ANTHILL_NUMBER = 1 ] && echo 4 && exit; ${script.replace('OUT', outside.root)}; echo 3`),
  ]
  const { code, stderr } = await runHere(study, ...line)
  expect(code).toBe(0)
  expect(stderr).toMatch(
    /^trial 0 {2}failed {2}its end could not be recorded: .* is a link where a folder must be; .* value was 3/m,
  )
  expect(stderr).toMatch(/^trial 1 {2}complete {2}4/m)
  expect(outside.now()).toEqual(before)
})

test('a record that a program writes itself is told as damaged, with its value and how to take it', async () => {
  const study = freshStudy()
  const forged = `[ $ANTHILL_ATTEMPT = 1 ] && echo '{"status": "complete"}' > .anthill/value.json; echo 3`
  const { stderr } = await runHere(study, '-n', '1', ...P, ...shell(forged))
  expect(stderr).toMatch(
    /^trial 0 {2}failed {2}the record of its end in \.anthill is damaged.*; its value was 3; to take it: /m,
  )
  const line = /to take it: (anthill retry .*? && anthill tell \S+ \S+ 0 3)/.exec(stderr)![1]!
  const node = `${process.execPath} ${command}`
  const told = spawn('sh', ['-c', line.replaceAll('anthill ', `${node} `)], { stdio: 'ignore' })
  expect(await new Promise((resolve) => told.on('close', resolve))).toBe(0)
  expect(await trialsIn(study)).toMatchObject([{ state: 'complete', value: 3 }])
})

describe.runIf(hasProc)('a program that ends its worker', () => {
  test.concurrent('by TERM is handed back', async () => {
    const study = freshStudy()
    const { code } = await run(study, '-n', '1', ...P, ...shell('kill -TERM $PPID; sleep 60; echo 3'))
    expect(code).toBe(143)
    expect(processesOf(study)).toEqual([])
    expect(await trialsIn(study)).toMatchObject([{ state: 'interrupted' }])
  })

  test.concurrent('by KILL is ended by the guardian, with all that it started, and tried again', async () => {
    const study = freshStudy()
    const script = `[ $ANTHILL_ATTEMPT = 2 ] && echo 3 && exit; setsid sleep 891 & kill -KILL $PPID; sleep 892`
    expect(await run(study, '-n', '1', ...P, ...shell(script))).toMatchObject({ signal: 'SIGKILL' })
    await until('all are gone', () => processesOf(study).length === 0, 40_000)
    expect(await run(study, '-n', '1', ...shell(script))).toMatchObject({ code: 0 })
    expect(await trialsIn(study)).toMatchObject([{ state: 'complete', attempt: 2, value: 3 }])
  })
})

test('only the program itself may say that the attempt of a live worker has failed', async () => {
  const study = freshStudy()
  const sign = join(scratch(), 'sign')
  const running = startRun(
    study,
    '-n',
    '1',
    ...P,
    ...shell(`echo > ${sign}.begun; while [ ! -e ${sign} ]; do sleep 0.05; done; echo 3`),
  )
  await until('the program runs', () => existsSync(`${sign}.begun`))
  const told = await inProcess(['tell', '-s', study, '0', '--failed', 'no'], plain)
  expect(told).toMatchObject({ code: 2, stderr: expect.stringMatching(/trial 0: is running on worker '/) as string })
  writeFileSync(sign, '')
  expect(await running.finished).toMatchObject({ code: 0 })
  expect(await trialsIn(study)).toMatchObject([{ state: 'complete', value: 3 }])
})

/** A program that notes its process id, and then does `then`. */
const noting = (file: string, then: string): string => `echo $$ > ${file}.new; mv ${file}.new ${file}; ${then}`

describe.runIf(hasProc)('a worker hears TERM', () => {
  // Each would take half a minute or more without the signal.
  const slow = ['-n', '1', ...P, '--grace', '30s', '--lease', '60s'] as const
  const deaf = (file: string): string => `setsid sh -c 'trap "" TERM; ${noting(file, 'while :; do sleep 0.1; done')}'`

  test.concurrent('while its program runs', async () => {
    const file = join(scratch(), 'pid')
    const running = startRun(freshStudy(), ...slow, ...shell(noting(file, 'exec sleep 60')))
    await until('it runs', () => existsSync(file))
    running.child.kill('SIGTERM')
    expect(await running.finished).toMatchObject({ code: 143 })
    expect(isAlive(numberIn(file))).toBe(false)
  })

  test.concurrent('while what a program left is ended: the value counts', async () => {
    const study = freshStudy()
    const file = join(scratch(), 'pid')
    const running = startRun(
      study,
      ...slow,
      ...shell(`${deaf(file)} & while [ ! -e ${file} ]; do sleep 0.02; done; echo 3`),
    )
    await until('it runs', () => existsSync(file))
    await new Promise((resolve) => setTimeout(resolve, 700))
    running.child.kill('SIGTERM')
    expect(await running.finished).toMatchObject({ code: 143 })
    expect(isAlive(numberIn(file))).toBe(false)
    expect(await trialsIn(study)).toMatchObject([{ state: 'complete', value: 3 }])
  })

  test.concurrent('while it ends what an earlier attempt left', async () => {
    const study = freshStudy()
    const file = join(scratch(), 'pid')
    const first = startRun(study, ...slow, ...shell(`${deaf(file)} & sleep 60`))
    await until('it runs', () => existsSync(file))
    const guardians = readdirSync('/proc').filter((pid) => {
      try {
        const isGuardian = readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('anthill-guardian')
        return isGuardian && readFileSync(`/proc/${pid}/stat`, 'latin1').includes(`) S ${first.child.pid} `)
      } catch {
        return false
      }
    })
    first.child.kill('SIGKILL')
    for (const pid of guardians) process.kill(Number(pid), 'SIGKILL')
    await first.finished
    const second = startRun(study, ...slow, ...shell('echo 3'))
    const [id] = readdirSync(study).filter((name) => /^[0-9a-f]{20}$/.test(name))
    await until('the second attempt is claimed', () => existsSync(join(study, id!, '.anthill/lock.2')))
    await new Promise((resolve) => setTimeout(resolve, 300))
    second.child.kill('SIGTERM')
    expect(await second.finished).toMatchObject({ code: 143 })
    // Its short sleeps come and go: one that has ended since it was listed needs no signal.
    for (const pid of programsOf(study)) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  })

  test.concurrent('while it waits for the trial of a silent worker', async () => {
    const study = freshStudy()
    const file = join(scratch(), 'pid')
    const silent = startRun(study, ...slow, ...shell(noting(file, 'exec sleep 60')))
    await until('it runs', () => existsSync(file))
    silent.child.kill('SIGSTOP')
    const waiting = startRun(study, ...slow, ...shell('echo 3'))
    await until('it waits', () => /waiting {2}for trial 0/.test(waiting.words()))
    waiting.child.kill('SIGTERM')
    expect(await waiting.finished).toMatchObject({ code: 143 })
    silent.child.kill('SIGCONT')
    silent.child.kill('SIGTERM')
    await silent.finished
  })

  test.concurrent('while the host cannot start its program', async () => {
    const study = freshStudy()
    const script = join(scratch(), 'busy.sh')
    writeFileSync(script, '#!/bin/sh\necho 3\n', { mode: 0o755 })
    const held = openSync(script, 'r+') // a file that is open to be written cannot be started
    try {
      const running = startRun(study, ...slow, '--', script)
      const claimed = (): boolean =>
        existsSync(study) && readdirSync(study).some((id) => existsSync(join(study, id, '.anthill/stderr.1.log')))
      await until('it tries', claimed)
      running.child.kill('SIGTERM')
      expect(await running.finished).toMatchObject({ code: 143 })
      expect(await trialsIn(study)).toMatchObject([{ state: 'interrupted' }])
    } finally {
      closeSync(held)
    }
  })
})

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshStudy, programsOf, run, startRun, trialsIn } from '../support/command.ts'
import { scratch } from '../support/scratch.ts'
import { uniformNumbers } from '../space/random-space.ts'
import { parentOf } from '../support/process.ts'
import { sleep, until } from '../support/worker-process.ts'
import type { Running } from '../support/worker-process.ts'

/** Waits until some of these workers have a running program, and returns these; none if all of them end before. */
const amidTrials = async (workers: readonly Running[], study: string): Promise<readonly Running[]> => {
  let busy: readonly Running[] = []
  await until('a worker is in the middle of a trial', () => {
    const owners = programsOf(study)
      .filter((pid) => existsSync(`/proc/${pid}/cwd/attempts`))
      .map(parentOf)
    busy = workers.filter(({ child }) => owners.includes(child.pid!))
    return busy.length > 0 || workers.every(({ child }) => child.exitCode !== null || child.signalCode !== null)
  })
  return busy
}

const canLock = existsSync('/proc/self/environ') && spawnSync('flock', ['--version']).status === 0

test('two lines started sixteen times at once make one study of exactly the trials asked for', async () => {
  const study = freshStudy()
  const line = (jobs: string): string[] => [
    '-n',
    '48',
    '-j',
    jobs,
    '-p',
    'x=0.0..1.0',
    '-p',
    'opt=adam,sgd',
    '--',
    'sh',
    '-c',
    'echo "$1"',
    'sh',
    '{x}',
  ]
  const all = Array.from({ length: 16 }, (_, k) => startRun(study, ...line(k % 2 === 0 ? '1' : '2')))
  for (const { finished } of all) {
    const { code, signal, stderr } = await finished
    expect({ code, signal, stderr }).toMatchObject({ code: 0, signal: null })
    expect(stderr).not.toMatch(/^anthill: (?!the study)/m)
  }
  const trials = await trialsIn(study)
  expect(trials.map(({ number }) => number)).toEqual([...Array(48).keys()])
  expect(new Set(trials.map(({ id }) => id)).size).toBe(48)
  expect(trials.every(({ state, value, config }) => state === 'complete' && value === config['x'])).toBe(true)
}, 60_000)

test.runIf(canLock)(
  'workers killed every 200 ms leave an exact study, no program, and never had two programs in one trial',
  async () => {
    const study = freshStudy()
    const program = join(scratch(), 'program.sh')
    // Every process that inherits the lock holds it: the program and all that it starts. The program ends slowly, as
    // one does that writes a checkpoint.
    writeFileSync(
      program,
      `exec 9> lock
flock -n 9 || echo "attempt $ANTHILL_ATTEMPT" >> overlap
echo "$ANTHILL_ATTEMPT" >> attempts
trap 'sleep 0.2; exit 1' TERM
sleep 0.3 & wait
echo "{\\"value\\": $1}" > value.json
`,
    )
    const start = (): ReturnType<typeof startRun> =>
      startRun(study, '-n', '24', '-p', 'x=0.0..1.0', '--grace', '2s', '--', 'sh', program, '{x}')
    const all = Array.from({ length: 3 }, start)
    const random = uniformNumbers(5)
    for (let kills = 0; kills < 12; kills++) {
      await sleep(200)
      const living = all.filter(({ child }) => child.exitCode === null && child.signalCode === null)
      if (living.length === 0) break
      // On a busy machine a worker spends most of its life starting, so every second kill waits for the middle of a
      // trial.
      const victims = kills % 2 === 0 ? living : await amidTrials(living, study)
      if (victims.length === 0) break
      victims[Math.floor(random() * victims.length)]!.child.kill('SIGKILL')
      all.push(start())
    }
    for (const { finished } of all)
      expect(['SIGKILL', 0]).toContain(await finished.then(({ code, signal }) => signal ?? code))
    expect(await run(study, '-n', '24', '--', 'sh', program, '{x}')).toMatchObject({ code: 0 })
    const trials = await trialsIn(study)
    expect(trials.map(({ number }) => number)).toEqual([...Array(24).keys()])
    let taken = 0
    for (const { id, state, value, config, attempt } of trials) {
      expect({ state, value }).toEqual({ state: 'complete', value: config['x'] })
      const overlap = join(study, id, 'overlap')
      expect(existsSync(overlap) ? readFileSync(overlap, 'utf8') : '').toBe('')
      const attempts = readFileSync(join(study, id, 'attempts'), 'utf8')
        .trim()
        .split('\n')
        .map(Number)
      expect(attempts).toEqual([...new Set(attempts)].sort((a, b) => a - b))
      expect(attempts.at(-1)).toBe(attempt)
      if (attempts.length > 1) taken++
    }
    expect(taken).toBeGreaterThan(0)
    // The guardian of the last killed worker may still be ending its program.
    for (let wait = 0; programsOf(study).length > 0 && wait < 30; wait++) await sleep(100)
    expect(programsOf(study)).toEqual([])
  },
  60_000,
)

/**
 * What size costs: opens, asks and reads studies of 1,000 to 1,000,000 trials. Prints tables and asserts nothing.
 *
 *   npm run build
 *   [SIZES=1000,100000] [BENCHMARK_DIR=/dev/shm] npx vitest run --root . --config test/benchmark/vitest.config.ts
 *
 * A time is the median over whole processes of the built command, or over processes that open the study. Studies of
 * 1,000,000 trials and more are written without the directories of final trials, and `run` is left out for them.
 */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, test } from 'vitest'
import { orderOf } from '../../src/space/goals.ts'
import { claimNext } from '../../src/store/protocol/claim.ts'
import type { Claim } from '../../src/store/protocol/attempts.ts'
import { commit } from '../../src/store/protocol/commit.ts'
import { readDefinition } from '../../src/store/protocol/definition-file.ts'
import { openFolder } from '../../src/store/protocol/folder.ts'
import { leave, note } from '../../src/store/protocol/registration.ts'
import type { Folder } from '../../src/store/protocol/folder.ts'
import { refresh, refreshAll } from '../../src/store/protocol/refresh.ts'
import { countingFiles } from '../support/counting-files.ts'
import type { CountingFiles } from '../support/counting-files.ts'
import { proposeFor } from '../support/study-folder.ts'
import { command, library } from '../support/worker-process.ts'
import { writeStudy } from './write-study.ts'

const SIZES = (process.env.SIZES ?? '1000,10000,100000').split(',').map(Number)
/** From this number of trials on, final trials have no directories. */
const FROM_HERE_BARE = 1_000_000
/** The program that opens a study and prints the time in ms and the memory in MB. */
const OPEN = `
const { openStudy } = await import(${JSON.stringify(library)})
const start = performance.now()
const study = await openStudy(process.argv.at(-1), { readOnly: true })
console.log(performance.now() - start, process.resourceUsage().maxRSS / 1024)
process.exit(0)`

const base = mkdtempSync(join(process.env.BENCHMARK_DIR ?? tmpdir(), 'anthill-scale-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const median = (xs: readonly number[]): number => [...xs].sort((a, b) => a - b)[xs.length >> 1]!
const show = (cells: readonly (string | number)[]): void =>
  console.log(cells.map((cell, k) => (k === 0 ? String(cell).padEnd(44) : String(cell).padStart(12))).join(''))

function timed(program: string, args: readonly string[]): { ms: number; stdout: string } {
  const startMs = performance.now()
  const stdout = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return { ms: performance.now() - startMs, stdout }
}

const folderOf = async (root: string, counting: CountingFiles, isReadOnly = false): Promise<Folder> =>
  openFolder(
    counting.files,
    root,
    (await readDefinition(counting.files, root))!,
    { isReadOnly, ceiling: Infinity },
    orderOf({ objectives: { value: 'minimize' } }),
  )

test('opening, status, best, and the finished line again', async () => {
  show(['trials', 'files read', 'open ms', 'open MB', 'status ms', 'best ms', 'run ms'])
  for (const trials of SIZES) {
    const root = join(base, `open-${trials}`)
    await writeStudy(root, { trials, live: 8, departed: 992, isBare: trials >= FROM_HERE_BARE })
    const counting = countingFiles()
    await refreshAll(await folderOf(root, counting, true), 0)
    const { opened } = counting.taken()
    const opens = Array.from({ length: 5 }, () =>
      timed(process.execPath, ['--input-type=module', '-e', OPEN, '--', root]).stdout.split(' ').map(Number),
    )
    const verbs = ['status', 'best'].map((verb) =>
      Math.round(median(Array.from({ length: 5 }, () => timed(process.execPath, [command, verb, root]).ms))),
    )
    rmSync(root, { recursive: true })
    const run = trials >= FROM_HERE_BARE ? '-' : await finishedLine(trials)
    show([
      `${trials} (8 live, 1 running each)`,
      opened.length,
      Math.round(median(opens.map(([ms]) => ms!))),
      Math.round(median(opens.map(([, mb]) => mb!))),
      ...verbs,
      run,
    ])
  }
})

async function finishedLine(trials: number): Promise<number> {
  const root = join(base, `done-${trials}`)
  await writeStudy(root, { trials, live: 0, departed: 1000 })
  const line = ['run', '-s', root, '-n', String(trials), '--', 'true', '{flags}']
  const ms = median(Array.from({ length: 5 }, () => timed(process.execPath, [command, ...line]).ms))
  rmSync(root, { recursive: true })
  return Math.round(ms)
}

test('a claim, a report and a commit', async () => {
  for (const readsRecord of [false, true]) {
    show([
      readsRecord ? 'sampler that reads the record' : 'sobol, random, grid',
      'claim calls',
      'claim µs',
      'report calls',
      'report µs',
      'commit calls',
      'commit µs',
    ])
    for (const trials of [100, ...SIZES.filter((n) => n < FROM_HERE_BARE)]) {
      const root = join(base, `cost-${trials}`)
      await writeStudy(root, { trials, live: 0, departed: 1000 })
      show([trials, ...(await costs(root, readsRecord))])
      rmSync(root, { recursive: true })
    }
  }
})

/** For each step of a trial: the file-system calls of the last of 200 trials, and the median time in µs. */
async function costs(root: string, readsRecord: boolean): Promise<number[]> {
  const counting = countingFiles()
  const folder = await folderOf(root, counting)
  await refreshAll(folder, performance.now())
  const manner = { pace: { isSlow: false, contention: 0 }, readsRecord }
  const calls = [0, 0, 0]
  const times: number[][] = [[], [], []]
  const step = async <T>(k: number, work: () => Promise<T>): Promise<T> => {
    counting.taken()
    const startMs = performance.now()
    const result = await work()
    times[k]!.push(performance.now() - startMs)
    calls[k] = counting.taken().sum
    return result
  }
  for (let k = 0; k < 200; k++) {
    const claim = await step(0, async () => {
      if (readsRecord) await refresh(folder, performance.now())
      return (await claimNext(folder, proposeFor, manner, () => performance.now())) as Claim
    })
    await step(1, () => note(folder, { report: { slot: claim.slot.number, attempt: 1, step: 0, value: 1 } }))
    await step(2, () => commit(folder, claim, 'complete', { value: 100 }, []))
  }
  await leave(folder)
  return calls.flatMap((count, k) => [count, Math.round(1000 * median(times[k]!))])
}

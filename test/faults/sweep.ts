/**
 * One fault at one call of a real process; then the same line again without a fault, and a look at what came of it.
 *
 * Whatever the fault: the first process ends; the second reaches the exact count; nothing that the first was told is
 * lost; `doctor` finds the study whole.
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkStudy } from '../../src/doctor/study-check.ts'
import { readFinalFolder } from '../soak/final-folder.ts'
import type { FinalFolder } from '../soak/final-folder.ts'
import { violationsOf } from '../soak/check.ts'
import { readHistories } from '../soak/history.ts'
import { startNode } from '../support/bounded-process.ts'
import { command, sleep } from '../support/worker-process.ts'
import type { Finished, Running } from '../support/worker-process.ts'
import { callsIn, startFaulty } from './faulty-process.ts'

/** A line that makes a study, or goes on with it. */
export interface Scenario {
  readonly name: string
  readonly trials: number
  readonly words: (study: string, histories: string, leaseMs: number) => string[]
}

const CHILD = 'echo "{\\"value\\": $1}" > value.json'

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'anthill run',
    trials: 3,
    words: (study, _, leaseMs) => [
      command,
      'run',
      '-s',
      study,
      '-n',
      '3',
      '-p',
      'x=0.0..1.0',
      '--seed',
      '7',
      '--lease',
      `${leaseMs}ms`,
      '--',
      'sh',
      '-c',
      CHILD,
      'sh',
      '{x}',
    ],
  },
  {
    name: 'library',
    trials: 4,
    words: (study, histories, leaseMs) => [
      fileURLToPath(new URL('../soak/worker.mjs', import.meta.url)),
      'once',
      study,
      '4',
      String(leaseMs),
      join(histories, `${runs++}.jsonl`),
      '1',
    ],
  },
]

let runs = 0

/** What goes wrong, at which calls (of which a run has no fewer); `isWaiting`: others take over while the process waits. */
export interface Mode {
  readonly fault: string
  readonly kinds?: string
  readonly leastCalls: number
  readonly isWaiting?: true
}

const WAITING_LEASE_MS = 400
const MOMENT_MS = 20
const READS = 'openr,stat,list,readlink'

export const MODES: readonly Mode[] = [
  { fault: 'done-fail=EIO', leastCalls: 130 },
  { fault: 'kill-before', leastCalls: 130 },
  { fault: 'kill-after', leastCalls: 130 },
  { fault: 'torn', kinds: 'write', leastCalls: 25 },
  ...['EIO', 'ENOSPC', 'ESTALE', 'EDQUOT'].map((error) => ({ fault: `fail=${error}`, leastCalls: 130 })),
  { fault: 'twice', leastCalls: 130 },
  ...['EIO', 'ESTALE'].map((error) => ({ fault: `fail=${error}`, kinds: READS, leastCalls: 60 })),
  { fault: `delay=${3 * WAITING_LEASE_MS}`, leastCalls: 130, isWaiting: true },
  { fault: 'stop', leastCalls: 130, isWaiting: true },
]

export const modeName = ({ fault, kinds }: Mode): string => (kinds === READS ? `${fault} of a read` : fault)

/** Nothing here takes a second but what waits for a lease. */
const LIMIT_MS = 60_000

const leaseOf = (mode: Mode): number => (mode.isWaiting === true ? WAITING_LEASE_MS : 60_000)

/** How many calls of a run without a fault there are to fail. */
export async function countCalls(library: string, place: string, scenario: Scenario, mode: Mode): Promise<number> {
  return await inPlace(place, async ({ study, histories, log }) => {
    const { code, stderr } = await startFaulty(
      scenario.words(study, histories, leaseOf(mode)),
      { library, directory: study, kinds: mode.kinds, log },
      LIMIT_MS,
    ).finished
    if (code !== 0) throw new Error(`a run without a fault ended with ${code}: ${stderr}`)
    return callsIn(log)
  })
}

/** Gives what is wrong after the fault at call `k`, a sentence each; undefined when no call `k` was made. */
export async function tryPoint(
  library: string,
  place: string,
  scenario: Scenario,
  mode: Mode,
  k: number,
): Promise<string[] | undefined> {
  return await inPlace(place, async ({ study, histories, log }) => {
    const words = (): string[] => scenario.words(study, histories, leaseOf(mode))
    const faulty = startFaulty(
      words(),
      { library, directory: study, fault: `${mode.fault}:${k}`, kinds: mode.kinds, log },
      LIMIT_MS,
    )
    const found: string[] = []
    if (mode.isWaiting === true) found.push(...(await meanwhile(faulty, log, k, words)))
    const first = await faulty.finished
    if (callsIn(log) < k) return undefined
    found.push(...unfitEnd(mode, first))
    const second = await startNode(words(), {}, LIMIT_MS).finished
    if (second.code !== 0)
      found.push(`started again it ends with ${second.signal ?? second.code}: ${lastLine(second.stderr)}`)
    const folder = readFinalFolder(study)
    found.push(
      ...violationsOf({ history: readHistories(histories), folder, ceiling: scenario.trials, objective: 'value' }),
    )
    found.push(...lostWords(first.stderr, folder))
    // What `doctor` looks through in a study; its races between processes and its waits are not needed here.
    const check = await checkStudy(study, MOMENT_MS)
    found.push(
      ...(check === undefined ? ['doctor finds no study'] : check.damages.map(({ words }) => `doctor: ${words}`)),
    )
    return found
  })
}

/** Another process works while the first waits at its call; it need not finish what the first still holds. */
async function meanwhile(faulty: Running, log: string, k: number, words: () => string[]): Promise<string[]> {
  const { child } = faulty
  while (callsIn(log) < k && child.exitCode === null && child.signalCode === null) await sleep(10)
  if (callsIn(log) < k) return []
  const other = await startNode(words(), {}, LIMIT_MS).finished
  child.kill('SIGCONT')
  return other.code === 0
    ? []
    : [`another process beside it ends with ${other.signal ?? other.code}: ${lastLine(other.stderr)}`]
}

/** A fault may end a process; it must not hang, nor end without a word or with one that is not meant for people. */
function unfitEnd({ fault }: Mode, { code, signal, stderr }: Finished): string[] {
  if (signal === 'SIGABRT') return ['it hung']
  if (code === 0 || (signal === 'SIGKILL' && (fault.startsWith('kill') || fault === 'torn'))) return []
  if (code === 1 && /anthill: |StudyError: |\[StudyError/.test(stderr)) return []
  return [`it ended with ${signal ?? code}: ${lastLine(stderr)}`]
}

/** What a person was told of a trial, and the disk says otherwise. */
function lostWords(stderr: string, folder: FinalFolder): string[] {
  const states = new Map(folder.slots.map(({ slot, id }) => [slot, folder.trials.get(id)?.value?.status]))
  return [...stderr.matchAll(/^trial (\d+) +(complete|failed) /gm)]
    .filter(([, number, state]) => states.get(Number(number)) !== state)
    .map(
      ([words]) =>
        `it said '${words.trim()}', and the record says ${states.get(Number(/\d+/.exec(words)![0])) ?? 'nothing'}`,
    )
}

const lastLine = (text: string): string =>
  text
    .trim()
    .split('\n')
    .filter((line) => !/^(\s|Node\.js)/.test(line))
    .at(-1) ?? ''

async function inPlace<T>(
  place: string,
  work: (paths: { study: string; histories: string; log: string }) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(place, 'point-'))
  const histories = join(directory, 'histories')
  mkdirSync(histories)
  try {
    return await work({ study: join(directory, 'study'), histories, log: join(directory, 'calls') })
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  }
}

/**
 * Causes one fault at one call of a real process, runs the same line again without a fault, and checks the study.
 *
 * After every fault four things must hold: the first process ends; the second reaches the exact count; nothing that the
 * first was told is lost; the doctor finds the study whole.
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

/** The lease in a mode that waits: another process takes over after it. */
const WAITING_LEASE_MS = 400

/** How long the doctor's check waits before its second look; nothing is at work then. */
const MOMENT_MS = 20

const READS = 'openr,stat,list,readlink'

/** The time limit of a process. Each takes less than a second, apart from waits for a lease. */
const LIMIT_MS = 60_000

/** A command line that creates a study or goes on with it. */
export interface Scenario {
  readonly name: string
  readonly trials: number
  readonly words: (study: string, histories: string, leaseMs: number) => string[]
}

/** Counts library runs, so that each has a history file of its own. */
let runs = 0

/** The program of `anthill run`: it answers with its argument. */
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

/** A way in which a call goes wrong. */
export interface Mode {
  readonly fault: string
  /** The kinds of calls that go wrong; if undefined, all that change something. */
  readonly kinds?: string
  /** A run makes at least this many of these calls. */
  readonly leastCalls: number
  /** Whether the process waits at the call, so that another one takes over its trial. */
  readonly isWaiting?: true
}

export const MODES: readonly Mode[] = [
  { fault: 'done-fail=EIO', leastCalls: 130 },
  { fault: 'kill-before', leastCalls: 130 },
  { fault: 'kill-after', leastCalls: 130 },
  { fault: 'torn', kinds: 'write', leastCalls: 25 },
  ...['EIO', 'ENOSPC', 'ESTALE', 'EDQUOT'].map((error) => ({ fault: `fail=${error}`, leastCalls: 130 })),
  { fault: 'twice', leastCalls: 130 },
  ...['EIO', 'ESTALE'].map((error) => ({ fault: `fail=${error}`, kinds: READS, leastCalls: 60 })),
  // On a busy host a process that waits looks and beats less often.
  { fault: `delay=${3 * WAITING_LEASE_MS}`, leastCalls: 110, isWaiting: true },
  { fault: 'stop', leastCalls: 110, isWaiting: true },
]

export const modeName = ({ fault, kinds }: Mode): string => (kinds === READS ? `${fault} of a read` : fault)

const leaseOf = (mode: Mode): number => (mode.isWaiting === true ? WAITING_LEASE_MS : 60_000)

/** How many calls of a run can go wrong. */
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

/** Gives one sentence for each thing that is wrong after a fault at call `k`; undefined if no call `k` was made. */
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
    // Only the doctor's check of the study; its races between processes are not needed here.
    const check = await checkStudy(study, MOMENT_MS)
    found.push(
      ...(check === undefined ? ['doctor finds no study'] : check.damages.map(({ words }) => `doctor: ${words}`)),
    )
    return found
  })
}

/** Runs another process while the first waits at its call. It need not finish a trial that the first still has. */
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

/** A fault may end a process. But it must not hang, and its last words must be an error message of anthill. */
function unfitEnd({ fault }: Mode, { code, signal, stderr }: Finished): string[] {
  if (signal === 'SIGABRT') return ['it hung']
  if (code === 0 || (signal === 'SIGKILL' && (fault.startsWith('kill') || fault === 'torn'))) return []
  if (code === 1 && /anthill: |StudyError: |\[StudyError/.test(stderr)) return []
  return [`it ended with ${signal ?? code}: ${lastLine(stderr)}`]
}

/** The trials about which a person was told something that the disk contradicts. */
function lostWords(stderr: string, folder: FinalFolder): string[] {
  const states = new Map(folder.slots.map(({ slot, id }) => [slot, folder.trials.get(id)?.value?.status]))
  return [...stderr.matchAll(/^trial (\d+) +(complete|failed) /gm)]
    .filter(([, number, state]) => states.get(Number(number)) !== state)
    .map(([words, number]) => {
      const truth = states.get(Number(number)) ?? 'nothing'
      return `it said '${words.trim()}', and the record says ${truth}`
    })
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

/**
 * The definition of a study as people give it, and what may differ when a process joins one that exists.
 *
 * Space and objectives must be the study's own; seed, lease and retries are the creator's, with a notice; the sampler is each process's.
 */

import { StudyError } from '../errors.ts'
import type { Json, Objectives } from '../trial.ts'
import type { Space } from '../space/parameter.ts'
import { describeDifference } from '../space/difference.ts'
import { objectivesOf } from '../space/objectives.ts'
import { parseSpace } from '../space/validate.ts'
import type { Sampler, SamplerName } from '../sampler/sampler.ts'
import type { StudyDocument } from '../store/disk/documents.ts'
import type { Waiting } from './patience.ts'

export interface StudyOptions<S = Space> {
  /** What is searched. May be left out to join a study that exists. */
  readonly space?: S
  /** The one objective by name and direction; default: minimize `value`. Or several: `objectives`. */
  readonly minimize?: string
  readonly maximize?: string
  readonly objectives?: Objectives
  /** Ceiling on the number of trials over all processes; this process's own, so that a later one may go further. */
  readonly trials?: number
  readonly sampler?: SamplerName | Sampler
  /** Seed of the study, an integer from 0 to 2³² − 1; drawn at random when left out. */
  readonly seed?: number
  /** How long a worker may be silent before others take over, in ms; default 240,000, at least 100. */
  readonly leaseMs?: number
  /** How many times a trial whose program failed is tried again; default 0. */
  readonly retries?: number
  /** Ends the study's work early: nothing more is started, `trial.signal` aborts, and what runs is handed back when its objective has stopped. */
  readonly signal?: AbortSignal
  /** For how long the end of a trial is tried again while the file system refuses it (a full disk), in ms; default 600,000. */
  readonly patienceMs?: number
  /** Told when such a wait begins; the library itself prints nothing. */
  readonly onWait?: (waiting: Waiting) => void
  /** Look, never touch: works on a read-only mount. */
  readonly readOnly?: boolean
}

/** Attempts of one trial that may be lost to dead workers or interruptions before it counts as failed. */
const LOST_ATTEMPTS = 10

export const DEFAULT_LEASE_MS = 240_000

/** What was asked for, checked; throws `TypeError` or `RangeError` for what makes no sense by itself. */
export function checkOptions(options: StudyOptions<unknown>): void {
  whole('trials', options.trials, 0)
  whole('seed', options.seed, 0, 2 ** 32 - 1)
  whole('retries', options.retries, 0)
  if (options.leaseMs !== undefined && !(options.leaseMs >= 100 && Number.isFinite(options.leaseMs))) {
    throw new RangeError(`option 'leaseMs': must be at least 100 ms, got ${options.leaseMs}`)
  }
  const { sampler } = options
  if (typeof sampler === 'object' && (sampler.name === '' || sampler.name === 'auto' || sampler.name === 'queue')) {
    throw new RangeError(`option 'sampler': one of your own needs a name of its own, got '${sampler.name}'`)
  }
  if (options.patienceMs !== undefined && !(options.patienceMs >= 0)) {
    throw new RangeError(`option 'patienceMs': must be at least 0 ms, got ${options.patienceMs}`)
  }
}

/** Compares what a process asks for with the study that is there; gives the notices for what the study decides. */
export function joinNotices(directory: string, options: StudyOptions<unknown>, study: StudyDocument): string[] {
  if (options.space !== undefined) {
    const differences = describeDifference(parseSpace(options.space), study.space as unknown as Space)
    if (differences.length > 0) {
      throw new StudyError(
        'SPACE_MISMATCH',
        `'${directory}' searches another space:\n  ${differences.join('\n  ')}\n` +
          'use another directory, or the space of the study (leave yours out to join it)',
      )
    }
  }
  const wanted = objectivesOf(options)
  const stored = study.objectives as unknown as Objectives
  if (wanted !== undefined && JSON.stringify(Object.entries(wanted)) !== JSON.stringify(Object.entries(stored))) {
    throw new StudyError(
      'OBJECTIVE_MISMATCH',
      `'${directory}' is to ${described(stored)}, this program asks to ${described(wanted)}; ` +
        'use another directory, or the objective of the study',
    )
  }
  const notices: string[] = []
  const differs = (what: string, mine: unknown, its: unknown): void => {
    if (mine !== undefined && mine !== its)
      notices.push(`the study's ${what} is ${String(its)} and stays so (asked for: ${String(mine)})`)
  }
  differs('seed', options.seed, study.seed)
  differs('lease in ms', options.leaseMs, study.leaseMs)
  differs('number of retries', options.retries, study.attempts.failed - 1)
  return notices
}

/** A new definition; the probe of the file system and the token are the caller's. */
export function newDefinition(
  options: StudyOptions<unknown>,
  made: Pick<StudyDocument, 'format' | 'primitive' | 'token' | 'time' | 'seed'>,
): StudyDocument {
  const sampler = options.sampler ?? 'auto'
  return {
    format: made.format,
    space: parseSpace(options.space) as unknown as Json,
    objectives: objectivesOf(options) ?? { value: 'minimize' },
    sampler: typeof sampler === 'string' ? sampler : sampler.name,
    seed: options.seed ?? made.seed,
    leaseMs: options.leaseMs ?? DEFAULT_LEASE_MS,
    attempts: { lost: LOST_ATTEMPTS, failed: (options.retries ?? 0) + 1 },
    primitive: made.primitive,
    token: made.token,
    time: made.time,
  }
}

const described = (objectives: Objectives): string =>
  Object.entries(objectives)
    .map(([name, direction]) => `${direction} '${name}'`)
    .join(' and ')

function whole(name: string, value: number | undefined, low: number, high = Number.MAX_SAFE_INTEGER): void {
  if (value !== undefined && value !== Infinity && !(Number.isInteger(value) && value >= low && value <= high)) {
    throw new RangeError(
      `option '${name}': must be a whole number of at least ${low}${high < Number.MAX_SAFE_INTEGER ? ` and at most ${high}` : ''}, got ${value}`,
    )
  }
}

/**
 * The options that define a study, and what happens when a process joins a study with other options.
 *
 * Another space, other conditions or other goals are an error. Seed, lease and retries stay as they were at creation,
 * and the process gets a notice. The sampler may differ between processes, with a notice too (`study-sampler.ts`).
 */

import { StudyError } from '../errors.ts'
import type { Constraints, Goals, Json, Objectives, Preference } from '../trial.ts'
import type { Space, Where } from '../space/parameter.ts'
import { describeDifference } from '../space/difference.ts'
import { FIDELITY, fidelityOf, fidelityText, storedFidelity } from '../space/fidelity.ts'
import type { FidelityOption } from '../space/fidelity.ts'
import { GOAL_RULES, constraintText, goalsOf, preferenceText, sought } from '../space/goals.ts'
import { CALLBACK, FLAG, SIGNAL, checkOptions, wholeNumber } from '../space/options.ts'
import type { Rules } from '../space/options.ts'
import { mustSearch, parseSpace, parseStoredSpace } from '../space/validate.ts'
import { searchedAxes } from '../space/allowed.ts'
import { WHERE, parseWhere, whereDifference } from '../space/where.ts'
import { checkSampler } from '../sampler/own.ts'
import type { Sampler, SamplerName } from '../sampler/sampler.ts'
import { LONGEST_LEASE_MS, MOST_ATTEMPTS } from '../store/disk/bounds.ts'
import type { StudyDocument } from '../store/disk/documents.ts'
import { damagedDefinition } from '../store/protocol/definition-file.ts'
import type { Waiting } from './patience.ts'
import { checkPruner, prunerFields } from './study-pruner.ts'
import type { PrunerChoice } from './study-pruner.ts'
import { samplerFields } from './study-sampler.ts'

/** How long a worker may be silent before others take its trials over, by default, in ms. */
export const DEFAULT_LEASE_MS = 240_000

/** The shortest lease, in ms: heartbeats are written several times within it. */
export const SHORTEST_LEASE_MS = 100

/** A trial counts as failed when this many of its attempts were lost to dead workers or interruptions. */
const LOST_ATTEMPTS = 10

/** The largest number of retries: the numbers of attempts have a bound, and a `retry` by hand begins anew. */
const MOST_RETRIES = MOST_ATTEMPTS / 10

/** What `openStudy` takes. */
const RULES: Rules = {
  space: null,
  where: WHERE,
  fidelity: FIDELITY,
  ...GOAL_RULES,
  trials: {
    must: 'a whole number of at least 0, or Infinity',
    holds: (trials) => trials === Infinity || wholeNumber(0).holds(trials),
  },
  maxHours: { must: 'a number of hours above 0', holds: (hours) => typeof hours === 'number' && hours > 0 },
  target: { must: 'a finite number', holds: Number.isFinite },
  sampler: null,
  pruner: null,
  warmStart: {
    must: 'a list of directories',
    holds: (list) => Array.isArray(list) && list.every((one) => typeof one === 'string'),
  },
  seed: wholeNumber(0, 2 ** 32 - 1),
  leaseMs: {
    must: `at least ${SHORTEST_LEASE_MS} ms and at most ${LONGEST_LEASE_MS}`,
    holds: (lease) => typeof lease === 'number' && lease >= SHORTEST_LEASE_MS && lease <= LONGEST_LEASE_MS,
  },
  retries: wholeNumber(0, MOST_RETRIES),
  signal: SIGNAL,
  patienceMs: { must: 'at least 0 ms', holds: (patience) => typeof patience === 'number' && patience >= 0 },
  onWait: CALLBACK,
  readOnly: FLAG,
}

/** How `openStudy` creates or joins a study. */
export interface StudyOptions<S = Space> {
  /** What is searched. Required to create a study; may be left out to join one. */
  readonly space?: S
  /**
   * Conditions that every config must meet, such as `layers * width <= 4096`; default: those that the study was created
   * with.
   */
  readonly where?: string | readonly string[]
  /**
   * How thoroughly a trial is tried, by the name of that: `{ epochs: [1, 81] }`, or
   * `{ epochs: { from: 1, to: 81, factor: 3 } }`. A trial is first tried with 1, and goes on to 3, 9, 27 and 81 while
   * it is among the best third (`factor`). It needs one objective. Default: what the study was created with.
   */
  readonly fidelity?: FidelityOption
  /** The name of the only objective, which is minimized. Without any objective, `value` is minimized. */
  readonly minimize?: string
  /** The name of the only objective, which is maximized. */
  readonly maximize?: string
  /** Several objectives: direction by name. The first one decides which trial is best, unless `prefer` is given. */
  readonly objectives?: Objectives
  /**
   * What a trial must meet to become the best, by the name of an output or objective: bounds, as in `{ atMost: 16 }`,
   * or the truth value that it must have. A trial says its outputs beside its value, as in `{ loss: 0.1, memory: 12 }`.
   */
  readonly constraints?: Constraints
  /** Which trial is the best of several objectives; default: the best by the first one. */
  readonly prefer?: Preference
  /**
   * Ceiling on the number of trials of all processes together: a whole number, default Infinity. Each process has its
   * own ceiling, so a later process may raise it.
   */
  readonly trials?: number
  /**
   * The same for hours of trials, summed over all of them: what the last attempt of each took, or has taken up to now.
   * More than 0, default Infinity. It is asked before a trial starts, so that a study may go over it by what runs.
   */
  readonly maxHours?: number
  /** Nothing more is started once the best trial is at least as good as this by the first objective; default: never. */
  readonly target?: number
  /**
   * The sampler of this process, by name or as an object; default: the one that the study was created with, with its
   * options, or `auto`.
   */
  readonly sampler?: SamplerName | Sampler
  /**
   * What stops trials early by their intermediate values (`shouldStop` of a trial), by name or as an object, as in
   * `median({ warmup: 5 })`; default: the one that the study was created with, or `none`.
   */
  readonly pruner?: PrunerChoice
  /**
   * Directories of other studies to learn from, each once: their trials teach the models and are never trials of this
   * study. Trials with configs that are not in this space are left out, with a notice.
   */
  readonly warmStart?: readonly string[]
  /** Seed of the study: a whole number from 0 to 2³² − 1; default: drawn at random. */
  readonly seed?: number
  /** How long a worker may be silent before others take its trials over, in ms: from 100 to 10¹⁰, default 240,000. */
  readonly leaseMs?: number
  /** How many more times a failed trial is tried: a whole number up to 10,000, default 0. */
  readonly retries?: number
  /**
   * Ends the work early. When it aborts, nothing more is started and each `trial.signal` aborts. Once the objectives
   * have stopped, their trials are handed back and the study is closed.
   */
  readonly signal?: AbortSignal
  /**
   * How long the end of a trial is tried again while the file system refuses it (a full disk, say), in ms: at least 0,
   * default 600,000.
   */
  readonly patienceMs?: number
  /** Called when such a wait begins. The library itself prints nothing. */
  readonly onWait?: (waiting: Waiting) => void
  /** Whether only to read the study and to write nothing; works on a read-only mount. Default false. */
  readonly readOnly?: boolean
}

/** When a study was created, and with which sampler and pruner. */
export interface Creation {
  /** ISO 8601. */
  readonly time: string
  readonly sampler: string
  readonly samplerOptions: { readonly [option: string]: Json }
  readonly pruner: string | null
  readonly prunerOptions: { readonly [option: string]: Json }
}

/** @internal */
export const creationOf = (study: StudyDocument): Creation => ({
  time: study.time,
  sampler: study.sampler,
  samplerOptions: study.samplerOptions ?? {},
  pruner: study.pruner ?? null,
  prunerOptions: study.prunerOptions ?? {},
})

/** @throws TypeError or RangeError for an option that is unknown, or makes no sense by itself */
export function checkStudyOptions(options: StudyOptions<unknown>): void {
  checkOptions('openStudy', options, RULES)
  if (options.readOnly === true && options.warmStart !== undefined)
    throw new RangeError("option 'warmStart': writes what it learns, but 'readOnly' is true; leave one of the two out")
  checkSampler(options.sampler)
  checkPruner(options.pruner)
}

/**
 * Compares what a process asks for with the existing study.
 *
 * @returns the notices: one sentence for each option that the study overrules
 * @throws StudyError `SPACE_MISMATCH` (conditions too) or `OBJECTIVE_MISMATCH` (constraints and preference too)
 *
 * @internal
 */
export function joinNotices(directory: string, options: StudyOptions<unknown>, study: StudyDocument): string[] {
  if (options.space !== undefined) {
    const differences = describeDifference(parseSpace(options.space), study.space as unknown as Space)
    if (differences.length > 0) {
      throw new StudyError(
        'SPACE_MISMATCH',
        `'${directory}' searches another space:\n  ${differences.join('\n  ')}\n` +
          `use another directory, or the study's space (leave yours out to join the study)`,
      )
    }
  }
  const conditions = wantedWhere(options.where)
  const unlike = conditions === undefined ? [] : whereDifference(conditions, study.where ?? [])
  if (unlike.length > 0) {
    throw new StudyError(
      'SPACE_MISMATCH',
      `'${directory}' searches another part of the space:\n  ${unlike.join('\n  ')}\n` +
        `use another directory, or the study's conditions (leave yours out to join the study)`,
    )
  }
  const wanted = options.fidelity === undefined ? undefined : fidelityText(fidelityOf(options.fidelity, {}))
  const kept = study.fidelity === undefined ? 'none' : fidelityText(fidelityOf(study.fidelity, {}))
  if (wanted !== undefined && wanted !== kept) {
    throw new StudyError(
      'OBJECTIVE_MISMATCH',
      `'${directory}' has the fidelity ${kept}, but this program has ${wanted}; ` +
        `use another directory, or leave yours out`,
    )
  }
  const { objectives } = study as unknown as Goals
  // What a process prefers may be about objectives that only the study names.
  const asked = goalWords(goalsOf(objectiveIn(options) === undefined ? { ...options, objectives } : options))
  const stored = goalWords(study as unknown as Goals)
  const isGiven = { objectives: objectiveIn(options), constraints: options.constraints, prefer: options.prefer }
  for (const part of ['objectives', 'constraints', 'prefer'] as const) {
    if (isGiven[part] === undefined || asked[part] === stored[part]) continue
    throw new StudyError(
      'OBJECTIVE_MISMATCH',
      `'${directory}' asks to ${stored[part]}, but this program asks to ${asked[part]}; ` +
        `use another directory, or what the study wants (leave yours out to join the study)`,
    )
  }
  const notices: string[] = []
  const differs = (what: string, mine: unknown, its: unknown): void => {
    if (mine !== undefined && mine !== its)
      notices.push(`the study's ${what} is ${String(its)} and cannot be changed (asked for: ${String(mine)})`)
  }
  differs('seed', options.seed, study.seed)
  differs('lease in ms', options.leaseMs, study.leaseMs)
  differs('number of retries', options.retries, study.attempts.failed - 1)
  return notices
}

/**
 * What a definition that was read says: space, conditions and goals, checked as if somebody had just given them.
 *
 * @throws StudyError `DAMAGED` that says what is wrong
 *
 * @internal
 */
export function readDefined(root: string, study: StudyDocument): Defined {
  try {
    const { objectives, constraints, prefer } = study as unknown as Goals
    const space = parseStoredSpace(study.space)
    if (study.fidelity !== undefined) fidelityOf(study.fidelity, space)
    return { space, where: parseWhere(space, study.where), goals: goalsOf({ objectives, constraints, prefer }) }
  } catch (error) {
    throw damagedDefinition(root, (error as Error).message.split(';')[0]!)
  }
}

/** What a definition says, checked. @internal */
export interface Defined {
  readonly space: Space
  readonly where: Where | undefined
  readonly goals: Goals
}

/**
 * The definition of a new study. Nothing is created for a space in which nothing is allowed, or that the sampler cannot
 * search.
 *
 * @param made  what the caller has drawn or found out; its `seed` counts when the options have none
 *
 * @internal
 */
export function newDefinition(
  options: StudyOptions<unknown>,
  made: Pick<StudyDocument, 'format' | 'primitive' | 'token' | 'time' | 'seed'>,
): { readonly study: StudyDocument; readonly defined: Defined } {
  const space = mustSearch(parseSpace(options.space))
  const where = parseWhere(space, options.where)
  const goals = goalsOf(options)
  const fidelity = options.fidelity === undefined ? undefined : fidelityOf(options.fidelity, space)
  if (fidelity !== undefined && Object.keys(goals.objectives).length > 1)
    throw new RangeError(
      `fidelity '${fidelity.name}': ranks trials by one objective, got ${Object.keys(goals.objectives).join(', ')}; ` +
        `keep one of them, and say the others as outputs`,
    )
  const seed = options.seed ?? made.seed
  const task = { ...sought({ space, where, goals }), seed }
  searchedAxes(task)
  if (typeof options.sampler === 'object') options.sampler.check?.(task)
  const study = {
    format: made.format,
    space: space as unknown as Json,
    ...(goals as unknown as { objectives: Json }),
    ...(where === undefined ? {} : { where: where.texts }),
    ...(fidelity === undefined ? {} : { fidelity: storedFidelity(fidelity) as Json }),
    ...samplerFields(options.sampler),
    ...prunerFields(options.pruner),
    seed,
    leaseMs: options.leaseMs ?? DEFAULT_LEASE_MS,
    attempts: { lost: LOST_ATTEMPTS, failed: (options.retries ?? 0) + 1 },
    primitive: made.primitive,
    token: made.token,
    time: made.time,
  }
  return { study, defined: { space, where, goals } }
}

/** The conditions that a process asks for, as texts; what is wrong with them is said when they are parsed. */
function wantedWhere(given: unknown): readonly string[] | undefined {
  if (given === undefined) return undefined
  return (Array.isArray(given) ? given : [given]).map(String)
}

/** An objective that the options name; undefined if there is none. @internal */
export const objectiveIn = ({ minimize, maximize, objectives }: StudyOptions<unknown>): unknown =>
  minimize ?? maximize ?? objectives

/** What is wanted, in words that are equal if and only if it is the same. */
function goalWords({
  objectives,
  constraints = {},
  prefer,
}: Goals): Record<'objectives' | 'constraints' | 'prefer', string> {
  const wanted = Object.entries(objectives).map(([name, direction]) => `${direction} '${name}'`)
  const met = Object.entries(constraints).map(([name, constraint]) => constraintText(name, constraint))
  return {
    objectives: wanted.join(' and '),
    constraints: met.length === 0 ? 'meet no constraint' : `keep ${met.sort().join(' and ')}`,
    prefer: prefer === undefined ? 'prefer the first objective' : `prefer ${preferenceText(prefer)}`,
  }
}

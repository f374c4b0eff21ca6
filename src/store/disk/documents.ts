/**
 * The contents of the protocol files: one line of JSON each, ended by a newline. FORMAT.md has an example of each.
 *
 * Writers use `line`. Readers use `read…`, which give `undefined` for a file that is torn or lacks a field: no file is
 * believed in part. Logs and indexes hold the same documents, and pass the same checks (`slotOf`, `lockOf`, …). What a
 * check gives has only the fields that were checked. A config is the exact text whose hash is the trial's id; the store
 * never looks inside it.
 */

import type { FailureReason, Json, Said } from '../../trial.ts'
import { isTrialId, isWorkerId } from '../../paths.ts'
import {
  LONGEST_LEASE_MS,
  MOST_ATTEMPTS,
  isCount,
  isName,
  isNumber,
  isObject,
  isOrdinal,
  isShallow,
  isSlotNumber,
  isString,
  isWhole,
  parsedJson,
} from './bounds.ts'
import type { Fields } from './bounds.ts'
import type { Primitive } from './create-once.ts'
import { trialId } from './trial-id.ts'

export const FORMAT = 1

/** No system has a process with a higher number: a signal takes 32 bits. */
const HIGHEST_PID = 2 ** 31 - 1

/** No space is nested deeper than this; `parseSpace` of space/ has a lower limit, and better words. */
const DEEPEST_DEFINITION = 512

/** The longest condition on a space, in characters; `parseWhere` of space/ has a lower limit, and better words. */
const LONGEST_EXPRESSION = 10_000

/** `study.json`: the definition, which never changes. The store does not look into its space and goals. */
export interface StudyDocument {
  readonly format: number
  readonly space: Json
  readonly objectives: Json
  /** What a trial must meet to count, and which of several objectives' trials is preferred; both may be left out. */
  readonly constraints?: Json
  readonly prefer?: Json
  /** Conditions that every config meets, if there are any. The store does not look into them. */
  readonly where?: readonly string[]
  /** How thoroughly trials are tried, if they rest on the way. The store only counts its rungs. */
  readonly fidelity?: Json
  readonly sampler: string
  /** The options that the study's sampler was made with, if any. */
  readonly samplerOptions?: { readonly [option: string]: Json }
  /** The study's pruner, and the options that it was made with; left out if nothing is stopped early. */
  readonly pruner?: string
  readonly prunerOptions?: { readonly [option: string]: Json }
  readonly seed: number
  readonly leaseMs: number
  /**
   * The trial is final, with status `failed`, once this many attempts were lost to dead workers or interruptions, or
   * this many failed because of the program.
   */
  readonly attempts: { readonly lost: number; readonly failed: number }
  readonly primitive: Primitive
  readonly token: string
  readonly time: string
}

/** `slots/000/000017`: number 17 will become this config, or nothing if the space is used up. */
export interface SlotDocument {
  readonly slot: number
  readonly epoch: number
  /** Closed slots never become a trial. `damaged` exists in memory only: the file cannot be read (damage.ts). */
  readonly closed?: 'exhausted' | 'damaged'
  readonly id: string
  readonly config: string
  readonly repeat: number
  /** What proposed the config: a sampler's name, or `queue`. */
  readonly origin: string
  /** What the sampler wants to find again at later proposals. The store does not look into it. */
  readonly basis?: Json
  /**
   * The sampler's options, where they are not those of the study, and what it saw of the record: with these the
   * proposal can be computed again.
   */
  readonly options?: Json
  readonly saw?: Json
  readonly worker: string
  readonly token: string
  readonly time: string
}

/** Where a process runs. Others on the same host can tell from this at once that it is gone. */
export interface Identity {
  readonly worker: string
  readonly host: string
  /** Boot id and pid namespace; '' if the system has none, and then they prove nothing. */
  readonly boot: string
  readonly namespace: string
  readonly pid: number
  /** Start time of the process in the kernel's own units. */
  readonly start: string
  /** Scheduler job, array index and rank; '' outside a job. */
  readonly job: string
  /** How often the scheduler restarted that job. */
  readonly restart: number
}

/** `lock.k`: attempt k is mine. */
export interface LockDocument {
  readonly slot: number
  readonly epoch: number
  readonly attempt: number
  readonly round: number
  readonly id: string
  readonly config: string
  readonly repeat: number
  readonly identity: Identity
  /** A claim without a process behind it. `tell`, `retry` or this many ms end it; null means no time limit. */
  readonly held?: { readonly ttlMs: number | null } | null
  readonly token: string
  readonly time: string
}

export type Curve = readonly (readonly [step: number, value: number | null])[]

/** The low end of a prediction, its middle and its high end. */
export type Predicted = readonly [low: number, middle: number, high: number]

/** How an attempt ended without a terminal record: why it has no value, or that its trial rests at a rung. */
export type NoteReason = FailureReason | 'paused'

/** `failed.k.json`: attempt k is over without a terminal record. */
export interface FailedDocument {
  readonly slot: number
  readonly attempt: number
  readonly reason: NoteReason
  readonly detail: string
  readonly curve: Curve
  readonly worker: string
  readonly token: string
  /** When the attempt began, unless it was lost: then nobody knows for how long it worked. */
  readonly started?: string
  /** How long the attempts before it worked, in ms, as their notes say; left out if they did not. */
  readonly earlierMs?: number
  readonly time: string
}

/** `value.json`: the trial is final. */
export interface ValueDocument {
  readonly slot: number
  readonly attempt: number
  readonly round: number
  readonly status: 'complete' | 'pruned' | 'failed'
  /** What the trial said: the value of each objective, and its outputs. */
  readonly values: Said
  readonly curve: Curve
  readonly reason?: FailureReason
  readonly detail?: string
  /** Where the curve of a pruned trial was expected to end, in ascending order. */
  readonly predicted?: Predicted
  readonly worker: string
  readonly token: string
  readonly started: string
  /** As in a note. */
  readonly earlierMs?: number
  readonly time: string
}

export interface QueuedConfig {
  readonly id: string
  readonly config: string
  readonly repeat: number
}

/** A result from elsewhere: a config and how a trial of it ended, which needs no number and no directory. */
export interface ObservedResult {
  readonly id: string
  readonly config: string
  readonly status: ValueDocument['status']
  readonly values: Said
  /** Where it comes from: the name of a file, of a study, or what a program says. */
  readonly from: string
  /** The token of another study whose results these are. They only teach, and are none of this study's own. */
  readonly task?: string
}

/** `amend/000001.json`: one later change to the study. Exactly one of the optional fields is present. */
export interface AmendDocument {
  readonly enqueue?: readonly QueuedConfig[]
  readonly observe?: readonly ObservedResult[]
  /** Another round for a trial that had failed: its number, and the last attempt of the previous round. */
  readonly retry?: { readonly slot: number; readonly after: number }
  readonly stop?: true
  readonly by: string
  readonly token: string
  readonly time: string
}

/**
 * `best/00000007.json`: one link of the chain of strict improvements. `worth` is the value, negated if more is better.
 */
export interface BestDocument {
  readonly slot: number
  readonly id: string
  readonly worth: number
  readonly token: string
}

/** The bytes of a protocol file. */
export const line = (document: object): string => `${JSON.stringify(document)}\n`

/** The definition in a text, or the reason why it is none. Its space and goals are for the caller to check. */
export function readStudy(text: string): StudyDocument | string {
  const d = parsed(text)
  if (d === undefined) return 'it is not one whole line with a JSON object'
  const wrong = (field: string, what: string): string => `'${field}' must be ${what}`
  if (!isCount(d.format)) return wrong('format', 'a number')
  if (d.format !== FORMAT) return d as unknown as StudyDocument // the caller refuses it, whatever else it says
  if (!isObject(d.space) || !isShallow(d.space, DEEPEST_DEFINITION)) return wrong('space', 'an object, not too deep')
  if (!isObject(d.objectives)) return wrong('objectives', 'an object')
  for (const field of ['constraints', 'prefer', 'fidelity'])
    if (d[field] !== undefined && !(isObject(d[field]) && isShallow(d[field])))
      return wrong(field, 'an object, not too deep')
  if (d.where !== undefined && !(Array.isArray(d.where) && d.where.every(isExpression)))
    return wrong('where', `a list of texts, each of at most ${LONGEST_EXPRESSION} characters`)
  if (!isPartName(d.sampler)) return wrong('sampler', 'a name')
  if (d.pruner !== undefined && !isPartName(d.pruner)) return wrong('pruner', 'a name')
  for (const field of ['samplerOptions', 'prunerOptions'])
    if (d[field] !== undefined && !(isObject(d[field]) && isShallow(d[field])))
      return wrong(field, 'an object, not too deep')
  if (!isWhole(d.seed, 0, 2 ** 32 - 1)) return wrong('seed', 'a whole number from 0 to 4294967295')
  if (!isNumber(d.leaseMs) || d.leaseMs <= 0 || d.leaseMs > LONGEST_LEASE_MS)
    return wrong('leaseMs', `a number above 0, up to ${LONGEST_LEASE_MS}`)
  const { attempts } = d
  const isLimit = (v: unknown): boolean => isWhole(v, 1, MOST_ATTEMPTS)
  if (!isObject(attempts) || !isLimit(attempts.lost) || !isLimit(attempts.failed))
    return wrong('attempts', `two limits from 1 to ${MOST_ATTEMPTS}`)
  if (d.primitive !== 'link' && d.primitive !== 'rename-dir') return wrong('primitive', "'link' or 'rename-dir'")
  if (!isString(d.token) || !isString(d.time)) return wrong('token', 'a text, and so must the time')
  return d as unknown as StudyDocument
}

/** The name of a sampler or pruner. */
const isPartName = (d: unknown): boolean => isString(d) && d !== '' && d !== '__proto__'

const isExpression = (d: unknown): boolean => typeof d === 'string' && d.length <= LONGEST_EXPRESSION

export const readSlot = (text: string): SlotDocument | undefined => slotOf(parsed(text))
export const readLock = (text: string): LockDocument | undefined => lockOf(parsed(text))
export const readFailed = (text: string): FailedDocument | undefined => failedOf(parsed(text))
export const readValue = (text: string): ValueDocument | undefined => valueOf(parsed(text))
export const readBest = (text: string): BestDocument | undefined => bestOf(parsed(text))

export function slotOf(d: unknown): SlotDocument | undefined {
  if (!isObject(d) || !isSlotNumber(d.slot) || !isOrdinal(d.epoch) || !isWorkerId(d.worker) || !isSigned(d))
    return undefined
  const { slot, epoch, worker, token, time } = d
  if (d.closed === 'exhausted')
    return { slot, epoch, closed: 'exhausted', id: '', config: '', repeat: 0, origin: '', worker, token, time }
  if (d.closed !== undefined || !isConfigOf(d) || !isString(d.origin)) return undefined
  const { id, config, repeat, origin } = d
  const document: SlotDocument = { slot, epoch, id, config, repeat, origin, worker, token, time }
  return d.options === undefined && d.basis === undefined && d.saw === undefined ? document : withKept(document, d)
}

/** Adds the JSON that a sampler keeps in a slot file; what is nested too deeply is not there. */
function withKept(document: SlotDocument, d: Fields): SlotDocument {
  const kept = ['options', 'basis', 'saw'].filter((field) => d[field] !== undefined && isShallow(d[field]))
  return Object.assign(document, Object.fromEntries(kept.map((field) => [field, d[field]])))
}

export function lockOf(d: unknown): LockDocument | undefined {
  if (!isObject(d) || !isSlotNumber(d.slot) || !isOrdinal(d.epoch) || !isOrdinal(d.attempt) || !isOrdinal(d.round))
    return undefined
  const identity = identityOf(d.identity)
  const held = heldOf(d.held)
  if (identity === undefined || held === undefined || !isConfigOf(d) || !isSigned(d)) return undefined
  const { slot, epoch, attempt, round, id, config, repeat, token, time } = d
  const lock = { slot, epoch, attempt, round, id, config, repeat, identity }
  return held === null ? { ...lock, token, time } : { ...lock, held, token, time }
}

/** Null for a claim that has a process behind it, undefined for anything else. */
function heldOf(d: unknown): { readonly ttlMs: number | null } | null | undefined {
  if (d === undefined || d === null) return null
  if (!isObject(d) || !(d.ttlMs === null || (isNumber(d.ttlMs) && d.ttlMs >= 0))) return undefined
  return { ttlMs: d.ttlMs }
}

export function failedOf(d: unknown): FailedDocument | undefined {
  if (!isObject(d) || !isSlotNumber(d.slot) || !isOrdinal(d.attempt) || !isWorkerId(d.worker) || !isSigned(d))
    return undefined
  if (!isString(d.reason) || !isString(d.detail) || !isCurve(d.curve)) return undefined
  const { slot, attempt, detail, curve, worker, token, time, started, earlierMs } = d
  if ((started !== undefined && !isName(started)) || !isMsOrNone(earlierMs)) return undefined
  const note: FailedDocument = { slot, attempt, reason: d.reason as NoteReason, detail, curve, worker, token, time }
  return withGiven(note, { started, earlierMs })
}

/** A number of ms, if there is one. */
const isMsOrNone = (d: unknown): d is number | undefined => d === undefined || (isNumber(d) && d >= 0)

export function valueOf(d: unknown): ValueDocument | undefined {
  if (!isObject(d) || !isSlotNumber(d.slot) || !isOrdinal(d.attempt) || !isOrdinal(d.round)) return undefined
  const { slot, attempt, round, status, values, curve, reason, detail, worker, started } = d
  if (!isStatus(status)) return undefined
  if (!areValues(values) || !isCurve(curve) || !isWorkerId(worker) || !isName(started) || !isSigned(d)) return undefined
  if ((reason !== undefined && !isString(reason)) || (detail !== undefined && !isString(detail))) return undefined
  const { token, time, predicted, earlierMs } = d
  if ((predicted !== undefined && !isPredicted(predicted)) || !isMsOrNone(earlierMs)) return undefined
  const value: ValueDocument = { slot, attempt, round, status, values, curve, worker, token, started, time }
  return withGiven(value, { reason, detail, predicted, earlierMs })
}

/** Adds to a document which of some fields it has. */
function withGiven<T extends object>(document: T, fields: Fields): T {
  for (const name in fields) if (fields[name] !== undefined) Object.assign(document, { [name]: fields[name] })
  return document
}

export function readAmend(text: string): AmendDocument | undefined {
  const d = parsed(text)
  if (d === undefined || !isString(d.by) || !isSigned(d)) return undefined
  const { enqueue, observe, retry, stop, by, token, time } = d
  if (enqueue !== undefined && !(Array.isArray(enqueue) && enqueue.every(isQueued))) return undefined
  if (observe !== undefined && !(Array.isArray(observe) && observe.every(isObserved))) return undefined
  if (retry !== undefined && !(isObject(retry) && isSlotNumber(retry.slot) && isOrdinal(retry.after))) return undefined
  if (stop !== undefined && stop !== true) return undefined
  return {
    ...(enqueue === undefined ? {} : { enqueue: enqueue.map(queuedOf) }),
    ...(observe === undefined ? {} : { observe: observe.map(observedOf) }),
    ...(retry === undefined ? {} : { retry: { slot: retry.slot as number, after: retry.after as number } }),
    ...(stop === undefined ? {} : { stop }),
    by,
    token,
    time,
  }
}

export const queuedOf = ({ id, config, repeat }: QueuedConfig): QueuedConfig => ({ id, config, repeat })
export const isQueued = (d: unknown): d is QueuedConfig => isObject(d) && isConfigOf(d)

export const observedOf = ({ id, config, status, values, from, task }: ObservedResult): ObservedResult => ({
  id,
  config,
  status,
  values,
  from,
  ...(task === undefined ? {} : { task }),
})

export const isObserved = (d: unknown): d is ObservedResult =>
  isObject(d) &&
  isConfigOf({ ...d, repeat: 0 }) &&
  isStatus(d.status) &&
  areValues(d.values) &&
  isName(d.from) &&
  (d.task === undefined || isName(d.task))

export function bestOf(d: unknown): BestDocument | undefined {
  return isObject(d) && isSlotNumber(d.slot) && isTrialId(d.id) && isNumber(d.worth) && isName(d.token)
    ? { slot: d.slot, id: d.id, worth: d.worth, token: d.token }
    : undefined
}

export function identityOf(d: unknown): Identity | undefined {
  if (!isObject(d) || !isWorkerId(d.worker) || !isWhole(d.pid, 0, HIGHEST_PID) || !isCount(d.restart)) return undefined
  const { worker, host, boot, namespace, pid, start, job, restart } = d
  return isName(host) && isName(boot) && isName(namespace) && isName(start) && isName(job)
    ? { worker, host, boot, namespace, pid, start, job, restart }
    : undefined
}

/** Undefined unless the text is one whole line with a JSON object. */
function parsed(text: string): Fields | undefined {
  const value = text.endsWith('\n') ? parsedJson(text) : undefined
  return isObject(value) ? value : undefined
}

type Signed = { readonly token: string; readonly time: string }
const isSigned = <T extends Fields>(d: T): d is T & Signed => isName(d.token) && isName(d.time)

type Named = { readonly id: string; readonly config: string; readonly repeat: number }
const isConfigOf = <T extends Fields>(d: T): d is T & Named =>
  isString(d.config) && isCount(d.repeat) && isTrialId(d.id) && trialId(d.config, d.repeat) === d.id

const isStatus = (v: unknown): v is ValueDocument['status'] => v === 'complete' || v === 'pruned' || v === 'failed'

const areValues = (v: unknown): v is Said =>
  isObject(v) && Object.values(v).every((said) => isNumber(said) || isString(said) || typeof said === 'boolean')

const isPredicted = (v: unknown): v is Predicted =>
  Array.isArray(v) && v.length === 3 && v.every(isNumber) && v.every((x, k) => k === 0 || v[k - 1]! <= x)

export const isCurve = (v: unknown): v is Curve => Array.isArray(v) && v.every(isPoint)
const isPoint = (v: unknown): boolean =>
  Array.isArray(v) && v.length === 2 && isNumber(v[0]) && (v[1] === null || isNumber(v[1]))

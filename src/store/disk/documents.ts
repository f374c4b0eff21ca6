/**
 * The contents of the protocol files: one line of JSON each, ended by a newline. FORMAT.md has an example of each.
 *
 * Writers use `line`. Readers use `read…`, which give `undefined` for a file that is torn or lacks a field: no file is
 * believed in part. A config is the exact text whose hash is the trial's id; the store never looks inside it.
 */

import type { FailureReason, Json } from '../../trial.ts'
import { isTrialId, isWorkerId } from '../../paths.ts'
import { trialId } from './trial-id.ts'
import type { Primitive } from './create-once.ts'

export const FORMAT = 1

/** `study.json`: the definition, which never changes. The store does not look into `space` and `objectives`. */
export interface StudyDocument {
  readonly format: number
  readonly space: Json
  readonly objectives: Json
  readonly sampler: string
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
  /** The sampler's options, and what it saw of the record: with these the proposal can be computed again. */
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

/** `failed.k.json`: attempt k is over without a value. */
export interface FailedDocument {
  readonly slot: number
  readonly attempt: number
  readonly reason: FailureReason
  readonly detail: string
  readonly curve: Curve
  readonly worker: string
  readonly token: string
  readonly time: string
}

/** `value.json`: the trial is final. */
export interface ValueDocument {
  readonly slot: number
  readonly attempt: number
  readonly round: number
  readonly status: 'complete' | 'pruned' | 'failed'
  readonly values: Readonly<Record<string, number>>
  readonly curve: Curve
  readonly reason?: FailureReason
  readonly detail?: string
  readonly worker: string
  readonly token: string
  readonly started: string
  readonly time: string
}

export interface QueuedConfig {
  readonly id: string
  readonly config: string
  readonly repeat: number
}

/** `amend/000001.json`: one later change to the study. Exactly one of the optional fields is present. */
export interface AmendDocument {
  readonly enqueue?: readonly QueuedConfig[]
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

export function readStudy(text: string): StudyDocument | undefined {
  const d = parsed(text)
  return d !== undefined &&
    isNumber(d.format) &&
    'space' in d &&
    isObject(d.objectives) &&
    isString(d.sampler) &&
    isNumber(d.seed) &&
    isNumber(d.leaseMs) &&
    isObject(d.attempts) &&
    isNumber(d.attempts.lost) &&
    isNumber(d.attempts.failed) &&
    (d.primitive === 'link' || d.primitive === 'rename-dir')
    ? (d as unknown as StudyDocument)
    : undefined
}

export function readSlot(text: string): SlotDocument | undefined {
  const d = parsed(text)
  if (d === undefined || !isCount(d.slot) || !isCount(d.epoch)) return undefined
  if (d.closed === 'exhausted') return d as unknown as SlotDocument
  return isConfigOf(d) && isString(d.origin) && isWorkerId(d.worker) ? (d as unknown as SlotDocument) : undefined
}

export function readLock(text: string): LockDocument | undefined {
  const d = parsed(text)
  return d !== undefined &&
    isCount(d.slot) &&
    isCount(d.epoch) &&
    isCount(d.attempt) &&
    isCount(d.round) &&
    isConfigOf(d) &&
    readIdentity(d.identity) !== undefined
    ? (d as unknown as LockDocument)
    : undefined
}

export function readFailed(text: string): FailedDocument | undefined {
  const d = parsed(text)
  return d !== undefined &&
    isCount(d.slot) &&
    isCount(d.attempt) &&
    isString(d.reason) &&
    isString(d.detail) &&
    Array.isArray(d.curve) &&
    isWorkerId(d.worker)
    ? (d as unknown as FailedDocument)
    : undefined
}

export function readValue(text: string): ValueDocument | undefined {
  const d = parsed(text)
  return d !== undefined &&
    isCount(d.slot) &&
    isCount(d.attempt) &&
    isCount(d.round) &&
    isObject(d.values) &&
    (d.status === 'complete' || d.status === 'pruned' || d.status === 'failed') &&
    Object.values(d.values).every(isNumber) &&
    Array.isArray(d.curve) &&
    isString(d.worker)
    ? (d as unknown as ValueDocument)
    : undefined
}

export function readAmend(text: string): AmendDocument | undefined {
  const d = parsed(text)
  if (d === undefined) return undefined
  if (
    d.enqueue !== undefined &&
    !(Array.isArray(d.enqueue) && d.enqueue.every((q: unknown) => isObject(q) && isConfigOf(q)))
  )
    return undefined
  if (d.retry !== undefined && !(isObject(d.retry) && isCount(d.retry.slot) && isCount(d.retry.after))) return undefined
  return d as unknown as AmendDocument
}

export function readBest(text: string): BestDocument | undefined {
  const d = parsed(text)
  return d !== undefined && isCount(d.slot) && isTrialId(d.id) && isNumber(d.worth)
    ? (d as unknown as BestDocument)
    : undefined
}

export function readIdentity(d: unknown): Identity | undefined {
  return isObject(d) &&
    isWorkerId(d.worker) &&
    isString(d.host) &&
    isString(d.boot) &&
    isString(d.namespace) &&
    isNumber(d.pid) &&
    isString(d.start) &&
    isString(d.job) &&
    isNumber(d.restart)
    ? (d as unknown as Identity)
    : undefined
}

type Fields = Readonly<Record<string, unknown>>

/** Undefined unless the text is one whole line with a JSON object. */
function parsed(text: string): Fields | undefined {
  if (!text.endsWith('\n')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isObject = (v: unknown): v is Fields => typeof v === 'object' && v !== null && !Array.isArray(v)
const isString = (v: unknown): v is string => typeof v === 'string'
const isNumber = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v)
export const isCount = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0
const isConfigOf = (d: Fields): boolean =>
  isString(d.config) && isCount(d.repeat) && isTrialId(d.id) && trialId(d.config, d.repeat) === d.id

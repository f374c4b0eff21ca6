/**
 * Compares what processes were told with what lies in the folder after all of them have ended.
 *
 * The checks are pure functions; each gives one sentence for each violation. An operation with an unknown outcome (its
 * process was killed, or the file system refused) may or may not have taken effect: both are right.
 */

import type { FinalFolder, FinalSlot, FinalTrial } from './final-folder.ts'
import { answered } from './history.ts'
import type { Answered, Ending, ListedTrial, Operation } from './history.ts'

/** The status of the record that each call writes. */
const STATUS = { complete: 'complete', prune: 'pruned' } as const

/** What is compared. */
export interface Ended {
  readonly history: readonly Operation[]
  readonly folder: FinalFolder
  /** The ceiling that every process was given. */
  readonly ceiling: number
  /** The one objective, which is minimized. */
  readonly objective: string
  /**
   * Whether the chain of the best was deleted while a process wrote to it. It may then have a generation that readers
   * skip.
   */
  readonly wasBestDeleted?: boolean
}

/** The violations of all rules. */
export function violationsOf(ended: Ended): string[] {
  return [
    exactBudget,
    wholeAttempts,
    uniqueClaims,
    endingsThatCount,
    lastingValues,
    monotonicBest,
    publishedBest,
    servedQueue,
  ].flatMap((check) => check(ended))
}

/** Every number below the ceiling belongs to exactly one trial: no slot is lost, and none is too many. */
export function exactBudget({ folder, ceiling }: Ended): string[] {
  const owners = trialsByNumber(folder)
  const taken = new Set(folder.slots.map(({ slot }) => slot))
  const ids = [...owners.values()].map(({ id }) => id)
  return [
    ...[...taken].filter((n) => n >= ceiling).map((n) => `number ${n} is above the ceiling of ${ceiling}`),
    ...Array.from({ length: ceiling }, (_, n) => n)
      .filter((n) => !taken.has(n))
      .map((n) => `number ${n} was never taken`),
    ...Array.from({ length: ceiling }, (_, n) => n)
      .filter((n) => taken.has(n) && !owners.has(n))
      .map((n) => `number ${n} was taken and has no trial`),
    ...ids.filter((id, k) => ids.indexOf(id) !== k).map((id) => `trial ${id} has two numbers`),
    ...[...folder.trials.values()]
      .filter((t) => t.locks.size > 0 && !ids.includes(t.id))
      .map(({ id }) => `trial ${id} was claimed and has no number`),
  ]
}

/**
 * Each attempt follows the note of the one before; each trial has a terminal record; a failed trial has used its
 * attempts.
 */
export function wholeAttempts({ folder }: Ended): string[] {
  const found: string[] = []
  for (const [number, { id, locks, notes, value }] of trialsByNumber(folder)) {
    const trial = `trial ${number} (${id})`
    const last = Math.max(...locks.keys())
    for (let k = 1; k < last; k++) {
      if (!locks.has(k)) found.push(`${trial} has attempt ${last} and no lock of attempt ${k}`)
      if (!notes.has(k)) found.push(`${trial} has attempt ${last} and no note of attempt ${k}`)
    }
    for (const [k, lock] of locks) if (lock.slot !== number) found.push(`${trial}: lock ${k} names number ${lock.slot}`)
    if (value === undefined) {
      found.push(`${trial} has no terminal record`)
      continue
    }
    if (value.slot !== number || !locks.has(value.attempt))
      found.push(`${trial}: its record is of attempt ${value.attempt} of number ${value.slot}`)
    if (value.status === 'failed') {
      const reasons = [...notes.values()].map(({ reason }) => reason)
      const lost = reasons.filter((reason) => reason === 'lost' || reason === 'interrupted').length
      if (lost < folder.limits.lost && reasons.length - lost < folder.limits.failed)
        found.push(`${trial} was given up after ${reasons.join(', ') || 'nothing'}`)
    }
  }
  return found
}

/** No attempt was given to two processes, and each lock names the worker that was given the attempt. */
export function uniqueClaims({ history, folder }: Ended): string[] {
  const found: string[] = []
  const given = new Map<string, string>()
  for (const { result, process } of answered(history, 'ask')) {
    if (result === null) continue
    const { number, attempt, id, worker } = result
    const claim = `attempt ${attempt} of trial ${number}`
    const other = given.get(claim)
    if (other !== undefined) found.push(`${claim} was given to ${other} and to ${process}`)
    given.set(claim, process)
    const lock = folder.trials.get(id)?.locks.get(attempt)
    if (lock?.slot !== number || lock.identity.worker !== worker)
      found.push(`${claim} was given to ${worker}, and its lock names ${lock?.identity.worker ?? 'nobody'}`)
    const slot = folder.slots.find((s) => s.slot === number && s.id === id)
    if (slot?.config !== result.config) found.push(`${claim} was given another config than its slot has`)
  }
  return found
}

/**
 * After 'committed' the process's own record is on disk, after 'superseded' another's; and some process wrote each
 * record.
 */
export function endingsThatCount(ended: Ended): string[] {
  const { history, folder, objective } = ended
  const owners = trialsByNumber(folder)
  const found: string[] = []
  for (const { what, args, result, process } of answered(history, 'complete', 'prune')) {
    const record = owners.get(args.number)?.value
    const isOnDisk =
      record?.attempt === args.attempt && record.status === STATUS[what] && record.values[objective] === args.value
    if (isOnDisk !== isCommitted(result))
      found.push(
        `${process} was told '${result.ending}' for attempt ${args.attempt} of trial ${args.number}, ` +
          `and the record is ${isOnDisk ? '' : 'not '}its own`,
      )
  }
  for (const { args, result, process } of answered(history, 'fail')) {
    const note = owners.get(args.number)?.notes.get(args.attempt)
    if (note === undefined || (note.reason === 'exception') !== isCommitted(result)) {
      found.push(
        `${process} was told '${result.ending}' for the failure of attempt ${args.attempt} of trial ${args.number}, ` +
          `and its note says ${note?.reason ?? 'nothing'}`,
      )
    }
  }
  const told = new Set(
    history.flatMap((o) =>
      o.what === 'complete' || o.what === 'prune'
        ? [endKey(STATUS[o.what], o.args.number, o.args.attempt, o.args.value)]
        : [],
    ),
  )
  const witnesses = workersIn(history)
  for (const [number, { value }] of owners) {
    if (value === undefined || value.status === 'failed' || !witnesses.has(value.worker)) continue
    if (!told.has(endKey(value.status, number, value.attempt, value.values[objective])))
      found.push(`trial ${number} has a ${value.status} record that nobody wrote`)
  }
  return found
}

/** What was acknowledged, or seen by one reader, is seen by every later reader, and is on disk. */
export function lastingValues({ history, folder, objective }: Ended): string[] {
  const found: string[] = []
  const owners = trialsByNumber(folder)
  const listings = answered(history, 'trials')
  const known = new Map<number, { sinceUs: number; isFinal: boolean }>()
  const learn = (number: number, sinceUs: number, isFinal: boolean): void => {
    const old = known.get(number)
    if (old === undefined || (isFinal && !old.isFinal) || (isFinal === old.isFinal && sinceUs < old.sinceUs))
      known.set(number, { sinceUs, isFinal })
  }
  const facts = [
    ...answered(history, 'ask').flatMap(({ result, endedUs }) =>
      result === null ? [] : [{ number: result.number, endedUs, isFinal: false }],
    ),
    ...answered(history, 'complete', 'prune').map(({ args, endedUs }) => ({
      number: args.number,
      endedUs,
      isFinal: true,
    })),
    ...listings.flatMap(({ result, endedUs }) =>
      result.map(([number, state]) => ({ number, endedUs, isFinal: isFinal(state) })),
    ),
  ].sort((a, b) => a.endedUs - b.endedUs)
  const byInvocation = [...listings].sort((a, b) => a.invokedUs - b.invokedUs)
  let next = 0
  for (const listing of byInvocation) {
    for (; next < facts.length && facts[next]!.endedUs < listing.invokedUs; next++)
      learn(facts[next]!.number, facts[next]!.endedUs, facts[next]!.isFinal)
    const seen = new Map(listing.result.map((t) => [t[0], t]))
    for (const [number, fact] of known) {
      const state = seen.get(number)?.[1]
      if (state === undefined)
        found.push(
          `${listing.process} at ${listing.invokedUs} µs did not see trial ${number}, known since ${fact.sinceUs}`,
        )
      else if (fact.isFinal && !isFinal(state))
        found.push(
          `${listing.process} at ${listing.invokedUs} µs saw trial ${number} ${state}, final since ${fact.sinceUs}`,
        )
    }
    for (const trial of listing.result)
      if (isFinal(trial[1])) found.push(...differences(trial, owners.get(trial[0]), objective, listing.process))
  }
  return found
}

/** A later best is never worse than an earlier one, nor worse than a value that was acknowledged before. */
export function monotonicBest({ history, folder, objective }: Ended): string[] {
  const found: string[] = []
  const owners = trialsByNumber(folder)
  const answers = answered(history, 'best')
  for (const { result, process } of answers) {
    const record = result === null ? undefined : owners.get(result.number)?.value
    if (result !== null && (record?.status !== 'complete' || record.values[objective] !== result.value))
      found.push(`${process} was told of a best trial ${result.number} with ${result.value}, which has no such record`)
  }
  const values = [
    ...answers.flatMap(({ result, endedUs }) => (result === null ? [] : [{ ...result, endedUs }])),
    ...answered(history, 'complete')
      .filter(({ result }) => isCommitted(result))
      .map(({ args, endedUs }) => ({ ...args, endedUs })),
  ].sort((a, b) => a.endedUs - b.endedUs)
  let least: { number: number; value: number } | undefined
  let next = 0
  for (const { invokedUs, result, process } of [...answers].sort((a, b) => a.invokedUs - b.invokedUs)) {
    for (; next < values.length && values[next]!.endedUs < invokedUs; next++)
      if (comesBefore(values[next]!, least)) least = values[next]!
    if (least !== undefined && (result === null || comesBefore(least, result))) {
      found.push(
        `${process} at ${invokedUs} µs was told of ${result?.value ?? 'no best'}, ` +
          `after ${least.value} of trial ${least.number} was known`,
      )
    }
  }
  return found
}

/** The chain strictly improves up to the best of all records, and the link points to that trial. */
export function publishedBest({ folder, objective, wasBestDeleted = false }: Ended): string[] {
  const found: string[] = []
  let top: { number: number; value: number; id: string } | undefined
  for (const [k, { slot, worth, id }] of folder.best.entries()) {
    const next = { number: slot, value: worth, id }
    if (comesBefore(next, top)) top = next
    else if (!wasBestDeleted) found.push(`generation ${k + 1} of the best does not improve on those before`)
  }
  let best: { number: number; value: number; id: string } | undefined
  for (const [number, { id, value }] of trialsByNumber(folder)) {
    const mine = { number, id, value: value?.values[objective] ?? Infinity }
    if (value?.status === 'complete' && comesBefore(mine, best)) best = mine
  }
  if (top?.id !== best?.id)
    found.push(`the chain ends at ${top?.id ?? 'nothing'}, the best trial is ${best?.id ?? 'none'}`)
  if (folder.link !== best?.id)
    found.push(`the link points to ${folder.link ?? 'nothing'}, the best trial is ${best?.id ?? 'none'}`)
  return found
}

/** Every acknowledged config of the queue became a trial, unless no number was given out later. */
export function servedQueue({ history, folder }: Ended): string[] {
  const owners = trialsByNumber(folder)
  const ids = new Set([...owners.values()].map(({ id }) => id))
  const found: string[] = []
  const passedBy = answered(history, 'ask').filter(({ result }) => {
    const slot = result === null || result.attempt > 1 ? undefined : slotOf(folder, result.number)
    return slot !== undefined && slot.worker === result!.worker && slot.origin !== 'queue'
  })
  for (const { result, endedUs, process } of answered(history, 'enqueue')) {
    if (!folder.queued.includes(result.id) && !ids.has(result.id))
      found.push(`${process} was told that ${result.id} is ${result.state}, but it is neither queued nor a trial`)
    const late = ids.has(result.id) ? undefined : passedBy.find(({ invokedUs }) => invokedUs > endedUs)
    if (late !== undefined)
      found.push(`${result.id} waits in the queue, and ${late.process} was later given a config of the sampler's`)
  }
  return found
}

const isCommitted = ({ ending }: { ending: Ending }): boolean => ending === 'committed'
const isFinal = (state: string): boolean => state === 'complete' || state === 'pruned' || state === 'failed'
const endKey = (...parts: readonly unknown[]): string => parts.join(' ')

/** Whether a is better than b: it has the lower value, or the same value and the lower number. */
function comesBefore(a: { number: number; value: number }, b: { number: number; value: number } | undefined): boolean {
  return b === undefined || a.value < b.value || (a.value === b.value && a.number < b.number)
}

/** The trial of each slot, by the rule of FORMAT.md: the trial of the first epoch whose `lock.1` names the slot. */
function trialsByNumber(folder: FinalFolder): ReadonlyMap<number, FinalTrial> {
  const trials = new Map<number, FinalTrial>()
  for (const { slot, id } of [...folder.slots].sort((a, b) => a.epoch - b.epoch)) {
    const trial = folder.trials.get(id)
    if (!trials.has(slot) && trial?.locks.get(1)?.slot === slot) trials.set(slot, trial)
  }
  return trials
}

/** The epoch of a slot that its trial comes from. */
function slotOf(folder: FinalFolder, number: number): FinalSlot | undefined {
  const id = trialsByNumber(folder).get(number)?.id
  return folder.slots.find((s) => s.slot === number && s.id === id)
}

function workersIn(history: readonly Operation[]): ReadonlySet<string> {
  return new Set(
    answered(history, 'ask').flatMap(({ result }: Answered<'ask'>) => (result === null ? [] : [result.worker])),
  )
}

function differences(
  [number, state, attempt, value]: ListedTrial,
  trial: FinalTrial | undefined,
  objective: string,
  process: string,
): string[] {
  const record = trial?.value
  const isSame = record?.status === state && record.attempt === attempt && (record.values[objective] ?? null) === value
  if (isSame) return []
  const truth = `${record?.status ?? 'nothing'} with ${record?.values[objective] ?? null}`
  return [`${process} saw trial ${number} ${state} with ${value}, and its record says ${truth}`]
}

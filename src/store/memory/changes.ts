/** What memory makes of the chain of later changes, `amend/`. */

import type { AmendDocument, QueuedConfig } from '../disk/documents.ts'
import { isConfig, learnRetry } from './knowledge.ts'
import type { Knowledge } from './knowledge.ts'
import { learnObserved, nothingObserved } from './observed.ts'

/** Learns from the next file of the chain `amend/`; undefined for one that is damaged, which says nothing. */
export function learnAmendment(known: Knowledge, number: number, d: AmendDocument | undefined): void {
  if (number <= known.amendments) return
  known.amendments = number
  if (d?.stop === true) {
    known.stops++
    known.latestStop = number
  }
  for (const queued of d?.enqueue ?? []) if (isConfig(known, queued.config)) known.queue.push(queued)
  if (d?.observe !== undefined) learnObserved(known.observed, d.observe, known.order)
  if (d?.retry !== undefined) learnRetry(known, d.retry.slot, d.retry.after)
}

/** The first config of the queue that no slot has. */
export function nextQueued(known: Knowledge): QueuedConfig | undefined {
  const { queue, slotOfId } = known
  let first = queue[0]
  for (; first !== undefined && slotOfId.has(first.id); first = queue[0]) queue.shift()
  return first
}

/** Forgets all that amendments have said, so that they can be read again. */
export function forgetAmendments(known: Knowledge): void {
  Object.assign(known, { amendments: 0, stops: 0, latestStop: 0, queue: [] })
  known.retries.clear()
  if (known.observed.results.length > 0) known.observed = nothingObserved()
}

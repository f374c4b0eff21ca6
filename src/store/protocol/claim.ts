/**
 * Taking the next number: slot, then claim. The slot file has the config, so the way from slot to config to directory
 * is a pure function of write-once files: if a process is killed between two steps, any other can finish them.
 */

import { StudyError } from '../../errors.ts'
import { slotIn } from '../memory/damage.ts'
import type { SlotDocument } from '../disk/documents.ts'
import { readHearsay } from './amend.ts'
import { claimAttempt } from './attempts.ts'
import type { Claim, Held } from './attempts.ts'
import { ioError } from '../disk/io-error.ts'
import { create } from './folder.ts'
import { addPeer } from './peers.ts'
import { note, register } from './registration.ts'
import type { Folder } from './folder.ts'
import { isAbsent } from '../disk/file-system.ts'
import { nextQueued } from '../memory/changes.ts'
import { isSound, learnSlot } from '../memory/knowledge.ts'
import { passOver } from '../memory/soundness.ts'
import type { Slot } from '../memory/slot.ts'
import { chooseNumber, rememberLoss } from './number.ts'
import type { Manner } from './number.ts'
import { trialDirectory, slotPath, trialMetaFolder } from '../../paths.ts'
import { readTruth } from './truth.ts'
import { MOST_IN_A_ROW, ifReachable, trialPlace } from './unreachable.ts'

/** A sampler slower than this says which number it works on, so that others take another one. */
const SLOW_PROPOSAL_MS = 50

/** A config that may become a trial: its bytes, their id, and what proposed them. */
export type Proposal = Pick<SlotDocument, 'id' | 'config' | 'repeat' | 'origin' | 'basis' | 'options' | 'saw'>

/** Gives a config for this number that no trial in memory has; undefined if the space is used up. */
export type Propose = (number: number, draw: number) => Proposal | undefined

export type Ticket = Claim | 'full' | 'exhausted'

/**
 * Claims the lowest free number below the ceiling, with a queued config or a new one.
 *
 * @returns the claim; `full` if every number is taken, `exhausted` if no config is left
 */
export async function claimNext(
  folder: Folder,
  propose: Propose,
  manner: Manner,
  nowMs: () => number,
  held?: Held,
): Promise<Ticket> {
  const { pace } = manner
  for (let losses = 0, unreachable = 0; ;) {
    const number = await chooseNumber(folder, manner, losses)
    if (number === undefined) return 'full'
    if (pace.isSlow && folder.others.size > 0) await note(folder, { ask: number }, false)
    if (nextQueued(folder.known) !== undefined) await readHearsay(folder)
    const startMs = nowMs()
    const proposal = queued(folder) ?? propose(number, 0)
    pace.isSlow = nowMs() - startMs > SLOW_PROPOSAL_MS
    if (proposal === undefined) return 'exhausted'
    await register(folder, { hasHeartbeat: held === undefined })
    const slot = await createSlot(folder, number, 1, proposal)
    if (slot === undefined) {
      await rememberLoss(folder, manner, number, ++losses)
      continue
    }
    if (losses === 0 && pace.contention > 0) pace.contention--
    const place = trialPlace(number)
    const claim = await ifReachable(folder, place, () => claimSlot(folder, slot, propose, held))
    if (claim !== undefined) return claim
    const words = folder.unreachable.get(place)
    if (words === undefined) continue
    // The number has a config whose directory this process cannot use. Others may.
    await note(folder, { release: number })
    if (++unreachable >= MOST_IN_A_ROW) throw new StudyError('INPUT_OUTPUT', words)
  }
}

/**
 * Claims the trial of a slot that is ours to claim: we made it, or its maker is gone. If its config turns out to belong
 * to another slot, the slot gets a next epoch with another config, or is closed if no config is left.
 *
 * @returns undefined if another process has the number, or if it was closed
 */
export async function claimSlot(
  folder: Folder,
  start: Slot,
  propose: Propose,
  held?: Held,
): Promise<Claim | undefined> {
  const { root, files } = folder
  for (let slot = start; !slot.isClosed;) {
    if (!isSound(folder.known, slot)) return void passOver(folder.known, slot.number)
    await makeOne(files, trialDirectory(root, slot.id))
    await makeOne(files, trialMetaFolder(root, slot.id))
    const claim = await claimAttempt(folder, slot, 1, held)
    if (claim !== undefined) return claim
    if ((await readTruth(folder, slot)) !== 'duplicate') return undefined
    slot = await nextEpoch(folder, folder.known.slots.get(slot.number)!, propose)
  }
  return undefined
}

/** The next epoch of a slot whose config belongs to another number: ours, or the one of a faster process. */
async function nextEpoch(folder: Folder, slot: Slot, propose: Propose): Promise<Slot> {
  const epoch = slot.epoch + 1
  if (nextQueued(folder.known) !== undefined) await readHearsay(folder)
  const proposal = queued(folder) ?? propose(slot.number, epoch - 1)
  await createSlot(folder, slot.number, epoch, proposal)
  return folder.known.slots.get(slot.number)!
}

/**
 * Creates a slot file; without a proposal, one that closes the slot. Undefined if it existed: then memory has it now.
 */
async function createSlot(
  folder: Folder,
  number: number,
  epoch: number,
  proposal: Proposal | undefined,
): Promise<Slot | undefined> {
  let mine: SlotDocument | undefined
  const created = await create(folder, slotPath(folder.root, number, epoch), (token, time) => {
    const empty = { id: '', config: '', repeat: 0, origin: '' }
    mine = {
      slot: number,
      epoch,
      ...(proposal === undefined ? { closed: 'exhausted' as const, ...empty } : proposal),
      worker: folder.me.worker,
      token,
      time,
    }
    return mine
  })
  if (created.verdict === 'won') {
    learnSlot(folder.known, mine!)
    if (proposal !== undefined) folder.known.sound.add(proposal.id) // it was checked when it was suggested or queued
    // What the suggestion saw stays out of the log: a replay reads the slot file itself.
    const { saw: _, ...told } = mine!
    await note(folder, { slot: told })
    return folder.known.slots.get(number)!
  }
  const theirs = slotIn(created.text, number, epoch)
  learnSlot(folder.known, theirs)
  addPeer(folder, theirs.worker)
  return undefined
}

function queued(folder: Folder): Proposal | undefined {
  const next = nextQueued(folder.known)
  return next === undefined ? undefined : { id: next.id, config: next.config, repeat: next.repeat, origin: 'queue' }
}

/**
 * Makes a directory, or fails if its parent is absent. Any other obstacle will stop the create in it, which names it.
 */
async function makeOne(files: Folder['files'], path: string): Promise<void> {
  try {
    await files.mkdir(path)
  } catch (error) {
    if (isAbsent(error)) throw ioError(path, error)
  }
}

/**
 * Messages between two processes that share nothing but a folder, the mailbox. Each process writes numbered files of
 * its own, whole: it writes a temporary file and renames it.
 *
 * The listener changes the mailbox's folder before each look, since a change of its own makes its caches look again.
 * Only this folder is refreshed in this way, never one that is being measured. Every wait is bounded.
 */

import { pokePath } from '../paths.ts'
import { readFileFrom, replaceFile, writeFile } from '../store/disk/file-system.ts'
import { wait } from '../study/patience.ts'
import type { TestedFileSystem } from './tested-file-system.ts'

// The wait between two looks: it grows by half from the shortest to the longest.
const SHORTEST_LOOK_MS = 2
const LONGEST_LOOK_MS = 100

// For the first EAGER_MS the wait stays below EAGER_LOOK_MS: the step after a barrier should begin on both sides at
// once.
const EAGER_MS = 3000
const EAGER_LOOK_MS = 10

/** Which of the two ends a process is. */
export type Seat = 'a' | 'b'

export interface Message {
  readonly kind: string
  readonly [field: string]: unknown
}

export interface Mailbox {
  readonly files: TestedFileSystem
  readonly folder: string
  readonly me: Seat
  readonly signal: AbortSignal | undefined
  /** How many messages were sent. */
  sent: number
  /** How many messages were heard. */
  heard: number
}

/** The other end did not answer in time, or has gone. */
export class Silence extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Silence'
  }
}

/** Opens one end of a mailbox, in a folder that exists. */
export function openMailbox(files: TestedFileSystem, folder: string, me: Seat, signal?: AbortSignal): Mailbox {
  return { files, folder, me, signal, sent: 0, heard: 0 }
}

export const otherThan = (seat: Seat): Seat => (seat === 'a' ? 'b' : 'a')

/** Sends a message. */
export async function say(box: Mailbox, message: Message): Promise<void> {
  const path = `${box.folder}/${box.me}.${box.sent++}.json`
  await replaceFile(box.files, path, Buffer.from(`${JSON.stringify(message)}\n`), String(process.pid))
}

/**
 * Waits for the other end's next message.
 *
 * @param kind  the kind that the message must have
 * @throws Silence after `limitMs`, when the other end said goodbye, and when it said something of another kind
 */
export async function hear(box: Mailbox, kind: string, limitMs: number): Promise<Message> {
  const { files, folder } = box
  const name = `${otherThan(box.me)}.${box.heard}.json`
  const startMs = performance.now()
  for (let waitMs = SHORTEST_LOOK_MS; ;) {
    box.signal?.throwIfAborted()
    const message = await lookFor(files, folder, name, box.me)
    if (message !== undefined) {
      box.heard++
      if (message.kind === 'bye') throw new Silence(`the other process has gone: ${String(message['why'])}`)
      if (message.kind !== kind) throw new Silence(`the other process said '${message.kind}' where '${kind}' was due`)
      return message
    }
    if (performance.now() - startMs >= limitMs)
      throw new Silence(`the other process said nothing for ${Math.round(limitMs / 1000)} s`)
    await wait(waitMs, box.signal)
    const longestMs = performance.now() - startMs < EAGER_MS ? EAGER_LOOK_MS : LONGEST_LOOK_MS
    waitMs = Math.min(1.5 * waitMs, longestMs)
  }
}

/** Sends a message and waits for one of the same kind: afterwards both ends have come this far. */
export async function exchange(box: Mailbox, message: Message, limitMs: number): Promise<Message> {
  await say(box, message)
  return await hear(box, message.kind, limitMs)
}

async function lookFor(files: TestedFileSystem, folder: string, name: string, me: Seat): Promise<Message | undefined> {
  const poke = pokePath(folder, me)
  try {
    await writeFile(files, poke, Buffer.alloc(0))
    await files.unlink(poke)
    if (!(await files.list(folder)).includes(name)) return undefined
    const text = (await readFileFrom(files, `${folder}/${name}`, 0))?.toString('utf8')
    if (text?.endsWith('\n') !== true) return undefined
    const message = JSON.parse(text) as Partial<Message> | null
    return typeof message?.kind === 'string' ? (message as Message) : undefined
  } catch {
    return undefined // an old cache, or a call that failed once: the next look tries again
  }
}

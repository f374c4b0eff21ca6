/**
 * Words between two processes that share nothing but a folder. Each writes numbered files of its own, whole (written
 * beside and renamed); who listens changes the folder itself before each look, which is what makes caches look again.
 * Every wait is bounded. Only the mailbox's own folder is refreshed in this way, never one that is being measured.
 */

import { readFileFrom, replaceFile, writeFile } from '../store/disk/file-system.ts'
import { pokePath } from '../paths.ts'
import { wait } from '../study/wait.ts'
import type { TestedFileSystem } from './tested-file-system.ts'

export type Seat = 'a' | 'b'

/** Something that was said. */
export interface Message {
  readonly kind: string
  readonly [field: string]: unknown
}

export interface Mailbox {
  readonly files: TestedFileSystem
  readonly folder: string
  readonly me: Seat
  readonly signal: AbortSignal | undefined
  sent: number
  heard: number
}

/** The other did not answer in time, or has gone. */
export class Silence extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Silence'
  }
}

const SHORTEST_LOOK_MS = 2
const LONGEST_LOOK_MS = 100
/** At first the looks stay short: what follows a barrier should begin on both sides at once. */
const EAGER_MS = 3000
const EAGER_LOOK_MS = 10

/** A mailbox in a folder that both made. */
export function openMailbox(files: TestedFileSystem, folder: string, me: Seat, signal?: AbortSignal): Mailbox {
  return { files, folder, me, signal, sent: 0, heard: 0 }
}

export const otherThan = (seat: Seat): Seat => (seat === 'a' ? 'b' : 'a')

/** Says something. */
export async function say(box: Mailbox, message: Message): Promise<void> {
  const path = `${box.folder}/${box.me}.${box.sent++}.json`
  await replaceFile(box.files, path, Buffer.from(`${JSON.stringify(message)}\n`), String(process.pid))
}

/**
 * The other's next words, which must be of this kind.
 *
 * @throws Silence after `limitMs`, or when the other said goodbye
 */
export async function hear(box: Mailbox, kind: string, limitMs: number): Promise<Message> {
  const { files, folder } = box
  const name = `${otherThan(box.me)}.${box.heard}.json`
  const startMs = performance.now()
  for (
    let waitMs = SHORTEST_LOOK_MS;
    ;
    waitMs = Math.min(1.5 * waitMs, performance.now() - startMs < EAGER_MS ? EAGER_LOOK_MS : LONGEST_LOOK_MS)
  ) {
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
  }
}

/** Says something and hears the same kind of words: afterwards both have come as far as this. */
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
    return text?.endsWith('\n') === true ? (JSON.parse(text) as Message) : undefined
  } catch {
    return undefined // an old cache, or a call that failed in passing: looked at again, for as long as is left
  }
}

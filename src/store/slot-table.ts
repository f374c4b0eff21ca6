/**
 * What one process remembers of each number: an object while its trial is unfinished, afterwards a line of bytes.
 *
 * A study of 100,000 trials is some 30 MB of lines, mostly the bytes of the index it was opened from. What somebody asks
 * for is made from its line and not kept: changes to it go nowhere. Only `add` and `reopen` make objects that live.
 */

import { lineOf, readHead, readLine, stateOfSlot } from './index-line.ts'
import type { LineHead, LineState } from './index-line.ts'
import type { Slot } from './slot.ts'

/** Lines one after the other. */
interface Chunk { readonly bytes: Buffer; used: number }

const FIRST_CHUNK = 16_384
const LARGEST_CHUNK = 4_194_304

/** A place is the number of its chunk, times this, and the offset in it. */
const CHUNK = 2 ** 32

export class SlotTable {
  /** Numbers in the order in which they became final or were closed; twice where a retry came in between. */
  readonly settled: number[] = []
  /** How often a trial that was final was opened again. */
  reopened = 0
  /** How many trials ended how. */
  readonly ended = { complete: 0, pruned: 0, failed: 0 }
  #size = 0
  readonly #live = new Map<number, Slot>()
  readonly #chunks: Chunk[] = []
  // By number. An array, since most numbers below the highest are there; one that is far off makes it a slow one, not a huge one.
  readonly #places: number[] = []

  /** How many numbers are known. */
  get size(): number {
    return this.#size
  }

  has(number: number): boolean {
    return this.#places[number] !== undefined || this.#live.has(number)
  }

  get(number: number): Slot | undefined {
    const live = this.#live.get(number)
    if (live !== undefined) return live
    const place = this.#places[number]
    if (place === undefined) return undefined
    const { bytes } = this.#chunks[Math.floor(place / CHUNK)]!
    const start = place % CHUNK
    return readLine(bytes.toString('utf8', start, bytes.indexOf(10, start)))
  }

  /** The object of an unfinished trial. */
  live(number: number): Slot | undefined {
    return this.#live.get(number)
  }

  isSettled(number: number): boolean {
    return this.#places[number] !== undefined && !this.#live.has(number)
  }

  /** The round of the terminal record of a settled number. */
  roundOf(number: number): number {
    const place = this.#places[number]!
    const head: LineHead = { number: 0, state: 'x', round: 0, id: '', end: 0 }
    readHead(this.#chunks[Math.floor(place / CHUNK)]!.bytes, place % CHUNK, head)
    return head.round
  }

  /** Every number known, in order. */
  numbers(): Float64Array {
    const numbers = new Float64Array(this.#size)
    let count = 0
    for (const key in this.#places) numbers[count++] = Number(key)
    for (const number of this.#live.keys()) if (this.#places[number] === undefined) numbers[count++] = number
    return numbers.sort()
  }

  /** Takes in an unfinished trial, or puts another in the place of one. */
  add(slot: Slot): void {
    if (!this.has(slot.number)) this.#size++
    this.#live.set(slot.number, slot)
  }

  /** Keeps a trial that is final, or a number that is closed, as its line. */
  settle(slot: Slot): void {
    this.keep(slot.number, stateOfSlot(slot), Buffer.from(lineOf(slot)))
  }

  /** Keeps a line (with its newline) of a settled number. */
  keep(number: number, state: LineState, line: Buffer): void {
    let chunk = this.#chunks[this.#chunks.length - 1]
    if (chunk === undefined || chunk.used + line.length > chunk.bytes.length) {
      const size = Math.min(LARGEST_CHUNK, chunk === undefined ? FIRST_CHUNK : 2 * chunk.bytes.length)
      chunk = { bytes: Buffer.allocUnsafeSlow(Math.max(size, line.length)), used: 0 }
      this.#chunks.push(chunk)
    }
    line.copy(chunk.bytes, chunk.used)
    this.place(number, state, this.#chunks.length - 1, chunk.used)
    chunk.used += line.length
  }

  /** Takes lines as they are, without copying them; gives the chunk's number, for `place`, and `endAdopted` when all are placed. */
  adopt(lines: Buffer): number {
    return this.#chunks.push({ bytes: lines, used: lines.length }) - 1
  }

  /** Says where the settled lines of an adopted chunk end. */
  endAdopted(chunk: number, end: number): void {
    const bytes = this.#chunks[chunk]!.bytes.subarray(0, end)
    this.#chunks[chunk] = { bytes, used: end }
  }

  /** Says where the line of a settled number stands. */
  place(number: number, state: LineState, chunk: number, offset: number): void {
    if (!this.has(number)) this.#size++
    else if (!this.#live.delete(number)) this.#count(this.get(number)!, -1)
    this.#places[number] = chunk * CHUNK + offset
    this.settled.push(number)
    if (state === 'c') this.ended.complete++
    else if (state === 'p') this.ended.pruned++
    else if (state === 'f') this.ended.failed++
  }

  /** Makes a settled trial one that is unfinished and lives. Its attempts are to be read anew, by whoever comes first. */
  reopen(number: number): Slot {
    const slot = this.get(number)!
    this.#count(slot, -1)
    slot.final = null
    slot.released = true
    this.#live.set(number, slot)
    this.reopened++
    return slot
  }

  /** The lines of all settled numbers; a later line of a number replaces an earlier one. */
  lines(): Buffer[] {
    return this.#chunks.map(({ bytes, used }) => bytes.subarray(0, used))
  }

  #count(slot: Slot, change: 1 | -1): void {
    if (slot.final !== null) this.ended[slot.final.status] += change
  }
}

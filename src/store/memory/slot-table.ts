/**
 * What one process remembers of each number: an object while its trial is unfinished, and some time longer, then a
 * line.
 *
 * A study of 100,000 trials is some 30 MB of lines, mostly the bytes of the index it was opened from. What somebody
 * asks for is made from its line and not kept: changes to it go nowhere. Only what `live` and `reopen` give may be
 * changed.
 */

import { lineOf, readHead, readLine, stateOfSlot } from './index-line.ts'
import type { LineHead, LineState } from './index-line.ts'
import type { Slot } from './slot.ts'

/** Lines one after the other. */
interface Chunk {
  readonly bytes: Buffer
  used: number
}

const FIRST_CHUNK = 16_384
const LARGEST_CHUNK = 4_194_304

/** A place is the number of its chunk, times this, and the offset in it. */
const CHUNK = 2 ** 32

/** As many settled numbers, the latest, stay objects: making them again from their lines costs some 10 µs each. */
const RECENT = 10_000

export class SlotTable {
  /** Numbers in the order in which they became final or were closed; twice where a retry came in between. */
  readonly settled: number[] = []
  /** How often a trial that was final was opened again, or got the record of a later round at once. */
  reopened = 0
  /** How many trials ended how. */
  readonly ended = { complete: 0, pruned: 0, failed: 0 }
  #size = 0
  #lineCount = 0
  /** Unfinished trials, and those of `recent`. */
  readonly #objects = new Map<number, Slot>()
  /** What was settled last, and how much of it has a line by now. */
  #recent: number[] = []
  #recentWritten = 0
  readonly #chunks: Chunk[] = []
  // By number. An array, since most numbers below the highest are there; one that is far off makes it a slow one, not a
  // huge one.
  readonly #places: number[] = []

  /** How many numbers are known. */
  get size(): number {
    return this.#size
  }

  has(number: number): boolean {
    return this.#places[number] !== undefined || this.#objects.has(number)
  }

  get(number: number): Slot | undefined {
    const object = this.#objects.get(number)
    if (object !== undefined) return object
    const place = this.#places[number]
    if (place === undefined) return undefined
    const { bytes } = this.#chunks[Math.floor(place / CHUNK)]!
    const start = place % CHUNK
    return readLine(bytes.toString('utf8', start, bytes.indexOf(10, start)))
  }

  /** The object of an unfinished trial. */
  live(number: number): Slot | undefined {
    const object = this.#objects.get(number)
    return object === undefined || isOver(object) ? undefined : object
  }

  isSettled(number: number): boolean {
    const object = this.#objects.get(number)
    return object === undefined ? this.#places[number] !== undefined : isOver(object)
  }

  /** The round of the terminal record of a settled number. */
  roundOf(number: number): number {
    const object = this.#objects.get(number)
    if (object !== undefined) return object.final?.round ?? 1
    return this.#headAt(this.#places[number]!).round
  }

  /** Every number known, in order. */
  numbers(): Float64Array {
    const numbers = new Float64Array(this.#size)
    let count = 0
    for (const key in this.#places) numbers[count++] = Number(key)
    for (const number of this.#objects.keys()) if (this.#places[number] === undefined) numbers[count++] = number
    return numbers.sort()
  }

  /** Takes in an unfinished trial, or puts another in the place of one. */
  add(slot: Slot): void {
    if (!this.has(slot.number)) this.#size++
    this.#objects.set(slot.number, slot)
  }

  /** Takes in an unfinished trial that is final now, or a number that is closed. */
  settle(slot: Slot): void {
    const { number } = slot
    if (!this.has(number)) this.#size++
    this.#objects.set(number, slot)
    this.#recent.push(number)
    this.settled.push(number)
    this.#count(stateOfSlot(slot), 1)
    if (this.#recent.length >= 2 * RECENT) this.#forget(RECENT)
  }

  /** Takes in a settled number as its line (with its newline). */
  keep(number: number, state: LineState, line: Buffer): void {
    this.place(number, state, ...this.#append(line))
  }

  #append(line: Buffer): [chunk: number, offset: number] {
    let chunk = this.#chunks[this.#chunks.length - 1]
    if (chunk === undefined || chunk.used + line.length > chunk.bytes.length) {
      const size = Math.min(LARGEST_CHUNK, chunk === undefined ? FIRST_CHUNK : 2 * chunk.bytes.length)
      chunk = { bytes: Buffer.allocUnsafeSlow(Math.max(size, line.length)), used: 0 }
      this.#chunks.push(chunk)
    }
    const offset = chunk.used
    line.copy(chunk.bytes, offset)
    chunk.used += line.length
    this.#lineCount++
    return [this.#chunks.length - 1, offset]
  }

  /**
   * Takes lines as they are, without copying them; gives the chunk's number, for `place`, and `endAdopted` when all are
   * placed.
   */
  adopt(lines: Buffer): number {
    return this.#chunks.push({ bytes: lines, used: lines.length }) - 1
  }

  /** Says where the settled lines of an adopted chunk end, and how many they are. */
  endAdopted(chunk: number, end: number, count: number): void {
    this.#lineCount += count
    const bytes = this.#chunks[chunk]!.bytes.subarray(0, end)
    this.#chunks[chunk] = { bytes, used: end }
  }

  /** Says where the line of a settled number stands. */
  place(number: number, state: LineState, chunk: number, offset: number): void {
    if (!this.has(number)) this.#size++
    else this.#count(this.#stateOf(number), -1)
    if (this.isSettled(number)) this.reopened++
    this.#objects.delete(number)
    this.#places[number] = chunk * CHUNK + offset
    this.settled.push(number)
    this.#count(state, 1)
  }

  /**
   * Makes a settled trial one that is unfinished and lives. Its attempts are to be read anew, by whoever comes first.
   */
  reopen(number: number): Slot {
    this.#count(this.#stateOf(number), -1)
    const slot = { ...this.get(number)!, final: null, attempts: [], isReleased: true }
    this.#objects.set(number, slot)
    this.reopened++
    return slot
  }

  /** The lines of all settled numbers, and how many they are; a later one of a number replaces an earlier one. */
  lines(): { readonly chunks: Buffer[]; readonly count: number } {
    this.#writeRecent()
    return { chunks: this.#chunks.map(({ bytes, used }) => bytes.subarray(0, used)), count: this.#lineCount }
  }

  /** Gives a line to each of what was settled last. */
  #writeRecent(): void {
    for (; this.#recentWritten < this.#recent.length; this.#recentWritten++) {
      const number = this.#recent[this.#recentWritten]!
      const slot = this.#objects.get(number)
      if (slot === undefined || !isOver(slot)) continue
      const [chunk, offset] = this.#append(Buffer.from(lineOf(slot)))
      this.#places[number] = chunk * CHUNK + offset
    }
  }

  /** Lets the oldest of the objects go: their lines remain. */
  #forget(count: number): void {
    this.#writeRecent()
    for (const number of this.#recent.slice(0, count)) if (this.isSettled(number)) this.#objects.delete(number)
    this.#recent = this.#recent.slice(count)
    this.#recentWritten = this.#recent.length
  }

  /** How a number stands that is settled; `u` of any other. */
  #stateOf(number: number): LineState {
    const object = this.#objects.get(number)
    if (object !== undefined) return stateOfSlot(object)
    const place = this.#places[number]
    return place === undefined ? 'u' : this.#headAt(place).state
  }

  #headAt(place: number): LineHead {
    const head: LineHead = { number: 0, state: 'x', round: 0, id: '', end: 0 }
    readHead(this.#chunks[Math.floor(place / CHUNK)]!.bytes, place % CHUNK, head)
    return head
  }

  #count(state: LineState, change: 1 | -1): void {
    if (state === 'c') this.ended.complete += change
    else if (state === 'p') this.ended.pruned += change
    else if (state === 'f') this.ended.failed += change
  }
}

const isOver = (slot: Slot): boolean => slot.final !== null || slot.isClosed

/**
 * What one process remembers of each number: an object while its trial is unfinished and for some time after, then a
 * line.
 *
 * A study of 100,000 trials takes about 30 MB of lines, mostly the bytes of the index it was opened from. `get` makes
 * an object from the line and does not keep it, so changes to that object are lost. Only the objects that `live` and
 * `reopen` give may be changed. A number is settled if its trial is final or if it is closed.
 */

import { lineOf, readHead, readLine, stateOfSlot } from './index-line.ts'
import type { LineHead, LineState } from './index-line.ts'
import type { Slot } from './slot.ts'

/** Bytes of the first chunk; each later one is twice as large, up to the largest. */
const FIRST_CHUNK = 16_384
const LARGEST_CHUNK = 4_194_304

/** A place is one number: the chunk's number times this, plus the offset in the chunk. */
const CHUNK = 2 ** 32

/** This many of the latest settled numbers stay objects: to make one from its line again costs about 10 µs. */
const RECENT = 10_000

const NEWLINE = 10

/**
 * The line of a number does not pass: the index that it came from is wrong. `soundly` of protocol/mend-memory.ts puts
 * memory right, and does the work again.
 */
export class UnsoundLine extends Error {
  constructor(number: number) {
    super(`trial ${number}: what an index says of it cannot be right; start the same line again`)
    this.name = 'UnsoundLine'
  }
}

/** Lines, one after the other. */
interface Chunk {
  readonly bytes: Buffer
  used: number
}

export class SlotTable {
  /** Numbers in the order in which they were settled. A trial that was retried is there once for each round. */
  readonly settled: number[] = []
  /** How often a settled trial was opened again, or got the record of a later round at once. */
  reopened = 0
  /** How many trials ended in each way. */
  readonly ended = { complete: 0, pruned: 0, failed: 0 }
  readonly #passes: (slot: Slot) => boolean
  #size = 0
  #lineCount = 0
  /** Unfinished trials, and those in `#recent`. */
  readonly #objects = new Map<number, Slot>()
  /** The numbers settled last, and how many of them have a line by now. */
  #recent: number[] = []
  #recentWritten = 0
  readonly #chunks: Chunk[] = []
  // By number. An array, since most numbers below the highest are known; a number that is far off makes the array slow,
  // but not huge.
  readonly #places: number[] = []

  /** @param passes  whether a settled trial may stand as a line has it */
  constructor(passes: (slot: Slot) => boolean = () => true) {
    this.#passes = passes
  }

  /** How many numbers are known. */
  get size(): number {
    return this.#size
  }

  has(number: number): boolean {
    return this.#places[number] !== undefined || this.#objects.has(number)
  }

  /** @throws UnsoundLine */
  get(number: number): Slot | undefined {
    const object = this.#objects.get(number)
    if (object !== undefined) return object
    const place = this.#places[number]
    if (place === undefined) return undefined
    const slot = readLine(this.#lineAt(place).toString())
    if (slot?.number !== number || !this.#passes(slot)) throw new UnsoundLine(number)
    return slot
  }

  /** The id of a number, '' for a closed one; undefined for a number that is not known. */
  idOf(number: number): string | undefined {
    const place = this.#places[number]
    return this.#objects.get(number)?.id ?? (place === undefined ? undefined : this.#headAt(place).id)
  }

  /** The object of an unfinished trial, undefined for any other number. */
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

  /** Adds an unfinished trial, or replaces one. */
  add(slot: Slot): void {
    if (!this.has(slot.number)) this.#size++
    this.#objects.set(slot.number, slot)
  }

  /** Adds a trial that has just become final, or a number that was closed. */
  settle(slot: Slot): void {
    const { number } = slot
    if (!this.has(number)) this.#size++
    this.#objects.set(number, slot)
    this.#recent.push(number)
    this.settled.push(number)
    this.#count(stateOfSlot(slot), 1)
    if (this.#recent.length >= 2 * RECENT) this.#forget(RECENT)
  }

  /** Adds a settled number by its line, newline included. */
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
   * Takes over a buffer of lines without copying it, and gives the chunk's number. Call `place` for each line, and
   * `endAdopted` at the end.
   */
  adopt(lines: Buffer): number {
    return this.#chunks.push({ bytes: lines, used: lines.length }) - 1
  }

  /** Says where the settled lines of an adopted chunk end, and how many there are. */
  endAdopted(chunk: number, end: number, count: number): void {
    this.#lineCount += count
    const bytes = this.#chunks[chunk]!.bytes.subarray(0, end)
    this.#chunks[chunk] = { bytes, used: end }
  }

  /** Says where the line of a settled number is. */
  place(number: number, state: LineState, chunk: number, offset: number): void {
    if (!this.has(number)) this.#size++
    else this.#count(this.#stateOf(number), -1)
    if (this.isSettled(number)) this.reopened++
    this.#objects.delete(number)
    this.#places[number] = chunk * CHUNK + offset
    this.settled.push(number)
    this.#count(state, 1)
  }

  /** Opens a settled trial again. Its attempts are empty: the next process that looks after it reads them again. */
  reopen(number: number): Slot {
    this.#count(this.#stateOf(number), -1)
    const slot = { ...this.get(number)!, final: null, attempts: [], isReleased: true }
    this.#objects.set(number, slot)
    this.reopened++
    return slot
  }

  /** Forgets a number. If it was settled, its line stays among `lines`. */
  drop(number: number): void {
    if (!this.has(number)) return
    this.#count(this.#stateOf(number), -1)
    if (this.isSettled(number)) this.reopened++
    this.#objects.delete(number)
    delete this.#places[number]
    this.#size--
  }

  /** Forgets every settled number whose line does not pass, and gives these numbers. */
  dropUnsound(): number[] {
    const old = this.#chunks.splice(0)
    this.#lineCount = 0
    const dropped: number[] = []
    for (const key of Object.keys(this.#places)) {
      const number = Number(key)
      const place = this.#places[number]!
      const line = lineIn(old, place)
      const slot = readLine(line.toString())
      if (slot?.number === number && this.#passes(slot)) {
        const [chunk, offset] = this.#append(Buffer.concat([line, Buffer.from('\n')]))
        this.#places[number] = chunk * CHUNK + offset
        continue
      }
      delete this.#places[number]
      dropped.push(number)
      if (this.#objects.has(number)) continue
      this.#count(headIn(old, place).state, -1)
      this.#size--
      this.reopened++
    }
    return dropped
  }

  /** The lines of all settled numbers, and how many there are. If a number has two, the later one counts. */
  lines(): { readonly chunks: Buffer[]; readonly count: number } {
    this.#writeRecent()
    return { chunks: this.#chunks.map(({ bytes, used }) => bytes.subarray(0, used)), count: this.#lineCount }
  }

  /** Writes a line for each number in `#recent` that has none. */
  #writeRecent(): void {
    for (; this.#recentWritten < this.#recent.length; this.#recentWritten++) {
      const number = this.#recent[this.#recentWritten]!
      const slot = this.#objects.get(number)
      if (slot === undefined || !isOver(slot)) continue
      const [chunk, offset] = this.#append(Buffer.from(lineOf(slot)))
      this.#places[number] = chunk * CHUNK + offset
    }
  }

  /** Drops the objects that were settled first, `count` of them. Their lines remain. */
  #forget(count: number): void {
    this.#writeRecent()
    for (const number of this.#recent.slice(0, count)) if (this.isSettled(number)) this.#objects.delete(number)
    this.#recent = this.#recent.slice(count)
    this.#recentWritten = this.#recent.length
  }

  /** The state of a settled number, `u` for any other. */
  #stateOf(number: number): LineState {
    const object = this.#objects.get(number)
    if (object !== undefined) return stateOfSlot(object)
    const place = this.#places[number]
    return place === undefined ? 'u' : this.#headAt(place).state
  }

  #headAt(place: number): LineHead {
    return headIn(this.#chunks, place)
  }

  #lineAt(place: number): Buffer {
    return lineIn(this.#chunks, place)
  }

  #count(state: LineState, change: 1 | -1): void {
    if (state === 'c') this.ended.complete += change
    else if (state === 'p') this.ended.pruned += change
    else if (state === 'f') this.ended.failed += change
  }
}

/** The line at a place, without its newline. */
function lineIn(chunks: readonly Chunk[], place: number): Buffer {
  const { bytes } = chunks[Math.floor(place / CHUNK)]!
  const start = place % CHUNK
  return bytes.subarray(start, bytes.indexOf(NEWLINE, start))
}

function headIn(chunks: readonly Chunk[], place: number): LineHead {
  const head: LineHead = { number: 0, state: 'x', round: 0, id: '', end: 0 }
  readHead(chunks[Math.floor(place / CHUNK)]!.bytes, place % CHUNK, head)
  return head
}

const isOver = (slot: Slot): boolean => slot.final !== null || slot.isClosed

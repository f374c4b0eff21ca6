/**
 * An explicit-state model checker. It searches canonical states breadth-first, so the first counterexample it finds is
 * one of the shortest.
 *
 * A state is a fixed number of bytes. All states seen lie one after the other in one array, and a hash table of their
 * indices finds them again: a million states take seconds and some tens of megabytes. A model writes each next state
 * into a scratch array of its own and hands it over with a word for the step. The words become sentences only for a
 * trace.
 *
 * Besides keeping its invariants, a model must be able to end: from every state that can be reached, all living workers
 * can finish without help from an adversity (a kill, a wrong suspicion, an old answer of a cache).
 */

/** Takes one step of a model. `next` is the scratch array; it is copied. `isAdverse`: nobody may rely on this step. */
export type Take = (next: Uint8Array, word: string, who: number, what: number, isAdverse: boolean) => void

export interface Model {
  readonly name: string
  readonly start: Uint8Array
  steps(state: Uint8Array, take: Take): void
  /** The invariant that is broken in this state, if any. */
  broken(state: Uint8Array): string | undefined
  /** Whether all living workers have finished. */
  isOver(state: Uint8Array): boolean
  /**
   * Brings a state into canonical form, in place: states that differ only in the names of workers become one. Gives the
   * new order of the workers if it changed.
   */
  normalize?(state: Uint8Array): readonly number[] | undefined
}

export interface Verdict {
  readonly states: number
  /** Undefined if nothing is broken in any state that was looked at. */
  readonly violation: string | undefined
  /** The steps to the violation, one of the shortest such lists. */
  readonly trace: readonly string[]
  /** Whether every state was looked at. */
  readonly isComplete: boolean
}

export const ENDS = 'everybody can finish'

/** Explores a model until something is broken, everything was seen, or more than `most` states were found. */
export function check(model: Model, most = 4_000_000): Verdict {
  const width = model.start.length
  const states = new Store(width, model.start)
  const edges = new Edges()
  const state = new Uint8Array(width)
  let isComplete = true
  let brokenAt = model.broken(states.at(0)) === undefined ? -1 : 0
  let current = 0
  const take: Take = (next, _word, _who, _what, isAdverse) => {
    model.normalize?.(next)
    const before = states.count
    const found = states.find(next, current)
    if (!isAdverse && found !== current) edges.add(current, found)
    if (found === before && brokenAt < 0 && model.broken(next) !== undefined) brokenAt = found
  }
  for (let index = 0; index < states.count && brokenAt < 0; index++) {
    if (states.count > most) {
      isComplete = false
      break
    }
    state.set(states.at(index))
    current = index
    model.steps(state, take)
  }
  if (brokenAt >= 0)
    return {
      states: states.count,
      violation: model.broken(states.at(brokenAt))!,
      trace: traceTo(model, states, brokenAt),
      isComplete: false,
    }
  const stuck = isComplete ? firstStuck(model, states, edges) : -1
  if (stuck >= 0) return { states: states.count, violation: ENDS, trace: traceTo(model, states, stuck), isComplete }
  return { states: states.count, violation: undefined, trace: [], isComplete }
}

/** The states that were seen, each with the state from which it was first reached. */
class Store {
  count = 0
  readonly #width: number
  #bytes: Uint8Array
  #parents: Int32Array
  #table: Int32Array

  constructor(width: number, start: Uint8Array) {
    this.#width = width
    this.#bytes = new Uint8Array(width * 1024)
    this.#parents = new Int32Array(1024)
    this.#table = new Int32Array(4096).fill(-1)
    this.find(start, -1)
  }

  at(index: number): Uint8Array {
    return this.#bytes.subarray(index * this.#width, (index + 1) * this.#width)
  }

  parentOf(index: number): number {
    return this.#parents[index]!
  }

  /** The index of a state; the previous `count` for a new one. */
  find(state: Uint8Array, parent: number): number {
    const mask = this.#table.length - 1
    let place = hashOf(state, 0, this.#width) & mask
    for (; this.#table[place]! >= 0; place = (place + 1) & mask) {
      if (this.#equals(this.#table[place]!, state)) return this.#table[place]!
    }
    if (this.count === this.#parents.length) this.#grow()
    this.#bytes.set(state, this.count * this.#width)
    this.#parents[this.count] = parent
    this.#table[place] = this.count
    if (2 * ++this.count > this.#table.length) this.#rehash()
    return this.count - 1
  }

  #equals(index: number, state: Uint8Array): boolean {
    const start = index * this.#width
    for (let i = 0; i < this.#width; i++) if (this.#bytes[start + i] !== state[i]) return false
    return true
  }

  #grow(): void {
    const bytes = new Uint8Array(2 * this.#bytes.length)
    bytes.set(this.#bytes)
    this.#bytes = bytes
    const parents = new Int32Array(2 * this.#parents.length)
    parents.set(this.#parents)
    this.#parents = parents
  }

  #rehash(): void {
    const table = new Int32Array(2 * this.#table.length).fill(-1)
    const mask = table.length - 1
    for (let index = 0; index < this.count; index++) {
      let place = hashOf(this.#bytes, index * this.#width, this.#width) & mask
      while (table[place]! >= 0) place = (place + 1) & mask
      table[place] = index
    }
    this.#table = table
  }
}

/** FNV-1a over 32 bits, with a final mixing step. */
function hashOf(bytes: Uint8Array, start: number, length: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < start + length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** Steps between states that do not depend on an adversity. */
class Edges {
  count = 0
  from = new Int32Array(4096)
  to = new Int32Array(4096)

  add(from: number, to: number): void {
    if (this.count === this.from.length) {
      for (const side of ['from', 'to'] as const) {
        const wider = new Int32Array(2 * this.count)
        wider.set(this[side])
        this[side] = wider
      }
    }
    this.from[this.count] = from
    this.to[this.count++] = to
  }
}

/** The first state from which no end can be reached, −1 if there is none. Searches backwards from all ends. */
function firstStuck(model: Model, states: Store, edges: Edges): number {
  const firstInto = new Int32Array(states.count + 1)
  for (let i = 0; i < edges.count; i++) firstInto[edges.to[i]! + 1]!++
  for (let i = 0; i < states.count; i++) firstInto[i + 1]! += firstInto[i]!
  const filled = firstInto.slice()
  const sources = new Int32Array(edges.count)
  for (let i = 0; i < edges.count; i++) sources[filled[edges.to[i]!]!++] = edges.from[i]!
  const canEnd = new Uint8Array(states.count)
  const open = new Int32Array(states.count)
  let count = 0
  for (let i = 0; i < states.count; i++) {
    if (!model.isOver(states.at(i))) continue
    canEnd[i] = 1
    open[count++] = i
  }
  while (count > 0) {
    const target = open[--count]!
    for (let i = firstInto[target]!; i < firstInto[target + 1]!; i++) {
      const source = sources[i]!
      if (canEnd[source] === 1) continue
      canEnd[source] = 1
      open[count++] = source
    }
  }
  return canEnd.indexOf(0)
}

/** The steps to a state in words. Each worker keeps its name, wherever the canonical form puts it. */
function traceTo(model: Model, states: Store, last: number): string[] {
  const path = [last]
  while (states.parentOf(path[0]!) >= 0) path.unshift(states.parentOf(path[0]!))
  let names: number[] = []
  return path.slice(1).map((target, i) => {
    let words = ''
    let order: readonly number[] | undefined
    const goal = states.at(target)
    model.steps(states.at(path[i]!).slice(), (next, word, who, what) => {
      if (words !== '') return
      const changed = model.normalize?.(next)
      if (!goal.every((byte, j) => byte === next[j])) return
      words = `W${names[who] ?? who + 1} ${word} ${what}`
      order = changed
    })
    names = (order ?? []).length === 0 ? names : order!.map((from) => names[from] ?? from + 1)
    return words
  })
}

/**
 * Sorts the workers of a state by their bytes, and renames them in the bytes `names` that name workers (0: nobody, i:
 * the i-th). States that differ only in which worker is which become the same.
 */
export function sortWorkers(
  state: Uint8Array,
  workers: { readonly at: number; readonly size: number; readonly count: number },
  names: readonly number[],
): readonly number[] | undefined {
  const { at, size, count } = workers
  let isSorted = true
  for (let w = 1; w < count && isSorted; w++) isSorted = compare(state, at + (w - 1) * size, at + w * size, size) <= 0
  if (isSorted) return undefined
  const order = Array.from({ length: count }, (_, w) => w)
  for (let i = 1; i < count; i++) {
    for (let w = i; w > 0 && compare(state, at + (w - 1) * size, at + w * size, size) > 0; w--) {
      swap(state, at + (w - 1) * size, at + w * size, size)
      const held = order[w]!
      order[w] = order[w - 1]!
      order[w - 1] = held
    }
  }
  for (const name of names)
    if (state[name]! > 0 && state[name]! <= count) state[name] = order.indexOf(state[name]! - 1) + 1
  return order
}

function swap(state: Uint8Array, a: number, b: number, size: number): void {
  for (let i = 0; i < size; i++) {
    const held = state[a + i]!
    state[a + i] = state[b + i]!
    state[b + i] = held
  }
}

function compare(state: Uint8Array, a: number, b: number, size: number): number {
  for (let i = 0; i < size; i++) if (state[a + i] !== state[b + i]) return state[a + i]! - state[b + i]!
  return 0
}

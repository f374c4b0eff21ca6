/**
 * Rows as one byte a feature: what histogram trees are grown from.
 *
 *   n, d    rows, features
 *   x       n × d, row-major; NaN where a feature is inactive
 *   levels  d; 0 for an ordered feature, else how many values an unordered one has, which x numbers from 0
 *   codes   d × n, the code of row i in feature j at j · n + i; 0 is inactive
 *
 * An ordered feature has up to 255 bins, numbered from below: one a distinct value where they suffice, else of about equally
 * many rows. An unordered feature has a code a level, 1 + level; beyond 254 levels, those that occur share 254 codes in
 * the order of their mean target, and 255 stands for all that do not.
 */

export const CODES = 256

/** 32-bit words of a set of codes, one bit each. */
export const SET_WORDS = CODES / 32

const BINS = 255
const UNSEEN = 255
/** Rows that quantiles are taken from: 16 a bin. */
const QUANTILE_ROWS = 4096

export interface BinnedRows {
  readonly n: number
  readonly d: number
  readonly levels: Int32Array
  readonly codes: Uint8Array
  /** d × 256: the smallest and the largest value in a bin of an ordered feature. */
  readonly low: Float64Array
  readonly high: Float64Array
  /** By feature: the code of each level of an unordered one; empty for an ordered one. */
  readonly codeOfLevel: readonly Uint8Array[]
  /** By feature: the codes in use are below this. */
  readonly codeCount: Int32Array
  /** By feature: how many levels that occur share a code, on average; 1 where there is room. */
  readonly levelsPerCode: Float64Array
}

/** Whether the set that begins at `offset` has a code. */
export function setHas(words: Uint32Array, offset: number, code: number): boolean {
  return ((words[offset + (code >>> 5)]! >>> (code & 31)) & 1) === 1
}

/**
 * Bins rows.
 *
 * @param y  n targets, which group the levels of an unordered feature that has too many
 * @throws RangeError where an ordered value is infinite or an unordered one is not a level
 */
export function binRows(x: Float64Array, y: Float64Array, n: number, d: number, levels: Int32Array): BinnedRows {
  const rows = {
    n,
    d,
    levels,
    codes: new Uint8Array(d * n),
    low: new Float64Array(d * CODES),
    high: new Float64Array(d * CODES),
    codeOfLevel: Array.from(levels, (count, j) =>
      count === 0 ? new Uint8Array(0) : codesOfLevels(x, y, n, d, j, count),
    ),
    codeCount: new Int32Array(d),
    levelsPerCode: new Float64Array(d).fill(1),
  }
  for (let j = 0; j < d; j++) {
    if (levels[j] === 0) binOrdered(rows, x, j)
    else binUnordered(rows, x, j)
  }
  return rows
}

function binUnordered(
  { n, d, codes, codeOfLevel, codeCount, levelsPerCode }: BinnedRows,
  x: Float64Array,
  j: number,
): void {
  const codeOf = codeOfLevel[j]!
  for (let i = 0; i < n; i++) {
    const level = x[i * d + j]!
    codes[j * n + i] = Number.isNaN(level) ? 0 : codeOf[level]!
  }
  codeCount[j] = Math.min(codeOf.length, BINS) + 1
  if (codeOf.length >= BINS)
    levelsPerCode[j] = Math.max(1, codeOf.filter((code) => code !== UNSEEN).length / (BINS - 1))
}

function codesOfLevels(x: Float64Array, y: Float64Array, n: number, d: number, j: number, count: number): Uint8Array {
  const rowCount = new Int32Array(count)
  for (let i = 0; i < n; i++) {
    const level = x[i * d + j]!
    if (Number.isNaN(level)) continue
    if (!(Number.isInteger(level) && level >= 0 && level < count)) {
      throw new RangeError(`feature ${j}: a level is a whole number from 0 to ${count - 1}, got ${level} in row ${i}`)
    }
    rowCount[level]!++
  }
  if (count < BINS) return Uint8Array.from({ length: count }, (_, level) => level + 1)
  let mean = 0
  for (let i = 0; i < n; i++) mean += y[i]! / n
  const sum = new Float64Array(count)
  for (let i = 0; i < n; i++) {
    const level = x[i * d + j]!
    if (!Number.isNaN(level)) sum[level]! += y[i]! - mean
  }
  // Drawn towards the mean of all as by one row more: a level seen once says less than one seen often.
  const shrunk = sum.map((total, level) => total / (rowCount[level]! + 1))
  const seen = Uint32Array.from({ length: count }, (_, level) => level).filter((level) => rowCount[level]! > 0)
  seen.sort((a, b) => shrunk[a]! - shrunk[b]! || a - b)
  const codes = new Uint8Array(count).fill(UNSEEN)
  const groups = Math.min(seen.length, UNSEEN - 1)
  for (let k = 0; k < seen.length; k++) codes[seen[k]!] = 1 + Math.floor((k * groups) / seen.length)
  return codes
}

function binOrdered({ n, d, codes, low, high, codeCount }: BinnedRows, x: Float64Array, j: number): void {
  const edges = binEdges(x, n, d, j)
  low.fill(Infinity, j * CODES, (j + 1) * CODES)
  high.fill(-Infinity, j * CODES, (j + 1) * CODES)
  for (let i = 0; i < n; i++) {
    const value = x[i * d + j]!
    if (Number.isNaN(value)) continue
    if (!Number.isFinite(value))
      throw new RangeError(`feature ${j}: an ordered value is finite, or NaN if inactive, got ${value} in row ${i}`)
    let from = 0
    let to = edges.length
    while (from < to) {
      const middle = (from + to) >>> 1
      if (value <= edges[middle]!) to = middle
      else from = middle + 1
    }
    const code = from + 1
    codes[j * n + i] = code
    const bin = j * CODES + code
    if (value < low[bin]!) low[bin] = value
    if (value > high[bin]!) high[bin] = value
  }
  codeCount[j] = edges.length + 2
}

/** Upper edges of all bins but the last, between the values of neighbouring bins. */
function binEdges(x: Float64Array, n: number, d: number, j: number): Float64Array {
  const stride = Math.max(1, n / QUANTILE_ROWS)
  const values = Float64Array.from({ length: Math.min(n, QUANTILE_ROWS) }, (_, k) => x[Math.floor(k * stride) * d + j]!)
    .filter((value) => !Number.isNaN(value))
    .sort()
  let distinct = 0
  for (let k = 0; k < values.length; k++) if (k === 0 || values[k] !== values[k - 1]) distinct++
  const edges: number[] = []
  let filled = 0
  for (let k = 0; k + 1 < values.length; k++) {
    filled++
    const a = values[k]!
    const b = values[k + 1]!
    if (a === b) continue
    const left = BINS - edges.length
    if (distinct > BINS && filled * left < filled + values.length - k - 1) continue
    const middle = a / 2 + b / 2
    edges.push(middle < b ? middle : a)
    filled = 0
  }
  return Float64Array.from(edges)
}

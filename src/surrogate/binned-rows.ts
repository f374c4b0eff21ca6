/**
 * Rows with one byte for each feature, the form from which histogram trees are grown.
 *
 *   n, d    number of rows and of features
 *   x       n × d, row-major; NaN where a feature is inactive
 *   levels  d; 0 for an ordered feature, otherwise the number of levels of an unordered one, which x numbers from 0
 *   codes   d × n; the code of row i in feature j is at j · n + i; 0 means inactive
 *
 * An ordered feature has up to 255 bins, numbered from below: one for each distinct value if there are enough bins,
 * otherwise bins of about equally many rows. An unordered feature has one code for each level, 1 + level. With more
 * than 254 levels, the levels that occur share 254 codes in the order of their mean target, and code 255 stands for all
 * others.
 */

/** Number of codes of one byte. */
export const CODES = 256

/** Number of 32-bit words in a set of codes, which has one bit for each code. */
export const SET_WORDS = CODES / 32

/** Most bins of an ordered feature: every code except 0, which means inactive. */
const BINS = 255

/** The code of all levels that do not occur, where levels share codes. */
const UNSEEN = 255

/** Most rows from which bins are computed: 16 for each bin are enough for quantiles. */
const QUANTILE_ROWS = 4096

export interface BinnedRows {
  readonly n: number
  readonly d: number
  readonly levels: Int32Array
  readonly codes: Uint8Array
  /** d × 256: the smallest and the largest value in each bin of an ordered feature. */
  readonly low: Float64Array
  readonly high: Float64Array
  /** By feature: the code of each level of an unordered one; empty for an ordered one. */
  readonly codeOfLevel: readonly Uint8Array[]
  /** By feature: all codes in use are below this. */
  readonly codeCount: Int32Array
  /** By feature: the average number of occurring levels that share a code; 1 if there are enough codes. */
  readonly levelsPerCode: Float64Array
}

/** Whether the set that begins at `offset` contains a code. */
export function setHas(words: Uint32Array, offset: number, code: number): boolean {
  return ((words[offset + (code >>> 5)]! >>> (code & 31)) & 1) === 1
}

/**
 * Computes the codes of rows.
 *
 * @param y  n targets; they decide which levels share a code where an unordered feature has too many
 * @throws RangeError if the value of an ordered feature is infinite, or the value of an unordered one is not a level
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

/** The code of each level of an unordered feature. */
function codesOfLevels(x: Float64Array, y: Float64Array, n: number, d: number, j: number, count: number): Uint8Array {
  const rowCount = new Int32Array(count)
  for (let i = 0; i < n; i++) {
    const level = x[i * d + j]!
    if (Number.isNaN(level)) continue
    if (!(Number.isInteger(level) && level >= 0 && level < count)) {
      throw new RangeError(
        `feature ${j}: a level must be a whole number from 0 to ${count - 1}, got ${level} in row ${i}`,
      )
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
  // One more row at the overall mean shrinks each mean: a level seen once says less than one seen often.
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
      throw new RangeError(
        `feature ${j}: an ordered value must be finite, or NaN if inactive, got ${value} in row ${i}`,
      )
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

/** The upper edge of each bin except the last, between the values of neighboring bins. */
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

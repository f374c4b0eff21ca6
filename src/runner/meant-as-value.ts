/**
 * Whether a line of output that is not an answer was meant as one. Such a line fails the trial: an earlier line would
 * be an older number, and nobody would notice. `anthill help results` has the same rules in words.
 *
 * A line was meant as a value if, without its control sequences, it is
 *
 * 1. one word that begins like a number: `1,234.5`, `0.5s`, `87%`, `1/3`, `"0.5"`, `[0.5]`, but not a date or a time
 * 2. numbers only, with signs and brackets among them: `[1] 0.5`, `1 234.5`, `[0.1, 0.2]`
 * 3. a number and a unit of at most three letters, or its error: `0.5 s`, `12 ms`, `0.5 ± 0.1`, `0.5 +/- 0.1`
 * 4. a power of ten, or the stars that Fortran prints where a number does not fit its format: `7 x 10^-3`, `*****`
 * 5. a word for a number that is missing: `None`, `null`, `NA`, `undefined`; with R's mark before it: `[1] NA`
 * 6. a number in a call: `tensor(0.5)`, `np.float64(0.5)`
 * 7. the objective, `value`, `result` or `ans` with one word after `=` or `:`, as in `loss = 0.5`
 * 8. in braces, with the objective or `value` as a key: `{'value': 0.5}`, or half of it
 *
 * Any other line is words of the program and is passed over: `done`, `3 trials`, `epoch 3: loss 0.5`.
 */

/** No value is longer, apart from one in braces. */
const LONGEST = 200

/** A number, perhaps after a sign, a currency, a quote or a bracket. */
const BEGINS_LIKE_NUMBER = /^[-+−－~≈<>=("'`[{$€£]{0,4}[.,٫．]?\p{Nd}/u

const DATE_OR_TIME = /^(?:\d{4}-\d\d-\d\d|\d{1,2}:\d\d(?::\d\d)?(?:$|[.,]))/

const NUMBERS_ONLY = /^[-+−\d.,;:_'"eEdD%()[\] \t]+$/

const WITH_UNIT = /^[-+−]?\.?\d[\d.,_']*(?:[eE][-+]?\d+)? +(?:[A-Za-zµ°²³]{1,3}|[%‰])$/

const WITH_ERROR = /^[-+−]?\.?\d[\d.,]*(?:[eE][-+]?\d+)?\s*(?:±|\+\/?-)\s*\.?\d/

const POWER_OF_TEN = /^[-+−]?\.?\d[\d.,]*\s*[x×*·⋅]\s*10(?:\s*(?:\^|\*\*)\s*[({]?[-+−]?\d+[)}]?|[⁺⁻]?[⁰¹²³⁴-⁹]+)$/iu

/** Shorter and longer rows of stars stand between the parts of an output. */
const NO_ROOM = /^\*{4,24}$/

/** R prints the index of an element before it. */
const MARK_OF_R = /^\[1\]\s+/

/** Signs without width, as copied from a page or left by a codec. */
const INVISIBLE = /^[\u200b-\u200f\u2060\ufeff]+/

const NOT_FINITE = /^[-+]?(?:nan|inf(?:inity)?)$/i

const MISSING = /^["'([]?(?:none|null|nil|nul|n\/?a|<na>|undefined|missing|nat)["')\]]?[.;,]?$/i

const IN_A_CALL = /^[A-Za-z_][\w.]*\(\s*[['"(]*[-+]?\.?\d.*\)$/

/** Programs that print the value of an expression print one of these names with it. */
const NAMES = ['value', 'result', 'ans']

/** @param names  the objectives */
export function isMeantAsValue(text: string, names: readonly string[]): boolean {
  const line = text.replace(INVISIBLE, '')
  if (line.startsWith('{')) return [...names, 'value'].some((name) => hasKey(line, name))
  if (line.length > LONGEST || line === '') return false
  const bare = line.replace(MARK_OF_R, '')
  if (MISSING.test(bare) || (bare !== line && NOT_FINITE.test(bare))) return true
  if (POWER_OF_TEN.test(bare) || NO_ROOM.test(bare)) return true
  if (IN_A_CALL.test(line) || WITH_UNIT.test(line) || WITH_ERROR.test(line)) return true
  if (!/\s/.test(line) && BEGINS_LIKE_NUMBER.test(line)) return !DATE_OR_TIME.test(line)
  if (NUMBERS_ONLY.test(line) && /\d/.test(line)) return true
  const [, name, word] = /^["']?([\w./@ -]+?)["']?\s*[:=]\s*(\S+)$/.exec(line) ?? []
  const isNamed = [...names, ...NAMES].some((known) => known.toLowerCase() === name?.toLowerCase())
  return (
    isNamed &&
    word !== undefined &&
    (MISSING.test(word) || NO_ROOM.test(word) || BEGINS_LIKE_NUMBER.test(word) || /^[-+]?(nan|inf)/i.test(word))
  )
}

/** Whether a text in braces has a key, in any kind of quotes and in any case. */
function hasKey(text: string, name: string): boolean {
  const lower = text.toLowerCase()
  const wanted = name.toLowerCase()
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) {
    const before = lower[at - 1] ?? ''
    const after = lower.slice(at + wanted.length, at + wanted.length + 3)
    if (/["'{,\s]/.test(before) && /^["']?\s*[:=]/.test(after)) return true
  }
  return false
}

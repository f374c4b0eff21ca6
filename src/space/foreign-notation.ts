/**
 * Ranges and lists as other tools and languages write them, and how they are written here.
 *
 * Many of them would pass as a choice of odd texts: `[16,32,64]` has commas, and so has `(1e-5,1e-1)`. The study would
 * then search nonsense, and end early without a word. So they are recognized and refused, with the line to write.
 */

const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?`

/** Two numbers with a foreign sign between them, and perhaps a step. */
const PAIR = new RegExp(
  String.raw`^(${NUMBER})\s*(?:-|–|—|:|~|->|\.\.[.=<]?|…|\bto\b|\band\b)\s*(${NUMBER})(?:\s*:\s*(${NUMBER}))?$`,
)

/** A scale or a type before or behind the bounds: `log:1e-5:1e-1`, `int:1:10`, `1e-5..1e-1,log`. */
const LABELED = new RegExp(
  String.raw`^(?:([a-z_]+)\s*[:,; ]\s*)?(${NUMBER})\s*(?:\.\.|[:,;-])\s*(${NUMBER})(?:\s*[:,; ]\s*([a-z_]+))?$`,
  'i',
)

/** A name between two bounds: `0<=x<=1`. */
const BETWEEN = new RegExp(String.raw`^(${NUMBER})\s*(?:<=?|≤)\s*[A-Za-z_][\w.-]*\s*(?:<=?|≤)\s*(${NUMBER})$`)

/** A range whose numbers have commas between their thousands. */
const THOUSANDS = /^([+-]?\d{1,3}(?:,\d{3})*)\.\.([+-]?\d{1,3}(?:,\d{3})*)(~log)?$/

/** Ranges of Python leave out their end. */
const OPEN_WORDS = /^(?:range|arange)$/

const CALL = /^([A-Za-z_][\w.]*)\s*[([](.*)[)\]]$/s

/** Words for a logarithmic scale. */
const LOG_WORDS =
  /^(?:log|ln|log10|log2|logarithmic|geom|loguniform|reciprocal|qloguniform|logspace|geomspace|logrange)$/

const INT_WORDS = /^(?:int|integer|randint|qrandint|range|arange|suggestint|uniformint|intuniform)$/

const LIST_WORDS =
  /^(?:choice|choices|categorical|cat|oneof|suggestcategorical|enum|set|list|values|samplefrom|gridsearch)$/

const ORDER_WORDS = /^(?:ordinal|sequence|ordered|discrete|suggestdiscreteuniform)$/

const RANGE_WORDS =
  /^(?:float|real|double|uniform|quniform|u|unif|suggestfloat|suggestuniform|linspace|linear|continuous)$/

const BELL_WORDS = /^(?:normal|qnormal|lognormal|randn|n|gauss|gaussian|beta|gamma|expon|exponential|poisson)$/

/** What to write instead of a foreign notation, without the name; undefined if the text is not one. */
export function nativeForms(text: string): string[] | undefined {
  const bare = unquoted(text)
  if (bare !== text) return nativeForms(bare) ?? [bare]
  const call = CALL.exec(text)
  if (call !== null) return formsOfCall(call[1]!, call[2]!)
  const pair = PAIR.exec(text)
  if (pair !== null) return formsOfPair(pair[1]!, pair[2]!, pair[3])
  const range = rangeForms(text)
  if (range !== undefined) return range
  const [, before, low, high, after] = LABELED.exec(text) ?? []
  const label = flat(before ?? after ?? '')
  if (label !== '' && low !== undefined && high !== undefined && isKnown(label))
    return formsOfCall(label, `${low},${high}`)
  const inner = /^[([{<](.*)[)\]}>]$/s.exec(text)?.[1]
  if (inner !== undefined) return PAIR.test(inner) && inner.includes('..') ? nativeForms(inner) : formsOfList(inner)
  if (!/,|\.\./.test(text) && /[;|]|\S\s+\S/.test(text)) return [text.split(/\s*[;|]\s*|\s+/).join(',')]
  return undefined
}

/** The same for two notations of a range whose numbers or bounds have other signs between them. */
export function rangeForms(text: string): string[] | undefined {
  const between = BETWEEN.exec(text)
  if (between !== null) return formsOfPair(between[1]!, between[2]!, undefined)
  const thousands = text.includes(',') ? THOUSANDS.exec(text) : null
  if (thousands !== null) {
    const [from, to, scale = ''] = thousands.slice(1) as [string, string, string?]
    return [`${from.replaceAll(',', '')}..${to.replaceAll(',', '')}${scale}`]
  }
  return undefined
}

function formsOfCall(name: string, inside: string): string[] {
  const word = flat(name.split('.').at(-1)!)
  const items = itemsOf(inside).filter((item, k) => k > 0 || !/^(['"]).*\1$/.test(item) || LIST_WORDS.test(word))
  const numbers = items.map((item) => item.replace(/^\w+\s*=\s*/, '')).filter(isNumber)
  const [low, high, step] = numbers
  const isLog = LOG_WORDS.test(word) || items.some((item) => /^log\s*=\s*true$|^(['"]?)log-?uniform\1$/i.test(item))
  if (LIST_WORDS.test(word)) {
    // Two numbers in a call of this name are two values, never the ends of a range.
    const forms = formsOfList(inside.replace(/^\s*['"]\w+['"]\s*,\s*\[/, '['))
    return [forms.find((form) => !form.includes('..')) ?? forms[0]!]
  }
  if (ORDER_WORDS.test(word)) return [`[${listed(inside).join('<')}]`]
  if (/^bool/.test(word)) return ['true,false']
  if (BELL_WORDS.test(word)) return ['LOW..HIGH'] // a range is searched, whatever the prior of the other tool was
  if (OPEN_WORDS.test(word) && low !== undefined) return formsOfOpen(numbers)
  if (low === undefined || high === undefined) return isLog ? ['LOW..HIGH~log'] : ['LOW..HIGH', 'A,B,C']
  // hyperopt gives the logarithms of the bounds.
  if (isLog && Number(low) <= 0) return ['LOW..HIGH~log']
  if (INT_WORDS.test(word)) return [asRange(low, high, isWhole(step) ? step : undefined)]
  const tail = isLog ? '~log' : /^q|arange/.test(word) && step !== undefined ? `:${step}` : ''
  return [`${asFloat(low)}..${asFloat(high)}${tail}`]
}

/** `range(1, 10)` ends at 9, and `arange(0, 1, 0.25)` at 0.75. One number is the end of a range from 0. */
function formsOfOpen(numbers: readonly string[]): string[] {
  const [low, high, step = '1'] = numbers.length === 1 ? ['0', numbers[0]!] : (numbers as [string, string, string?])
  const last = Number(low) + (Math.ceil((Number(high) - Number(low)) / Number(step) - 1e-9) - 1) * Number(step)
  if (!(last > Number(low))) return ['LOW..HIGH']
  const digits = Math.max(...[low, step].map((number) => number.split('.')[1]?.length ?? 0))
  const range = digits === 0 ? `${low}..${last}` : `${asFloat(low)}..${asFloat(String(Number(last.toFixed(digits))))}`
  return [Number(step) === 1 && digits === 0 ? range : `${range}:${step}`]
}

function formsOfPair(low: string, high: string, step: string | undefined): string[] {
  if (asRange(low, high, step) === '0.0..1.0') return ['0.0..1.0', '0,1']
  return [asRange(low, high, step), ...(isWhole(low) && isWhole(high) ? [`${asFloat(low)}..${asFloat(high)}`] : [])]
}

/** A list in brackets: two numbers may be the ends of a range as well. */
function formsOfList(inside: string): string[] {
  // A choice of lists has no form in a shell: it goes into a file for --space.
  const items = /[\])}]\s*,\s*[[({]/.test(inside) ? [] : listed(inside)
  if (items.length < 2) return ['A,B,C']
  const [low, high] = items as [string, string]
  const isRange = items.length === 2 && isNumber(low) && isNumber(high) && Number(low) < Number(high)
  const order = items.every(isNumber) && !isRange ? [`[${items.join('<')}]`] : []
  return [...(isRange ? [asRange(low, high, undefined)] : []), items.join(','), ...order]
}

function listed(inside: string): string[] {
  return itemsOf(inside.replace(/^\s*[[({]|[\])}]\s*$/g, '')).map((item) => nativeWord(unquoted(item)))
}

function itemsOf(inside: string): string[] {
  const separator = /[,;|]/.test(inside) ? /[,;|]/ : /\s+/
  return inside
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '' && item !== '...' && item !== '..')
}

/** What Python calls True is true. */
export function nativeWord(word: string): string {
  if (/^true$/i.test(word)) return 'true'
  if (/^false$/i.test(word)) return 'false'
  return word === 'None' ? 'null' : word
}

function asRange(low: string, high: string, step: string | undefined): string {
  const isZeroOne = Number(low) === 0 && Number(high) === 1 && step === undefined
  const tail = step === undefined ? '' : `:${step}`
  return isZeroOne ? '0.0..1.0' : `${low}..${high}${tail}`
}

const asFloat = (text: string): string => (isWhole(text) ? `${text}.0` : text)
const isWhole = (text: string | undefined): text is string => text !== undefined && /^[+-]?\d+$/.test(text)
const isNumber = (text: string): boolean => new RegExp(`^${NUMBER}$`).test(text)
const flat = (word: string): string => word.toLowerCase().replaceAll('_', '')
const unquoted = (text: string): string => /^'([^']*)'$/.exec(text)?.[1] ?? text

const isKnown = (word: string): boolean =>
  [LOG_WORDS, INT_WORDS, LIST_WORDS, ORDER_WORDS, RANGE_WORDS].some((words) => words.test(word))

/** Changes of what a file says: its bytes, and the values of its JSON. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Change, Naming, Place } from './change.ts'
import type { Kind, Target } from './target.ts'

const isFile = ({ kind }: Target): boolean => kind !== 'folder' && kind !== 'link'
const isJson = ({ kind }: Target): boolean =>
  ['study', 'slot', 'lock', 'note', 'record', 'amendment', 'best', 'log', 'index', 'face'].includes(kind)

/** A file of one line that is not whole says nothing. Heartbeats and logs may be cut by a crash. */
const damaged = ({ kind }: Target): Naming =>
  kind === 'face' || kind === 'other' ? 'no' : kind === 'heartbeat' || kind === 'log' ? 'maybe' : 'yes'

const bytes =
  (change: (bytes: Buffer, place: Place) => Buffer) =>
  (place: Place): void => {
    const path = join(place.root, place.target.path)
    writeFileSync(path, change(readFileSync(path), place))
  }

const noise = (place: Place, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => place.random.integer(256)))

/** Fields that a file must have, with a value of this type. */
const NEEDED: Partial<Record<Kind, readonly string[]>> = {
  study: ['format', 'space', 'objectives', 'sampler', 'seed', 'leaseMs', 'attempts', 'primitive', 'token', 'time'],
  slot: ['slot', 'epoch', 'id', 'config', 'repeat', 'origin', 'worker', 'token', 'time'],
  lock: ['slot', 'epoch', 'attempt', 'round', 'id', 'config', 'repeat', 'identity', 'token', 'time'],
  note: ['slot', 'attempt', 'reason', 'detail', 'curve', 'worker', 'token', 'time'],
  record: ['slot', 'attempt', 'round', 'status', 'values', 'curve', 'worker', 'token', 'started', 'time'],
  amendment: ['by', 'token', 'time'],
  best: ['slot', 'id', 'worth', 'token'],
}

type Steps = readonly (string | number)[]

/** JSON texts by type. */
const TYPES: Readonly<Record<string, string>> = {
  null: 'null',
  array: '[1]',
  object: '{"a":1}',
  string: '"text"',
  boolean: 'true',
  number: '7',
}

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'object' ? 'object' : typeof value

const NUMBERS = [
  '-1',
  '0.5',
  '-0',
  '9007199254740991',
  '4294967296',
  '1e308',
  '1e999',
  'NaN',
  '1e-400',
  '999999999',
  '0',
]

const DEEP = 100_000
const HUGE = 20 * 2 ** 20

/** What is put in the place of one value; the text need not be JSON. */
const VALUES: readonly (readonly [name: string, text: (place: Place, old: unknown) => string, isWrong: boolean])[] = [
  ['a value of another type', ({ random }, old) => pick(random, wrongTypes(old)), true],
  ['an odd number', ({ random }) => pick(random, NUMBERS), false],
  ['deep brackets', () => '['.repeat(DEEP) + ']'.repeat(DEEP), false],
  ['deep objects', () => '{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP), false],
  ['a huge text', () => JSON.stringify('x'.repeat(HUGE)), false],
  ['an odd text', ({ random }) => JSON.stringify(pick(random, TEXTS)), false],
]

const TEXTS = ['', '../../etc', '\u0000', '\x1b]0;PWN\x07', '__proto__', '\ud800', '\u202e', 'constructor', '/', 'NaN']

const wrongTypes = (old: unknown): string[] =>
  Object.entries(TYPES).flatMap(([type, text]) => (type === typeOf(old) ? [] : [text]))

const pick = <T>(random: Place['random'], all: readonly T[]): T => all[random.integer(all.length)]!

/** Where the values of some JSON are. */
function stepsIn(value: unknown, above: Steps = []): Steps[] {
  if (typeof value !== 'object' || value === null) return []
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  return keys.flatMap((key) => [
    [...above, key],
    ...stepsIn((value as Record<string | number, unknown>)[key], [...above, key]),
  ])
}

/** The text of some JSON with another text in the place of one value. */
function withText(value: unknown, steps: Steps, textFor: (old: unknown) => string): string {
  const copy = structuredClone(value) as Record<string | number, unknown>
  const last = steps.at(-1)!
  const holder = steps.slice(0, -1).reduce<Record<string | number, unknown>>((v, step) => v[step] as never, copy)
  const text = textFor(holder[last])
  holder[last] = '@here@'
  return JSON.stringify(copy).replace('"@here@"', () => text)
}

/** Changes one line of a file. In logs and indexes some line; if it is `sealed`, its checksum is right. */
export function changeLine(place: Place, isSealed: boolean, change: (line: string) => string): string {
  const path = join(place.root, place.target.path)
  // The face of a config has no newline.
  const lines = readFileSync(path, 'utf8').replace(/\n$/, '').split('\n')
  const k = place.random.integer(lines.length)
  const old = lines[k]!
  lines[k] = change(old)
  if (isSealed && place.target.kind === 'log') lines[k] = sealedLogLine(lines[k])
  const text = lines.map((line) => `${line}\n`).join('')
  writeFileSync(path, isSealed && place.target.kind === 'index' ? sealedIndex(text) : text)
  return old
}

/** A line of a log with the checksum that belongs to it. */
export function sealedLogLine(line: string): string {
  const body = line.replace(/,"crc":"[^"]*"}$/, '}')
  return `${body.slice(0, -1)},"crc":"${hex(Buffer.from(body))}"}`
}

/** An index with the footer, and the number of bytes in its header, that belong to it. */
export function sealedIndex(text: string): string {
  const lines = text.split('\n').slice(1, -2)
  const footer = (crc: string): string => `${JSON.stringify({ count: lines.length, crc })}\n`
  const body = lines.map((line) => `${line}\n`).join('')
  const length = Buffer.byteLength(body) + footer('00000000').length
  const header = text.slice(0, text.indexOf('\n')).replace(/"bytes":\d+/, `"bytes":${length}`)
  const covered = `${header}\n${body}`
  return covered + footer(hex(Buffer.from(covered)))
}

const hex = (bytes: Buffer): string => crc32(bytes).toString(16).padStart(8, '0')

/** The numbers of the trials that a line of a log or an index may tell of. */
export function numbersOf(line: string): number[] {
  return [...line.matchAll(/"slot":(\d+)|^\[(\d+),|\[\[?(\d+),|"ask":(\d+)/g)].map((m) =>
    Number(m.slice(1).find(Boolean)),
  )
}

const valueChanges: readonly Change[] = VALUES.flatMap(([what, textFor, isWrong]) =>
  [false, true].map((isSealed): Change => ({
    name: `has ${what}${isSealed ? ', with a right checksum' : ''}`,
    fits: (target) => isJson(target) && (!isSealed || target.kind === 'log' || target.kind === 'index'),
    naming: ({ kind }) => (kind === 'face' ? 'no' : kind === 'index' && !isSealed ? 'yes' : 'maybe'),
    apply: (place) => {
      let told: number[] = []
      changeLine(place, isSealed, (line) => {
        const value: unknown = JSON.parse(line)
        const needed = NEEDED[place.target.kind]
        const all = stepsIn(value)
        if (all.length === 0) return line
        // What must be there is chosen more often: the rest of a file may be anything.
        const some =
          isWrong && needed !== undefined && place.random.integer(2) === 0
            ? all.filter((steps) => steps.length === 1 && needed.includes(String(steps[0])))
            : all
        const changed = withText(value, pick(place.random, some), (old) => textFor(place, old))
        if (isSealed) told = [...numbersOf(line), ...(changed.length < 10_000 ? numbersOf(changed) : [])]
        return changed
      })
      return told
    },
  })),
)

const neededChanges: readonly Change[] = [
  {
    name: 'lacks a field that it must have',
    fits: ({ kind }) => NEEDED[kind] !== undefined,
    naming: () => 'yes',
    apply: (place) =>
      void changeLine(place, false, (line) => {
        const { [pick(place.random, NEEDED[place.target.kind]!)]: _gone, ...rest } = JSON.parse(line) as Record<
          string,
          unknown
        >
        return JSON.stringify(rest)
      }),
  },
  {
    name: 'has a needed field of another type',
    fits: ({ kind }) => NEEDED[kind] !== undefined,
    naming: () => 'yes',
    apply: (place) =>
      void changeLine(place, false, (line) => {
        const field = pick(place.random, NEEDED[place.target.kind]!)
        return withText(JSON.parse(line), [field], (old) => pick(place.random, wrongTypes(old)))
      }),
  },
]

export const contentChanges: readonly Change[] = [
  { name: 'is noise', fits: isFile, naming: damaged, apply: bytes((_, place) => noise(place, 300)) },
  {
    name: 'has some bytes changed',
    fits: isFile,
    naming: ({ kind }) => (kind === 'index' ? 'yes' : kind === 'face' || kind === 'other' ? 'no' : 'maybe'),
    apply: bytes((old, place) => {
      for (let k = 0; k < 3 && old.length > 0; k++) old[place.random.integer(old.length)] = place.random.integer(256)
      return old
    }),
  },
  {
    name: 'is cut',
    fits: isFile,
    naming: damaged,
    apply: bytes((old, { random }) => old.subarray(0, random.integer(Math.max(1, old.length)))),
  },
  { name: 'has no bytes', fits: isFile, naming: damaged, apply: bytes(() => Buffer.alloc(0)) },
  { name: 'is full of zeros', fits: isFile, naming: damaged, apply: bytes((old) => Buffer.alloc(old.length)) },
  {
    name: 'has noise behind it',
    fits: isFile,
    naming: ({ kind }) => (kind === 'index' ? 'maybe' : damaged({ kind, path: '' })),
    apply: bytes((old, place) => Buffer.concat([old, noise(place, 100)])),
  },
  {
    name: 'is there twice',
    fits: isFile,
    naming: ({ kind }) => (kind === 'index' ? 'maybe' : damaged({ kind, path: '' })),
    apply: bytes((old) => Buffer.concat([old, old])),
  },
  {
    name: 'is long',
    fits: isFile,
    naming: ({ kind }) => (kind === 'index' || kind === 'log' ? 'maybe' : damaged({ kind, path: '' })),
    apply: bytes((old) => Buffer.concat([old, Buffer.alloc(60 * 2 ** 20, 'x\n')])),
  },
  {
    name: 'is one long line',
    fits: isFile,
    naming: damaged,
    apply: bytes((old) => Buffer.concat([old, Buffer.alloc(60 * 2 ** 20, 'x')])),
  },
  { name: 'is brackets only', fits: isFile, naming: damaged, apply: bytes(() => Buffer.from('['.repeat(DEEP) + '\n')) },
  {
    name: 'begins with a byte order mark',
    fits: isFile,
    naming: damaged,
    apply: bytes((old) => Buffer.concat([Buffer.from('\ufeff'), old])),
  },
  {
    name: 'has ends of lines of another system',
    fits: isFile,
    naming: ({ kind }) => (kind === 'index' ? 'yes' : 'maybe'),
    apply: bytes((old) => Buffer.from(old.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')),
  },
  {
    name: 'is in another encoding',
    fits: isFile,
    naming: damaged,
    apply: bytes((old) => Buffer.from(old.toString(), 'utf16le')),
  },
  {
    name: 'has a byte that is not UTF-8',
    fits: isFile,
    naming: ({ kind }) => (kind === 'index' ? 'yes' : 'maybe'),
    apply: bytes((old, { random }) => {
      const at = random.integer(old.length + 1)
      return Buffer.concat([old.subarray(0, at), Buffer.from([0xff]), old.subarray(at)])
    }),
  },
  ...[
    `"__proto__":{"slot":5,"value":1}`,
    `"constructor":{"prototype":{"slot":1}}`,
    `"slot":5`,
    `"id":"x"`,
    `"toString":1`,
  ].map((field): Change => ({
    name: `has the field ${field} too`,
    fits: isJson,
    naming: ({ kind }) => (kind === 'index' ? 'yes' : 'maybe'),
    apply: (place) => void changeLine(place, false, (line) => line.replace(/}$/, `,${field}}`)),
  })),
  ...neededChanges,
  ...valueChanges,
]

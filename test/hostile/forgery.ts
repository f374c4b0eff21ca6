/** Changes that look right: hashes and checksums fit, and what they say is false. */

import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { trialId } from '../../src/store/disk/trial-id.ts'
import type { Change, Place } from './change.ts'
import { sealedIndex, sealedLogLine } from './content.ts'
import type { Kind } from './target.ts'

type Fields = Record<string, unknown>

const pathOf = ({ root, target }: Place): string => join(root, target.path)
const pick = <T>({ random }: Place, all: readonly T[]): T => all[random.integer(all.length)]!

/** A config that is not one of the space, with the hash that belongs to it. */
const STRANGE = ['{"rate": 7}', '{}', '[]', 'null', '"x"', '{"rate": "\\u001b[2J"}', 'no JSON', `${'['.repeat(50_000)}`]

/** A document of one line, with some fields replaced. */
const edited =
  (edit: (d: Fields, place: Place) => Fields) =>
  (place: Place): void => {
    const d = JSON.parse(readFileSync(pathOf(place), 'utf8')) as Fields
    writeFileSync(pathOf(place), `${JSON.stringify({ ...d, ...edit(d, place) })}\n`)
  }

const ofKind =
  (...kinds: readonly Kind[]) =>
  ({ kind }: { readonly kind: Kind }): boolean =>
    kinds.includes(kind)

const strange = (place: Place): Fields => {
  const config = pick(place, STRANGE)
  return { id: trialId(config), config, repeat: 0 }
}

const files: readonly Change[] = [
  {
    name: 'names another number',
    fits: ofKind('slot', 'note', 'record'),
    naming: () => 'yes',
    apply: edited(({ slot }, place) => ({ slot: Number(slot) + pick(place, [1, 2, 7, 1000, 999_999_000]) })),
  },
  {
    name: 'claims another number',
    fits: ofKind('lock'),
    naming: () => 'maybe',
    apply: edited(({ slot }, place) => ({ slot: pick(place, [Number(slot) + 1, 5, 500, 999_999_999]) })),
  },
  {
    name: 'is another attempt, round or epoch',
    fits: ofKind('slot', 'lock', 'note', 'record'),
    naming: () => 'maybe',
    apply: edited((d, place) => {
      const field = pick(
        place,
        ['attempt', 'round', 'epoch'].filter((name) => name in d),
      )
      return { [field]: pick(place, [Number(d[field]) + 1, 100_000]) }
    }),
  },
  {
    name: 'has a config outside of the space, with its hash',
    fits: ofKind('slot', 'lock'),
    naming: () => 'yes',
    apply: edited((_, place) => strange(place)),
  },
  {
    name: 'queues a config outside of the space, with its hash',
    fits: ofKind('amendment'),
    naming: () => 'yes',
    apply: (place) => {
      const d = { enqueue: [strange(place)], by: 'x', token: 't', time: '2026-01-01T00:00:00.000Z' }
      writeFileSync(pathOf(place), `${JSON.stringify(d)}\n`)
    },
  },
  {
    name: 'has a result from elsewhere with a config outside of the space, with its hash',
    fits: ofKind('amendment'),
    naming: () => 'yes',
    apply: (place) => {
      const { id, config } = strange(place)
      const observe = [{ id, config, status: 'complete', values: { loss: -1e308, gain: 1, cost: 1 }, from: 'forged' }]
      const d = { observe, by: 'x', token: 't', time: '2026-01-01T00:00:00.000Z' }
      writeFileSync(pathOf(place), `${JSON.stringify(d)}\n`)
    },
  },
  {
    name: 'retries another trial',
    fits: ofKind('amendment'),
    naming: () => 'maybe',
    apply: (place) => {
      const retry = { slot: pick(place, [0, 2, 3, 5, 10, 999_999_999]), after: pick(place, [1, 2, 100_000]) }
      const d = { retry, by: 'x', token: 't', time: '2026-01-01T00:00:00.000Z' }
      writeFileSync(pathOf(place), `${JSON.stringify(d)}\n`)
      return [retry.slot]
    },
  },
  {
    name: 'has other values',
    fits: ofKind('record'),
    naming: () => 'maybe',
    apply: edited((_, place) => ({
      status: pick(place, ['complete', 'pruned', 'failed']),
      values: pick<Fields>(place, [
        {},
        { loss: -1e308 },
        { gain: 1e308 },
        { __proto__x: 1 },
        { loss: 5e-324, cost: 1 },
      ]),
      worker: 'somebody-1-0000000000',
      token: 'another',
    })),
  },
  {
    name: 'is by another worker',
    fits: ofKind('lock'),
    naming: () => 'maybe',
    apply: edited(({ identity }, place) => ({
      identity: {
        ...(identity as Fields),
        worker: pick(place, ['somebody-1-0000000000', 'a.b', '0', 'x'.repeat(121)]),
        pid: pick(place, [0, 1, 2, 2 ** 31, 2 ** 53 - 1]),
        host: pick(place, ['', 'other', '\u001b[2J']),
        job: pick(place, ['', '1/2/3']),
        restart: pick(place, [-1, 0, 1e308]),
      },
      held: pick(place, [null, { ttlMs: null }, { ttlMs: 0 }, { ttlMs: 1e308 }]),
    })),
  },
  {
    name: 'is far too good',
    fits: ofKind('best'),
    naming: () => 'yes',
    apply: edited(() => ({ worth: -1e300 })),
  },
  {
    name: 'names another trial',
    fits: ofKind('best'),
    naming: () => 'yes',
    apply: edited((_, place) => ({ slot: pick(place, [2, 4, 999_999_999]), id: 'f'.repeat(20) })),
  },
  {
    name: 'says other settings',
    fits: ofKind('study'),
    naming: () => 'maybe',
    apply: edited((_, place) =>
      pick<Fields>(place, [
        { seed: 0 },
        { leaseMs: 0.001 },
        { leaseMs: 9e9 },
        { attempts: { lost: 1, failed: 100_000 } },
        { primitive: 'rename-dir' },
        { sampler: 'constructor' },
        { sampler: '\u001b[2J' },
        { objectives: {} },
        { objectives: { loss: 'minimize', other: 'maximize' } },
        { objectives: Object.fromEntries(Array.from({ length: 5000 }, (_, k) => [`o${k}`, 'minimize'])) },
        { space: {} },
        { space: { x: { type: 'float', low: 0, high: 1 } } },
        { space: { x: { type: 'choice', choices: Array.from({ length: 300_000 }, (_, k) => k) } } },
        { space: { x: { type: 'int', low: -(2 ** 53) + 1, high: 2 ** 53 - 1 } } },
        { space: { x: { type: 'float', low: 1, high: 'zero' } } },
        { space: Object.fromEntries(Array.from({ length: 2000 }, (_, k) => [`p${k}`, { type: 'bool' }])) },
        { format: 2 },
        { format: 1.5 },
      ]),
    ),
  },
]

/** Edits of the header of an index. */
const HEADERS: readonly ((header: Fields) => Fields)[] = [
  () => ({ amend: 99_999_999 }),
  (d) => ({ amend: Number(d['amend']) + 1 }),
  () => ({ amend: 0 }),
  () => ({ stops: 2 ** 53 - 1 }),
  () => ({ retries: [[5, 100_000]] }),
  () => ({ retries: Array.from({ length: 1000 }, (_, k) => [999_999_000 + k, 1]) }),
  () => ({
    observed: STRANGE.map((config) => {
      const values = { loss: -1e308, gain: 1e308, cost: 0 }
      return { id: trialId(config), config, status: 'complete', values, from: 'forged' }
    }),
  }),
  () => ({ observed: [{ id: 'x' }] }),
  () => ({ queue: STRANGE.map((config) => ({ id: trialId(config), config, repeat: 0 })) }),
  () => ({ basis: { slot: 5, epoch: 1, basis: { plain: { theta: ['x'], fitted: -1 } } } }),
  () => ({ basis: { slot: 5, epoch: 1, basis: { plain: { theta: [1e308], fitted: 1e308 } } } }),
  () => ({ best: { slot: 4, generation: 0, top: null } }),
  () => ({
    best: { slot: 999_999_999, generation: 99_999_999, top: { slot: 4, id: 'f'.repeat(20), worth: -1e308, token: '' } },
  }),
  () => ({ budget: 2 ** 53 - 1 }),
  (d) => ({ offsets: Object.fromEntries(Object.keys(d['offsets'] as Fields).map((w) => [w, 2 ** 53 - 1])) }),
  () => ({ offsets: { 'somebody-1-0000000000': 5 }, left: [] }),
  (d) => ({ left: Object.keys(d['offsets'] as Fields) }),
  () => ({ identities: [] }),
]

/** Edits of the line of a trial that has ended, which readers believe until somebody looks at the truth. */
const LINES: readonly ((line: unknown[]) => unknown[])[] = [
  (line) =>
    line.with(
      14,
      mapped(line[14], () => -1e300),
    ),
  (line) =>
    line.with(
      14,
      mapped(line[14], () => 1e300),
    ),
  (line) => line.with(1, line[1] === 'c' ? 'p' : 'c'),
  (line) => line.with(10, 77),
  (line) => line.with(11, 'somebody-1-0000000000'),
]

const mapped = (values: unknown, change: () => number): Fields =>
  Object.fromEntries(Object.keys(values as Fields).map((name) => [name, change()]))

const newest = ({ root, target }: Place): boolean =>
  readdirSync(join(root, target.path, '..'))
    .sort()
    .at(-1) === target.path.split('/').at(-1)

const hints: readonly Change[] = [
  {
    name: 'has a forged header',
    fits: ofKind('index'),
    naming: () => 'maybe',
    apply: (place) => {
      const [header, ...rest] = readFileSync(pathOf(place), 'utf8').split('\n')
      const d = JSON.parse(header!) as Fields
      const forged = JSON.stringify({ ...d, ...pick(place, HEADERS)(d) })
      writeFileSync(pathOf(place), sealedIndex([forged, ...rest].join('\n')))
    },
  },
  {
    name: 'has a forged line',
    fits: ofKind('index'),
    naming: () => 'yes',
    apply: (place) => {
      const lines = readFileSync(pathOf(place), 'utf8').split('\n')
      const ended = [...lines.keys()].filter((k) => /^\[\d+,"[cp]"/.test(lines[k]!))
      const k = pick(place, ended)
      const line = JSON.parse(lines[k]!) as unknown[]
      lines[k] = JSON.stringify(pick(place, LINES)(line))
      writeFileSync(pathOf(place), sealedIndex(lines.join('\n')))
      return newest(place) ? [Number(line[0])] : []
    },
  },
  {
    name: 'has a line of a trial that does not exist',
    fits: ofKind('index'),
    naming: () => 'yes',
    apply: (place) => {
      const lines = readFileSync(pathOf(place), 'utf8').split('\n')
      const k = pick(
        place,
        [...lines.keys()].filter((at) => /^\[\d+,"c"/.test(lines[at]!)),
      )
      const line = JSON.parse(lines[k]!) as unknown[]
      const config = String(line[8])
        .replace(/"layers": \d+/, '"layers": 4')
        .replace(/"rate": [\d.e-]+/, '"rate": 0.123')
      const number = pick(place, [300, 999_999_999])
      lines.splice(k, 0, JSON.stringify(line.with(0, number).with(3, trialId(config)).with(8, config).with(7, 0)))
      writeFileSync(pathOf(place), sealedIndex(lines.join('\n')))
      return [number]
    },
  },
  {
    name: 'has a forged value in it',
    fits: ofKind('log'),
    naming: () => 'yes',
    apply: (place) => {
      const lines = readFileSync(pathOf(place), 'utf8').split('\n')
      const k = [...lines.keys()].find((at) => lines[at]!.startsWith('{"value":') && lines[at]!.includes('"complete"'))
      if (k === undefined) {
        writeFileSync(pathOf(place), '{"value":{}}\n')
        return []
      }
      const d = JSON.parse(lines[k]!) as { value: { slot: number; values: Fields } }
      const value = { ...d.value, values: mapped(d.value.values, () => -1e300) }
      lines[k] = sealedLogLine(JSON.stringify({ ...d, value }))
      writeFileSync(pathOf(place), lines.join('\n'))
      return [d.value.slot]
    },
  },
  {
    name: 'says something strange',
    fits: ofKind('log'),
    naming: () => 'maybe',
    apply: (place) => {
      const event = pick<Fields>(place, [
        { left: true },
        { ask: 999_999_999 },
        { release: 5 },
        { report: { slot: 999_999_999, attempt: 100_000, step: 1e308, value: null } },
        { report: { slot: 5, attempt: 100_000, step: -1, value: 1 } },
        { trials: 2 ** 53 - 1 },
        { slot: { slot: 400, epoch: 1, ...strange(place), origin: 'x', worker: 'w', token: '', time: '' } },
        { unknown: { slot: 1 } },
      ])
      const text = `${sealedLogLine(JSON.stringify({ ...event, crc: '' }))}\n`
      writeFileSync(pathOf(place), readFileSync(pathOf(place), 'utf8') + text)
      return [400]
    },
  },
]

export const forgeries: readonly Change[] = [...files, ...hints]

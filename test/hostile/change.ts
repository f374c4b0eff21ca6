/** The changes: what a hostile or broken neighbor may do to one file or folder of a study. */

import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { randomStream } from '../../src/numerics/random.ts'
import type { Random } from '../../src/numerics/random.ts'
import { contentChanges } from './content.ts'
import { forgeries } from './forgery.ts'
import { isProtocol } from './target.ts'
import type { Target } from './target.ts'

/** Where a change happens. `outside` is the tree beside the study. */
export interface Place {
  readonly root: string
  readonly outside: string
  readonly target: Target
  readonly random: Random
}

/** Whether the doctor must name the path. `maybe`: it may be right, or be what a killed worker leaves. */
export type Naming = 'yes' | 'no' | 'maybe'

export interface Change {
  readonly name: string
  readonly fits: (target: Target) => boolean
  readonly naming: (target: Target) => Naming
  /** Changes the path; gives the numbers of other trials that this may touch. */
  readonly apply: (place: Place) => readonly number[] | void
  /** What this user may do is changed. */
  readonly isAboutRights?: boolean
  /** Only for a process that is not root, which may read everything. */
  readonly needsUser?: boolean
}

export const isRoot = process.getuid?.() === 0
export const isFile = ({ kind }: Target): boolean => kind !== 'folder' && kind !== 'link'
const isFolder = ({ kind }: Target): boolean => kind === 'folder'
const any = (): boolean => true

/** Another thing of that name. */
const replaced =
  (put: (path: string, place: Place) => void) =>
  (place: Place): void => {
    const path = join(place.root, place.target.path)
    rmSync(path, { recursive: true })
    put(path, place)
  }

/** Something that is never right there: it must be named if the protocol reads it. */
const always = (target: Target): Naming => (isProtocol(target) ? 'yes' : 'no')

function mknod(path: string, minor: string): void {
  spawnSync('mknod', [path, 'c', '1', minor])
}

type Row = readonly [name: string, fits: (target: Target) => boolean, put: (path: string, place: Place) => void]

const IN_PLACE: readonly Row[] = [
  ['a link to a file outside', any, (path, { outside }) => symlinkSync(join(outside, 'thesis.tex'), path)],
  ['a link to a folder outside', any, (path, { outside }) => symlinkSync(outside, path)],
  ['a relative link outside', any, (path) => symlinkSync('../'.repeat(path.split('/').length) + 'etc/hostname', path)],
  ['a dangling link', any, (path) => symlinkSync('nothing/here', path)],
  ['a dangling link to outside', any, (path, { outside }) => symlinkSync(join(outside, 'new'), path)],
  ['a link to itself', any, (path) => symlinkSync(path, path)],
  ['a link to /dev/zero', any, (path) => symlinkSync('/dev/zero', path)],
  ['a pipe', any, (path) => void spawnSync('mkfifo', [path])],
  ['an empty folder', isFile, (path) => mkdirSync(path)],
  ['a folder with a file', isFile, (path) => (mkdirSync(path), writeFileSync(join(path, 'thesis.tex'), 'precious\n'))],
  ['a folder with content', isFile, (path) => (mkdirSync(path), writeFileSync(join(path, 'content'), '{}\n'))],
  ['a file', isFolder, (path) => writeFileSync(path, 'a file\n')],
  ['a sparse file of 10 GB', any, (path) => (writeFileSync(path, ''), truncateSync(path, 10 * 2 ** 30))],
  ['another name of a file outside', any, (path, { outside }) => linkSync(join(outside, 'value.json'), path)],
  ['the device zero', () => isRoot, (path) => mknod(path, '5')],
  ['the device full', () => isRoot, (path) => mknod(path, '7')],
]

const inPlace = IN_PLACE.map(([name, fits, put]): Change => ({
  name: `is ${name}`,
  fits,
  naming: always,
  apply: replaced(put),
}))

const rights: readonly Change[] = [
  {
    name: 'is gone',
    fits: any,
    naming: ({ kind, path }) =>
      ['study', 'link', 'best', 'record'].includes(kind) || /\/lock\.1$/.test(path) ? 'yes' : 'maybe',
    apply: replaced(() => undefined),
  },
  {
    name: 'is empty',
    fits: isFolder,
    naming: () => 'maybe',
    apply: replaced((path) => mkdirSync(path)),
  },
  {
    name: 'belongs to another user',
    fits: (target) => isRoot && target.kind !== 'link',
    naming: () => 'maybe',
    apply: ({ root, target }) => chownSync(join(root, target.path), 12_345, 12_345),
    isAboutRights: true,
  },
  ...[0o000, 0o200, 0o444].map((mode) => ({
    name: `has mode ${mode.toString(8)}`,
    fits: (target: Target) => isRoot && target.kind !== 'link',
    naming: (target: Target): Naming => (mode === 0o444 ? 'maybe' : always(target)),
    apply: ({ root, target }: Place) => chmodSync(join(root, target.path), mode),
    needsUser: true,
    isAboutRights: true,
  })),
]

const WORKER = 'node7-4242-0a1b2c3d4e'
const TEMPORARY = [
  `.poke.${WORKER}.abc1`,
  `.000007.${WORKER}.abc1`,
  `.value.json.${WORKER}.abc1`,
  `.study.json.${'0a1b2c3d'.repeat(3)}`,
  `.00000009.jsonl.${WORKER}.zz`,
  `.best_instance.${WORKER}.zz`,
]
const NAMES: readonly (string | Buffer)[] = [
  '99999999999999999999',
  '999999999',
  '000000999',
  '9007199254740993',
  '000001.99999',
  '000001.0',
  '000017.2',
  'lock.0',
  'lock.-1',
  'lock.1e3',
  'lock.99999',
  'lock.4294967296',
  'lock.2.d',
  'failed.99999.json',
  'failed.1.json.d',
  'value.99999.json',
  'value.2.json',
  '00000000.json',
  '99999999.json',
  '00000009.jsonl',
  '99999999.jsonl',
  '000099.json',
  '999999.json',
  '000002.json.d',
  `${WORKER}.hb`,
  `${WORKER}.0001.jsonl`,
  '__proto__.hb',
  'constructor.0001.jsonl',
  '...',
  '..x',
  '.',
  '-rf',
  'a\nb',
  '\x1b[31mred\x07',
  '\u202ereversed',
  'x'.repeat(255),
  '.anthill.d',
  '__proto__',
  'ffffffffffffffffffff',
  'FFFFFFFFFFFFFFFFFFFF',
  '.anthill-doctor',
  'best_instance.d',
  'stdout.99999.log',
  'stderr.1.log.d',
  Buffer.from([0xff, 0xfe, 0x80]),
  ...TEMPORARY,
]
const LONG_AGO = new Date('2020-01-01')

const added: readonly Change[] = [
  {
    name: 'has a name in it that nobody makes',
    fits: isFolder,
    naming: () => 'maybe',
    apply: ({ root, outside, target, random }) => {
      const name = NAMES[random.integer(NAMES.length)]!
      const path = Buffer.concat([Buffer.from(`${join(root, target.path)}/`), Buffer.from(name)])
      if (name === '.' || exists(path)) return
      const what = random.integer(6)
      if (what === 0) mkdirSync(path)
      else if (what === 1) symlinkSync(outside, path)
      else if (what === 2) symlinkSync(join(outside, 'thesis.tex'), path)
      else if (what === 3) writeFileSync(path, randomBytes(random, 100))
      else if (what === 4) writeFileSync(path, '{}\n')
      else spawnSync('mkfifo', [path.toString()])
      if (what === 0 || what === 3 || what === 4) utimesSync(path, LONG_AGO, LONG_AGO)
    },
  },
]

function exists(path: Buffer): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

export function randomBytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.integer(256)))
}

const copied: readonly Change[] = [
  {
    name: 'has the contents of another of its kind',
    fits: isFile,
    naming: ({ kind }) => (kind === 'slot' || kind === 'lock' || kind === 'index' ? 'yes' : 'maybe'),
    apply: ({ root, target, random }) => {
      const others = siblingsOf(root, target)
      if (others.length === 0) return
      writeFileSync(join(root, target.path), readFileSync(others[random.integer(others.length)]!))
    },
  },
]

/** Files with the same name in other trials, else those beside it. */
function siblingsOf(root: string, { path }: Target): string[] {
  const inTrial = /^\w{20}(\/.*)$/.exec(path)?.[1]
  const all =
    inTrial === undefined
      ? readdirSync(join(root, dirname(path))).map((name) => join(dirname(path), name))
      : readdirSync(root)
          .filter((name) => /^\w{20}$/.test(name))
          .map((id) => `${id}${inTrial}`)
  const isOther = (other: string): boolean =>
    other !== path && lstatSync(join(root, other), { throwIfNoEntry: false })?.isFile() === true
  return all
    .sort()
    .filter(isOther)
    .map((other) => join(root, other))
}

export const CHANGES: readonly Change[] = [...inPlace, ...rights, ...added, ...copied, ...contentChanges, ...forgeries]

/** The random numbers of a change: it is made again on each copy of the study, always the same. */
export const randomOf = (seed: number, number: number): Random => randomStream('hostile change', seed, number)

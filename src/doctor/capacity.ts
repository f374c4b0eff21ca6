/** How much space is left: bytes, inodes, and the quota where one can be seen. */

import { spawnSync } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { ALONE } from './finding.ts'
import type { Finding } from './finding.ts'

// What one trial takes, without what its program writes: seven files and two folders of one block each
// (store/FORMAT.md).
const INODES_PER_TRIAL = 9
const BYTES_PER_TRIAL = 9 * 4096

/** Space for fewer trials than this is reported as not good. */
const FEW_TRIALS = 1000

/** Space for this many trials or more is plenty: then no number of trials is given. */
const PLENTY_OF_TRIALS = 1e6

/** Magic numbers of statfs(2), for the file systems that people are likely to use. */
const FILE_SYSTEM_NAMES: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x01021994: 'tmpfs',
  0xef53: 'ext4',
  0x58465342: 'XFS',
  0x9123683e: 'Btrfs',
  0x65735546: 'FUSE',
  0x0bd00bd0: 'Lustre',
  0x47504653: 'GPFS',
  0x19830326: 'BeeGFS',
  0x00c36400: 'Ceph',
  0xff534d42: 'SMB',
  0xfe534d42: 'SMB',
  0x01021997: '9p',
  0x794c7630: 'overlay',
  0x2fc12fc1: 'ZFS',
  0x5346414f: 'AFS',
}

/** The types in that table that one host has for itself. Any other may be shared between hosts. */
const LOCAL: ReadonlySet<string> = new Set(['tmpfs', 'ext4', 'XFS', 'Btrfs', 'overlay', 'ZFS'])

/** No file system has as many bytes or inodes as this: then the numbers mean nothing. */
const ABSURD = 1e24

/** What `statfs` says about a file system. */
export interface Statistics {
  readonly type: number
  readonly bsize: number
  readonly blocks: number
  readonly bavail: number
  readonly files: number
  readonly ffree: number
}

/** The two questions to the system; tests give answers of their own. */
export interface Capacity {
  statistics(path: string): Statistics
  /** What quota(1) prints for that file system; undefined if the command does not exist or does not answer. */
  quota(path: string): string | undefined
}

/** One limit that quota(1) prints: in kilobytes for space, else a number of files. */
export interface Quota {
  readonly filesystem: string
  readonly what: 'space' | 'files'
  readonly used: number
  readonly limit: number
}

const realCapacity: Capacity = {
  statistics: (path) => statfsSync(path),
  quota: (path) => {
    const { status, stdout } = spawnSync('quota', ['-w', '-p', '-f', path], {
      encoding: 'utf8',
      timeout: 5000,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return typeof stdout === 'string' && (status === 0 || stdout !== '') ? stdout : undefined
  },
}

/** Looks at the space that is left for trials, in bytes, inodes and quota. */
export function examineCapacity(path: string, capacity: Capacity = realCapacity): Finding[] {
  const findings: Finding[] = []
  const add = (check: string, good: boolean, words: string, needed = false): void =>
    void findings.push({ check, where: ALONE, good, needed, words })
  try {
    const { type, bsize, blocks, bavail, files, ffree } = capacity.statistics(path)
    const free = bavail * bsize
    const all = blocks * bsize
    add('file system', true, FILE_SYSTEM_NAMES[type] ?? `type 0x${type.toString(16)}`)
    // One that has just been mounted may not have asked its server yet.
    if (isKnown(free, all)) {
      const words = `${bytes(free)} of ${bytes(all)} free${spaceWords(free / BYTES_PER_TRIAL)}`
      add('space', free >= FEW_TRIALS * BYTES_PER_TRIAL, words, free < BYTES_PER_TRIAL)
    } else add('space', false, `not known: the file system reports ${bavail} of ${blocks} blocks of ${bsize} B free`)
    // File systems that create inodes on demand report 0.
    if (isKnown(ffree, files)) {
      const words = `${ffree} of ${files} free${spaceWords(ffree / INODES_PER_TRIAL)}`
      add('inodes', ffree >= FEW_TRIALS * INODES_PER_TRIAL, words, ffree < INODES_PER_TRIAL)
    }
  } catch (error) {
    add('space', false, `not known: ${(error as Error).message}`)
  }
  const printed = capacity.quota(path)
  if (printed === undefined) return findings
  const limits = quotasIn(printed)
  if (limits.length === 0) add('quota', true, 'none reported')
  for (const { filesystem, what, used, limit } of limits) {
    const scale = what === 'space' ? 1024 : 1
    const left = Math.max(0, limit - used) * scale
    const isEnough = left >= FEW_TRIALS * (what === 'space' ? BYTES_PER_TRIAL : INODES_PER_TRIAL)
    const share = what === 'space' ? `${bytes(left)} of ${bytes(limit * scale)}` : `${left} of ${limit} files`
    add('quota', isEnough, `${share} left on ${filesystem}`)
  }
  return findings
}

/**
 * Reads the rows of `quota -w -p`: file system, blocks used, quota, limit, grace, then the same for files; 0: no limit.
 */
export function quotasIn(text: string): Quota[] {
  const limits: Quota[] = []
  for (const row of text.split('\n')) {
    const cells = row.trim().split(/\s+/)
    const [filesystem = '', blocks = '', blockQuota = '', blockLimit = '', , ...others] = cells
    const [files = '', fileQuota = '', fileLimit = ''] = others
    if (cells.length < 8 || !/^\d+\*?$/.test(blocks)) continue
    const add = (what: Quota['what'], used: string, soft: string, hard: string): void => {
      const limit = Number(hard) || Number(soft)
      if (limit > 0) limits.push({ filesystem, what, used: Number.parseInt(used, 10), limit })
    }
    add('space', blocks, blockQuota, blockLimit)
    add('files', files, fileQuota, fileLimit)
  }
  return limits
}

/** Whether a pair of sizes can be true. */
const isKnown = (free: number, all: number): boolean => free >= 0 && all > 0 && free <= all && all < ABSURD

/** Whether other hosts may have the file system of a path too. */
export function mayBeShared(path: string, capacity: Pick<Capacity, 'statistics'> = realCapacity): boolean {
  try {
    return !LOCAL.has(FILE_SYSTEM_NAMES[capacity.statistics(path).type] ?? '')
  } catch {
    return true
  }
}

const spaceWords = (trials: number): string =>
  trials < PLENTY_OF_TRIALS ? `: enough for about ${Math.floor(trials)} trials, without what their programs write` : ''

function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  const power = Math.min(units.length - 1, Math.floor(Math.log(Math.max(1, count)) / Math.log(1000)))
  return `${Number((count / 1000 ** power).toPrecision(3))} ${units[power]}`
}

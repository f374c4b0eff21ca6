/** A tree beside a study, which stands for somebody's home: nothing in it may change. */

import { lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Everything in the tree is this old, so that it looks like what a killed process left. */
const LONG_AGO = new Date(Date.now() - 30 * 24 * 3_600_000)

export interface Outside {
  readonly root: string
  /** What is in it now: for each path its kind, its bytes and when it last changed. */
  now(): readonly string[]
}

/** Makes the tree. Some of its names are such as anthill makes for a moment, or keeps. */
export function outsideIn(parent: string, name = 'home'): Outside {
  const root = join(parent, name)
  const worker = 'node7-4242-0a1b2c3d4e'
  const files = [
    '.bashrc',
    'thesis.tex',
    '.git/config',
    '.keep',
    '000001',
    `.000007.${worker}.1`,
    `.poke.${worker}.2`,
    `.value.json.${worker}.3`,
    'deep/er/.config.json',
    '00000001.json',
    `${worker}.0001.jsonl`,
    `${worker}.hb`,
    'value.json',
    'config.json',
    'lock.1',
    'beat',
    'file',
  ]
  for (const file of files) {
    mkdirSync(join(root, file, '..'), { recursive: true })
    writeFileSync(join(root, file), `precious ${file}\n`)
  }
  const paths = () => ['.', ...readdirSync(root, { recursive: true, encoding: 'utf8' })].sort()
  for (const path of paths().reverse()) utimesSync(join(root, path), LONG_AGO, LONG_AGO)
  const seen = (path: string): string => {
    const at = join(root, path)
    const stats = lstatSync(at)
    const content = stats.isFile() ? readFileSync(at, 'base64') : stats.isSymbolicLink() ? readlinkSync(at) : ''
    return `${path} ${stats.mode.toString(8)} ${stats.uid} ${stats.mtimeMs} ${content}`
  }
  return { root, now: () => paths().map(seen) }
}

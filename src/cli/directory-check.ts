/**
 * Whether a directory's file system keeps the promises that the folder protocol rests on: each primitive is tried once,
 * in a folder of its own that is removed again. One process sees only what one process can see; a race between hosts,
 * or a cache that answers late, needs two.
 */

import {
  existsSync, fsyncSync, linkSync, mkdirSync, openSync, closeSync, readFileSync, readlinkSync, renameSync, rmSync, statSync,
  symlinkSync, writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** One line of the examination. `needed`: the study cannot do without it. */
export interface Finding {
  readonly check: string
  readonly good: boolean
  readonly needed: boolean
  readonly words: string
}

/** The nearest directory that exists, at or above a path. */
export const existingAbove = (path: string): string => (existsSync(path) || dirname(path) === path ? path : existingAbove(dirname(path)))

/** Tries every primitive in `directory`, which exists. */
export function checkDirectory(directory: string, token: string): Finding[] {
  const folder = join(directory, `.anthill-doctor.${token}`)
  try {
    mkdirSync(folder)
  } catch (error) {
    return [{ check: 'write', good: false, needed: true, words: `nothing can be created here: ${(error as Error).message}` }]
  }
  const at = (name: string): string => join(folder, name)
  const write = (name: string, text: string): void => writeFileSync(at(name), text, { flag: 'wx' })
  try {
    return [
      probe('exclusive create', false, () => {
        write('create', '1')
        return code(() => write('create', '2')) === 'EEXIST' && read(at('create')) === '1' || 'a second creation was not refused'
      }),
      probe('hard link', false, () => {
        write('first', 'first')
        write('second', 'second')
        linkSync(at('first'), at('linked'))
        const refused = code(() => linkSync(at('second'), at('linked'))) === 'EEXIST'
        return (refused && read(at('linked')) === 'first') || 'a link onto a name that is taken was not refused'
      }),
      probe('rename of a folder onto a taken name', false, () => {
        for (const name of ['winner', 'loser']) {
          mkdirSync(at(name))
          write(`${name}/content`, name)
        }
        renameSync(at('winner'), at('name'))
        const refused = ['EEXIST', 'ENOTEMPTY'].includes(code(() => renameSync(at('loser'), at('name'))))
        return (refused && read(at('name/content')) === 'winner') || 'it was not refused'
      }),
      probe('rename of a file over another', true, () => {
        write('old', 'old')
        write('new', 'new')
        renameSync(at('new'), at('old'))
        return read(at('old')) === 'new' || 'the old bytes are still there'
      }),
      probe('flush to disk', true, () => {
        const file = openSync(at('flushed'), 'wx')
        try {
          fsyncSync(file)
        } finally {
          closeSync(file)
        }
        return true
      }),
      probe('symbolic link', false, () => {
        symlinkSync('flushed', at('symbolic'))
        return readlinkSync(at('symbolic')) === 'flushed' || 'it points elsewhere'
      }),
      clock(at('clock')),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What the findings come to, in words for a person. */
export function judgement(findings: readonly Finding[]): { readonly good: boolean; readonly words: string } {
  const good = (check: string): boolean => findings.find((finding) => finding.check === check)?.good === true
  const missing = findings.filter((finding) => finding.needed && !finding.good)
  if (missing.length > 0) return { good: false, words: `not good enough: ${missing.map(({ check }) => check).join(', ')} does not work; use another directory` }
  if (!good('hard link') && !good('rename of a folder onto a taken name')) {
    return { good: false, words: 'not good enough: nothing here lets exactly one of many win a name; use another directory' }
  }
  const lesser = [
    ...(good('hard link') ? [] : ['without hard links, folders are renamed instead']),
    ...(good('symbolic link') ? [] : ['there will be no best_instance link']),
  ]
  return { good: true, words: `good enough${lesser.length === 0 ? '' : `: ${lesser.join('; ')}`}` }
}

function probe(check: string, needed: boolean, attempt: () => true | string): Finding {
  try {
    const result = attempt()
    return { check, good: result === true, needed, words: result === true ? 'works' : result }
  } catch (error) {
    return { check, good: false, needed, words: (error as Error).message }
  }
}

// Only told: no decision of the protocol rests on clocks.
function clock(path: string): Finding {
  const before = Date.now()
  writeFileSync(path, '')
  const skewMs = Math.round(statSync(path).mtimeMs - (before + Date.now()) / 2)
  const far = Math.abs(skewMs) > 5000
  return { check: 'clock', good: !far, needed: false, words: far ? `the file server's clock is ${skewMs} ms off ours, which harms nothing but the times shown` : 'agrees with the file server' }
}

const read = (path: string): string => readFileSync(path, 'utf8')

function code(act: () => void): string {
  try {
    act()
    return ''
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  }
}

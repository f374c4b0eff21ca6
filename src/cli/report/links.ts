/** Where a report finds the directories of trials, from where it is written. */

import { dirname, relative, resolve, sep } from 'node:path'

/** The only names that a link may pass through as they are; others are written byte by byte. */
const PLAIN = /^[\w.~-]+$/

/**
 * The relative path from a file to a study, as the beginning of links: `./`, `../runs/mnist/`. Null where they have
 * only the root in common: such a file will hardly be read where the study can be.
 *
 * @param file  where the report is written; links are followed from its directory
 */
export function linksTo(directory: string, file: string): string | null {
  const from = resolve(dirname(file))
  const names = relative(from, directory).split(sep)
  const ups = names.filter((name) => name === '..').length
  if (ups > 0 && ups === from.split(sep).filter((name) => name !== '').length) return null
  const path = names.filter((name) => name !== '').map((name) => (PLAIN.test(name) ? name : encodeURIComponent(name)))
  return path.length === 0 ? './' : `${path[0] === '..' ? '' : './'}${path.join('/')}/`
}

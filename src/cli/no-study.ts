/** The error of a verb that looks at a directory without a study: it names the studies near it. */

import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { StudyError } from '../errors.ts'
import { commandOn } from '../report/command-text.ts'
import { withNext } from './failure.ts'
import { studiesBelow, studyAround } from './nearby.ts'

/** How many studies are listed. */
const MOST_LISTED = 20

/**
 * The error for a directory without a study that a verb looks at: like the one of opening it, but it names the studies
 * near it, each with the line to type.
 *
 * @param said  what opening it said
 * @param rest  the arguments of the verb after the study
 */
export function noStudyIn(
  code: 'NO_STUDY' | 'NOT_A_STUDY',
  said: string,
  directory: string,
  verb: string,
  rest: readonly string[],
): StudyError {
  const error = (words: string, next?: string): StudyError => withNext(new StudyError(code, words), next)
  const line = (study: string): string => commandOn(verb, shortest(study), ...rest)
  const around = studyAround(directory)
  if (around !== undefined) return error(`'${directory}' is a part of a study, '${around}'`, line(around))
  const below = studiesBelow(directory)
  if (below.length === 0) {
    const exists = existsSync(directory)
    const what = exists ? `no study in '${directory}', nor in the folders below it` : `'${directory}' does not exist`
    // A path of which no part can lead anywhere has words of its own.
    const words =
      exists || said.includes('name another directory') ? `${what}; name the directory of a study with -s DIR` : said
    return error(words, `anthill ${verb} --help`)
  }
  const [first, ...others] = below
  if (others.length === 0) return error(`no study in '${directory}' itself, but one below it`, line(first!))
  const listed = below.slice(0, MOST_LISTED).map((study) => `\n  ${line(study)}`)
  const more = below.length > MOST_LISTED ? `\n  and ${below.length - MOST_LISTED} more` : ''
  return error(
    `no study in '${directory}' itself, but ${below.length} below it; type one of these:${listed.join('')}${more}`,
  )
}

/** The path relative to the working directory where it lies below, else as it is. */
function shortest(path: string): string {
  const short = relative(process.cwd(), path)
  return short === '' ? '.' : short.startsWith('..') || short.length + 1 >= path.length ? path : short
}

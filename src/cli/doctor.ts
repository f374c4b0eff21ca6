/** `anthill doctor`: is this directory's file system good enough, and is the study in it whole? */

import type { StudyError } from '../errors.ts'
import { aligned } from '../report/trial-table.ts'
import { readWords } from './arguments.ts'
import { checkDirectory, existingAbove, judgement } from './directory-check.ts'
import { exitStatus } from './failure.ts'
import { answer, painter, printable, printHelp } from './screen.ts'
import { checkStudy } from './study-check.ts'
import { studyOption, whichStudy } from './which-study.ts'

const usage = `Usage: anthill doctor [DIR | -s DIR] [--json]

  anthill doctor /scratch/runs

Is this directory's file system good enough for many processes, and is the
study in it whole? Tries what anthill relies on (exclusive create, hard link,
rename, flush, symbolic link) in a folder that it removes again, and reads
every protocol file of the study. It changes nothing else.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         {"directory", "good", "words", "checks", "study"}

One process cannot see how several hosts share a directory: run it on each.

Exit status: 0 good enough and whole, 1 not, 2 usage.
`

/** Examines a directory. */
export async function doctor(words: readonly string[]): Promise<number> {
  const read = readWords('doctor', words, studyOption)
  if (read.has('help')) return printHelp(usage)
  const directory = whichStudy('doctor', read, true)
  const place = existingAbove(directory)
  const checks = checkDirectory(place, `${process.pid}.${Date.now().toString(36)}`)
  const verdict = judgement(checks)
  let study: Awaited<ReturnType<typeof checkStudy>>
  let damage: string | undefined
  try {
    study = await checkStudy(directory)
  } catch (error) {
    // A directory that holds other things may still be asked about, for one inside it.
    if ((error as StudyError).code !== 'NOT_A_STUDY') damage = (error as Error).message
  }
  const damages = damage === undefined ? (study?.damages ?? []) : [damage]
  const isWell = verdict.good && damages.length === 0
  if (read.has('json')) {
    answer({ directory: place, good: isWell, words: verdict.words, checks, study: study === undefined && damage === undefined ? null : { slots: study?.slots ?? null, files: study?.files ?? null, damages } })
    return isWell ? exitStatus.done : exitStatus.failed
  }
  const paint = painter(process.stdout)
  const mark = (good: boolean): string => (good ? paint('green', 'good') : paint('yellow', 'not '))
  const lines = [
    `directory ${place}`,
    ...aligned(checks.map(({ check, words: found }) => [check, found])).map((line, k) => `  ${mark(checks[k]!.good)}  ${printable(line)}`),
    `${verdict.good ? paint('green', 'file system') : paint('red', 'file system')} ${verdict.words}`,
    ...(study === undefined && damage === undefined ? ['study none here'] : []),
    ...damages.map((sentence) => `${paint('red', 'damaged')} ${printable(sentence)}`),
    ...(study !== undefined && damages.length === 0 ? [`${paint('green', 'study')} whole: ${study.slots} slots, ${study.files} protocol files read`] : []),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  return isWell ? exitStatus.done : exitStatus.failed
}

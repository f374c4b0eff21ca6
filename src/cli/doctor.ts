/** `anthill doctor`: is this directory's file system good enough, and is the study in it whole? */

import type { StudyError } from '../errors.ts'
import { aligned } from '../report/table.ts'
import { readWords } from './arguments.ts'
import type { Words } from './arguments.ts'
import { existingAbove } from '../doctor/alone.ts'
import { examine } from '../doctor/examination.ts'
import type { ExaminationOptions } from '../doctor/examination.ts'
import { outlook, verdictOf } from '../doctor/finding.ts'
import type { Finding } from '../doctor/finding.ts'
import { mend } from '../doctor/mend.ts'
import { checkStudy } from '../doctor/study-check.ts'
import type { StudyCheck } from '../doctor/study-check.ts'
import { exitStatus, UsageError } from './failure.ts'
import { answer, painter, printable, printHelp, say } from './screen.ts'
import { signalStatus } from './signals.ts'
import { studyOption, whichStudy } from './which-study.ts'

const usage = `Usage: anthill doctor [DIR | -s DIR] [--with 2] [--fix] [--json]

  anthill doctor /scratch/runs
  anthill doctor runs/mnist --fix

Is this directory's file system good enough for many processes, and is the
study in it whole? Tries what anthill relies on, races a second process for
the same names, measures for how long a change stays unseen, looks at space,
inodes and quota, and reads every protocol file of the study.

Started on two hosts with the same line, the two find each other through the
directory, and race and measure between hosts: in passing where they start
within some seconds, with --with 2 they wait for each other.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --with N       1: this host alone; 2: wait for a doctor on another host
      --wait TIME    how long (default: 2m; without --with 2: 3s)
      --fix          mend what may be mended: best_instance and its chain,
                     damaged indexes and heartbeats of the gone, notes, slots
                     and changes that are missing, leftovers older than a day
      --json         {"directory", "good", "words", "checks", "study"}

It works in a folder .anthill-doctor that it removes again, and without --fix
it changes nothing else. Results and claims are never touched.

Exit status: 0 good enough and whole, 1 not, 2 usage, 130 INT, 143 TERM.
`

const options = { ...studyOption, with: { kind: 'text' }, wait: { kind: 'text' }, fix: { kind: 'flag' } } as const

/** Examines a directory. */
export async function doctor(words: readonly string[]): Promise<number> {
  const read = readWords('doctor', words, options)
  if (read.has('help')) return printHelp(usage)
  const directory = whichStudy('doctor', read, true)
  const company = companyOf(read)
  const place = existingAbove(directory)
  const stop = new AbortController()
  let ending: 'SIGINT' | 'SIGTERM' | undefined
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      ending = signal
      stop.abort()
    })
  }
  const before = await look(directory)
  const { DEFAULT_LEASE_MS } = await import('../study/definition.ts')
  let findings: Finding[]
  try {
    findings = await examine(place, {
      leaseMs: before.study?.leaseMs ?? DEFAULT_LEASE_MS,
      primitive: before.study?.primitive,
      company,
      signal: stop.signal,
      say,
    })
  } catch (error) {
    if (ending !== undefined) return signalStatus[ending]
    throw error
  }
  const repairs = read.has('fix') && before.study !== undefined ? await mend(directory, before.study) : []
  return report(
    place,
    findings,
    repairs.length === 0 ? before : await look(directory),
    repairs,
    read.has('fix'),
    read.has('json'),
  )
}

function companyOf(read: Words): ExaminationOptions['company'] {
  const count = read.count('with', 1)
  if (count !== undefined && count > 2)
    throw new UsageError(
      `option '--with': two at a time, got ${count}; run it on each pair of hosts`,
      'anthill doctor --help',
    )
  const waitMs = read.duration('wait')
  if (count === 1) return undefined
  return count === 2 ? { waitMs: waitMs ?? 120_000, isNeeded: true } : { waitMs: waitMs ?? 3000, isNeeded: false }
}

interface Looked {
  readonly study: StudyCheck | undefined
  readonly error: string | undefined
}

async function look(directory: string): Promise<Looked> {
  try {
    return { study: await checkStudy(directory), error: undefined }
  } catch (error) {
    // A directory that holds other things may still be asked about, for one inside it.
    return {
      study: undefined,
      error: (error as StudyError).code === 'NOT_A_STUDY' ? undefined : (error as Error).message,
    }
  }
}

function report(
  place: string,
  findings: readonly Finding[],
  { study, error }: Looked,
  repairs: readonly string[],
  isFixed: boolean,
  json: boolean,
): number {
  const verdict = verdictOf(findings)
  const expectation = outlook(findings)
  const damages = error === undefined ? (study?.damages ?? []).map(({ words }) => words) : [error]
  const isWell = verdict.isGoodEnough && damages.length === 0
  if (json) {
    const whole =
      study === undefined && error === undefined
        ? null
        : {
            slots: study?.slots ?? null,
            files: study?.files ?? null,
            damages,
            repairs,
            leftovers: study?.leftovers.length ?? 0,
          }
    answer({
      directory: place,
      good: isWell,
      words: verdict.words,
      expect: expectation ?? null,
      checks: findings,
      study: whole,
    })
    return isWell ? exitStatus.done : exitStatus.failed
  }
  const paint = painter(process.stdout)
  const mark = (good: boolean): string => (good ? paint('green', 'good') : paint('yellow', 'not '))
  const places = [...new Set(findings.map(({ where }) => where))]
  const lines = [
    `directory ${place}`,
    ...places.flatMap((where) => {
      const here = findings.filter((finding) => finding.where === where)
      return [
        printable(where),
        ...aligned(here.map(({ check, words }) => [check, words])).map(
          (line, k) => `  ${mark(here[k]!.good)}  ${printable(line)}`,
        ),
      ]
    }),
    `${verdict.isGoodEnough ? paint('green', 'file system') : paint('red', 'file system')} ${printable(verdict.words)}`,
    ...(expectation === undefined ? [] : [`expect ${expectation}`]),
    ...(places.every((where) => !where.includes(' and '))
      ? ['hosts one only: start the same line on a second one at the same time to measure between them']
      : []),
    ...repairs.map((sentence) => `${paint('green', 'mended')} ${printable(sentence)}`),
    ...(study === undefined && error === undefined ? ['study none here'] : []),
    ...damages.map((sentence) => `${paint('red', 'damaged')} ${printable(sentence)}`),
    ...(study !== undefined && study.leftovers.length > 0
      ? [`leftovers ${study.leftovers.length} temporary, older than a day: they harm nothing, --fix removes them`]
      : []),
    ...(damages.length > 0 && (study?.damages ?? []).some(({ mend: how }) => how !== undefined) && !isFixed
      ? ['next anthill doctor --fix mends what may be mended']
      : []),
    ...(study !== undefined && damages.length === 0
      ? [`${paint('green', 'study')} whole: ${study.slots} slots, ${study.files} protocol files read`]
      : []),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  return isWell ? exitStatus.done : exitStatus.failed
}

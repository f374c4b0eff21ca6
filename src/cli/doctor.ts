/** `anthill doctor`: is the file system of a directory good enough, and is the study in it intact? */

import { existsSync } from 'node:fs'
import { existingAbove } from '../doctor/alone.ts'
import { examine } from '../doctor/examination.ts'
import type { ExaminationOptions } from '../doctor/examination.ts'
import { outlook, verdictOf } from '../doctor/finding.ts'
import type { Finding } from '../doctor/finding.ts'
import { mend } from '../doctor/mend.ts'
import { checkStudy } from '../doctor/study-check.ts'
import { definitionOf } from '../doctor/study-files.ts'
import type { StudyCheck } from '../doctor/study-check.ts'
import type { StudyError } from '../errors.ts'
import { commandOn } from '../report/command-text.ts'
import { aligned } from '../report/table.ts'
import { onOneLine } from '../space/words.ts'
import { helpOf } from './arguments.ts'
import type { Options, Words } from './arguments.ts'
import { EXIT_STATUS, NothingThere, UsageError } from './failure.ts'
import { studiesBelow } from './nearby.ts'
import { STUDY_OPTION, studyOnly } from './positionals.ts'
import { painter, printJson, printLines, say } from './screen.ts'
import { SIGNAL_STATUS } from './signals.ts'
import type { Verb } from './verb.ts'

const USAGE = `Usage: anthill doctor [DIR | -s DIR] [--with 2] [--fix] [--json]

  anthill doctor /scratch/runs
  anthill doctor runs/mnist --fix

Checks whether the file system of a directory is good enough for many processes,
and whether the study in it is intact. It tries the operations that anthill
relies on, races a second process for the same names, measures how long a change
stays invisible, looks at free space, inodes and quota, and reads every protocol
file of the study.

Start the same line on two hosts, and the two find each other through the
directory. They then race and measure between the hosts. Without --with 2 they
meet only if they start within a few seconds of each other. With it they wait.
A directory that does not exist is not examined, and nothing else is.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --with N       1: this host alone; 2: wait for a doctor on another host
      --wait TIME    how long to wait (default: 3s, or 12s where other hosts may
                     have the same file system; with --with 2: 2m)
      --fix          repair what can be repaired: best_instance and its chain,
                     damaged indexes, damaged heartbeats of workers that have
                     left, missing notes, slots and changes; remove temporary
                     files older than a day; move aside what is in the way
      --json         {"directory", "good", "words", "expect", "checks", "study"}

It works in a directory .anthill-doctor, which it removes afterwards. Without
--fix it changes nothing else. It never touches results or claims.

Exit status: 0 good enough and intact, 1 not, 2 usage, 4 no such directory,
130 INT, 143 TERM.
`

const OPTIONS = {
  ...STUDY_OPTION,
  with: { kind: 'text' },
  wait: { kind: 'text' },
  fix: { kind: 'flag' },
} as const satisfies Options

export const doctor: Verb = { usage: USAGE, options: OPTIONS, run: examineDirectory }

/** What was found in a directory: a study, or the error of reading one. */
interface Looked {
  readonly study: StudyCheck | undefined
  readonly error: string | undefined
}

interface Report extends Looked {
  readonly directory: string
  readonly findings: readonly Finding[]
  readonly repairs: readonly string[]
  readonly isFixed: boolean
}

async function examineDirectory(words: Words): Promise<number> {
  const directory = studyOnly(words)
  const company = companyOf(words)
  if (!existsSync(directory)) {
    const above = existingAbove(directory)
    const remedy = `a run would make it in '${above}', which can be examined`
    throw new NothingThere(
      `'${directory}' does not exist, so nothing was examined; ${remedy}`,
      commandOn('doctor', above),
    )
  }
  const stop = new AbortController()
  let ending: 'SIGINT' | 'SIGTERM' | undefined
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      ending = signal
      stop.abort()
    })
  }
  const { DEFAULT_LEASE_MS } = await import('../study/definition.ts')
  // The study is checked last: that takes a while for a large one, and two doctors must meet.
  const { leaseMs = DEFAULT_LEASE_MS, primitive } = (await definitionOf(directory)) ?? {}
  const isFixed = words.has('fix')
  let findings: Finding[]
  try {
    findings = await examine(directory, { leaseMs, primitive, company, mayClear: isFixed, signal: stop.signal, say })
  } catch (error) {
    if (ending !== undefined) return SIGNAL_STATUS[ending]
    throw error
  }
  const before = await look(directory)
  const repairs = isFixed && before.study !== undefined ? await mend(directory, before.study) : []
  const after = repairs.length === 0 ? before : await look(directory)
  return printReport({ ...after, directory, findings, repairs, isFixed }, words.has('json'))
}

function companyOf(words: Words): ExaminationOptions['company'] {
  const count = words.count('with', 1)
  if (count !== undefined && count > 2) {
    const remedy = 'run it on each pair of hosts'
    throw new UsageError(`option '--with': must be 1 or 2, got ${count}; ${remedy}`, helpOf('doctor'))
  }
  const waitMs = words.duration('wait')
  return count === 1 ? undefined : { waitMs, isNeeded: count === 2 }
}

async function look(directory: string): Promise<Looked> {
  try {
    return { study: await checkStudy(directory), error: undefined }
  } catch (error) {
    // A directory with other contents may be examined too: a study may be created inside it later.
    const { code, message } = error as StudyError
    return { study: undefined, error: code === 'NOT_A_STUDY' ? undefined : message }
  }
}

/** Prints what was found. Returns the exit status. */
function printReport(report: Report, isJson: boolean): number {
  const { findings, study, error } = report
  const verdict = verdictOf(findings)
  const damages = error === undefined ? (study?.damages ?? []).map(({ words }) => words) : [error]
  const isWell = verdict.isGoodEnough && damages.length === 0
  if (isJson) {
    printJson({
      directory: report.directory,
      good: isWell,
      words: verdict.words,
      expect: outlook(findings) ?? null,
      checks: findings,
      study: studyLine(report, damages),
    })
  } else printLines(reportLines(report, verdict, damages))
  return isWell ? EXIT_STATUS.done : EXIT_STATUS.failed
}

/** The study in `--json`. */
function studyLine({ study, error, repairs }: Report, damages: readonly string[]): object | null {
  if (study === undefined && error === undefined) return null
  const slots = study?.slots ?? null
  const files = study?.files ?? null
  return { slots, files, damages, repairs, leftovers: study?.leftovers.length ?? 0 }
}

/** The report for a person. */
function reportLines(report: Report, verdict: ReturnType<typeof verdictOf>, damages: readonly string[]): string[] {
  const { directory, findings, study, error, repairs, isFixed } = report
  const paint = painter(process.stdout)
  const mark = (isGood: boolean): string => (isGood ? paint('green', 'good') : paint('yellow', 'not '))
  const places = [...new Set(findings.map(({ where }) => where))]
  const expectation = outlook(findings)
  const lines = [`directory ${directory}`]
  for (const where of places) {
    const here = findings.filter((finding) => finding.where === where)
    const texts = aligned(here.map(({ check, words }) => [check, onOneLine(words)]))
    lines.push(where, ...here.map(({ good }, k) => `  ${mark(good)}  ${texts[k]}`))
  }
  lines.push(`${paint(verdict.isGoodEnough ? 'green' : 'red', 'file system')} ${verdict.words}`)
  if (expectation !== undefined) lines.push(`expect ${expectation}`)
  if (places.every((where) => !where.includes(' and ')))
    lines.push('hosts only this one; to measure between two, start the same line with --with 2 on both')
  for (const sentence of repairs) lines.push(`${paint('green', 'repaired')} ${sentence}`)
  if (study === undefined && error === undefined) {
    const below = studiesBelow(directory)
    const more =
      below.length === 0 ? '' : `, but ${below.length} below; look at one with: ${commandOn('doctor', below[0]!)}`
    lines.push(`study none here${more}`)
  }
  for (const sentence of damages) lines.push(`${paint('red', 'damaged')} ${sentence}`)
  if (study !== undefined && study.leftovers.length > 0) {
    const count = study.leftovers.length
    lines.push(`leftovers ${count} temporary, older than a day; they do no harm, and --fix removes them`)
  }
  const isRepairable = (study?.damages ?? []).some(({ mend: how }) => how !== undefined)
  if (damages.length > 0 && isRepairable && !isFixed)
    lines.push('next anthill doctor --fix repairs what can be repaired')
  if (study !== undefined && damages.length === 0)
    lines.push(`${paint('green', 'study')} intact: ${study.slots} slots, ${study.files} protocol files read`)
  return lines
}

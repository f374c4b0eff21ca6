/** `anthill log`: what a trial's program printed. */

import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { attemptOfProgramLog, metaFolderIn, programLogPath } from '../paths.ts'
import type { Stream } from '../paths.ts'
import { commandOn } from '../report/command-text.ts'
import { openProgramLog } from '../runner/log-tail.ts'
import type { Study } from '../study/study.ts'
import type { Config, TrialRecord } from '../trial.ts'
import type { Options, Words } from './arguments.ts'
import { NothingThere } from './failure.ts'
import { STUDY_OPTION } from './positionals.ts'
import { printJson, printable } from './screen.ts'
import { lookAtTrial } from './verb.ts'

const USAGE = `Usage: anthill log [DIR | -s DIR] TRIAL [--stderr] [--attempt K] [--json]

  anthill log runs/mnist 17
  anthill log -s runs/mnist 5c49 --stderr | tail

What the program of a trial printed, if anthill run started that program. TRIAL
is the trial's number or the first digits of its id.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --stderr       its standard error instead of its standard output
      --attempt K    what attempt K printed (default: the last attempt that
                     has a log)
      --json         {"id", "number", "attempt", "stream", "path"}

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study, trial or log.
`

const OPTIONS = { ...STUDY_OPTION, stderr: { kind: 'flag' }, attempt: { kind: 'text' } } as const satisfies Options

export const log = lookAtTrial({ usage: USAGE, options: OPTIONS, check: attemptOf, look: printLog })

/** The attempt that was asked for, if any. */
function attemptOf(words: Words): number | undefined {
  return words.count('attempt', 1)
}

async function printLog(study: Study<Config>, trial: TrialRecord<Config>, words: Words): Promise<number> {
  const stream = words.has('stderr') ? 'stderr' : 'stdout'
  const wanted = attemptOf(words)
  const directory = study.trialDirectory(trial.id)
  const attempt = wanted ?? (await lastAttempt(directory, stream))
  const label = trial.number ?? trial.id
  const next = commandOn('show', study.directory, String(label))
  const none = `trial ${label} has no ${stream}${wanted === undefined ? '' : ` of attempt ${wanted}`}`
  if (attempt === undefined) throw new NothingThere(`${none}: ${await reasonOf(study, trial)}`, next)
  const path = programLogPath(directory, stream, attempt)
  if (words.has('json')) {
    printJson({ id: trial.id, number: trial.number, attempt, stream, path })
    return 0
  }
  const file = openProgramLog(path)
  if (file === undefined) throw new NothingThere(`${none}: ${await reasonOf(study, trial)}`, next)
  const bytes = createReadStream('', { fd: file })
  // A terminal would obey what a program printed. A reader on a pipe gets it byte for byte.
  const copied =
    process.stdout.isTTY === true
      ? pipeline(bytes.setEncoding('utf8'), onTerminal, process.stdout, { end: false })
      : pipeline(bytes, process.stdout, { end: false })
  await copied.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  return 0
}

/** What a terminal gets of a log. A carriage return, which would write over the line, begins a new one. */
async function* onTerminal(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let isAfterReturn = false
  for await (const piece of pieces) {
    const text = isAfterReturn && piece.startsWith('\n') ? piece.slice(1) : piece
    isAfterReturn = piece.endsWith('\r')
    yield printable(text.replaceAll(/\r\n?/g, '\n'))
  }
}

/** Why there is no log. */
async function reasonOf(study: Study<Config>, { id, state, attempt }: TrialRecord<Config>): Promise<string> {
  const loss = await study.lossOf(id)
  if (loss?.kind === 'gone') return `${loss.words}; ${loss.remedy}`
  if (attempt === 0 || state === 'queued') return 'it has not been started yet'
  return 'anthill run did not start its program, or somebody removed the log'
}

async function lastAttempt(directory: string, stream: Stream): Promise<number | undefined> {
  const names = await readdir(metaFolderIn(directory)).catch(() => [])
  const attempts = names.flatMap((name) => attemptOfProgramLog(name, stream) ?? [])
  return attempts.length === 0 ? undefined : Math.max(...attempts)
}

/** `anthill log`: what a trial's program wrote. */

import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { attemptOfProgramLog, metaFolderIn, programLogPath } from '../paths.ts'
import type { Stream } from '../paths.ts'
import { readWords } from './arguments.ts'
import { NothingThere } from './failure.ts'
import { openToRead } from './opening.ts'
import { answer, printHelp } from './screen.ts'
import { commandOn, findTrial, studyOption, whichTrial } from './which-study.ts'

const usage = `Usage: anthill log [DIR | -s DIR] TRIAL [--stderr] [--attempt K] [--json]

  anthill log runs/mnist 17
  anthill log -s runs/mnist 5c49 --stderr | tail

What the program of a trial wrote, when anthill run started it. TRIAL is its
number or the first digits of its id.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --stderr       its standard error instead of its standard output
      --attempt K    of attempt K (default: the last that wrote anything)
      --json         {"id", "number", "attempt", "stream", "path"}

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study, trial or log.
`

/** Prints a log. */
export async function log(words: readonly string[]): Promise<number> {
  const read = readWords('log', words, { ...studyOption, stderr: { kind: 'flag' }, attempt: { kind: 'text' } })
  if (read.has('help')) return printHelp(usage)
  const { study: directory, trial: name } = whichTrial('log', read, true)
  const stream = read.has('stderr') ? 'stderr' : 'stdout'
  const wanted = read.count('attempt', 1)
  const study = await openToRead(directory)
  try {
    const trial = await findTrial(study, name)
    const own = study.trialDirectory(trial.id)
    const attempt = wanted ?? (await lastAttempt(own, stream))
    const none = `trial ${trial.number ?? trial.id} has no ${stream}${wanted === undefined ? '' : ` of attempt ${wanted}`}`
    if (attempt === undefined)
      throw new NothingThere(
        `${none}: anthill did not start its program`,
        commandOn('show', study.directory, String(name)),
      )
    const path = programLogPath(own, stream, attempt)
    if (read.has('json')) {
      answer({ id: trial.id, number: trial.number, attempt, stream, path })
      return 0
    }
    await pipeline(createReadStream(path), process.stdout, { end: false }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new NothingThere(none, commandOn('show', study.directory, String(name)))
      if (error.code !== 'EPIPE') throw error
    })
    return 0
  } finally {
    await study.close()
  }
}

async function lastAttempt(directory: string, stream: Stream): Promise<number | undefined> {
  const names = await readdir(metaFolderIn(directory)).catch(() => [])
  const attempts = names.flatMap((name) => attemptOfProgramLog(name, stream) ?? [])
  return attempts.length === 0 ? undefined : Math.max(...attempts)
}

/** `anthill retry`: another attempt for a trial that failed, or that somebody holds and will not answer. */

import { trialLine } from '../report/trial-table.ts'
import { readWords } from './arguments.ts'
import { openToWork } from './opening.ts'
import { answer, printHelp, say } from './screen.ts'
import { findTrial, studyOption, whichTrial } from './which-study.ts'

const usage = `Usage: anthill retry [-s DIR] TRIAL [--json]

  anthill retry -s runs/mnist 17

Gives a failed trial another attempt, in the same directory with the same
configuration; a trial held by anthill ask is freed. The next worker takes it.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         the trial, as anthill ls --json has it

Exit status: 0 will be tried again, 1 failed, 2 usage,
4 no such study or trial.
`

/** Frees a trial for another attempt. */
export async function retry(words: readonly string[]): Promise<number> {
  const read = readWords('retry', words, studyOption)
  if (read.has('help')) return printHelp(usage)
  const { study: directory, trial: name } = whichTrial('retry', read, false)
  const study = await openToWork(directory, {})
  try {
    const trial = await study.retry((await findTrial(study, name)).id)
    if (read.has('json')) answer(trialLine(trial))
    else say(`trial ${trial.number ?? trial.id} is ${trial.state}: the next worker takes it`)
    return 0
  } finally {
    await study.close()
  }
}

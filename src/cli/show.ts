/** `anthill show`: all that is known of one trial. */

import { trialSheet } from '../report/trial-table.ts'
import { readWords } from './arguments.ts'
import { openToRead } from './opening.ts'
import { answer, printHelp, printable } from './screen.ts'
import { findTrial, studyOption, whichTrial } from './which-study.ts'

const usage = `Usage: anthill show [DIR | -s DIR] TRIAL [--json]

  anthill show runs/mnist 17
  anthill show -s runs/mnist 5c49

All that is known of one trial. TRIAL is its number or the first digits of
its id.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         the whole record, with its curve of reported values

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study or trial.
`

/** Prints one trial. */
export async function show(words: readonly string[]): Promise<number> {
  const read = readWords('show', words, studyOption)
  if (read.has('help')) return printHelp(usage)
  const { study: directory, trial: name } = whichTrial('show', read, true)
  const study = await openToRead(directory)
  try {
    const trial = await findTrial(study, name)
    const where = study.trialDirectory(trial.id)
    if (read.has('json')) answer({ ...trial, directory: where })
    else process.stdout.write(`${printable(trialSheet(study.space, trial, where).join('\n'))}\n`)
    return 0
  } finally {
    await study.close()
  }
}

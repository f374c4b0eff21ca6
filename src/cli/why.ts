/** `anthill why`: why a trial's configuration was tried. */

import { whyLine, whyText } from '../report/why-text.ts'
import { readWords } from './arguments.ts'
import { openToRead } from './opening.ts'
import { answer, printHelp, printable, wrapped } from './screen.ts'
import { findTrial, studyOption, whichTrial } from './which-study.ts'

const usage = `Usage: anthill why [DIR | -s DIR] TRIAL [--json]

  anthill why runs/mnist 17
  anthill why -s runs/mnist 5c49 --json

Why a configuration was tried, in one paragraph: whose turn it was, what the
model predicted there and what was the best to beat, whether it explores or
exploits, the trials known nearest to it, and what came out. Computed again
from the folder, as anthill replay does. TRIAL is its number or the first
digits of its id.

A distance of 1 is the whole range of one parameter, on its own scale, or
another choice; those of several parameters add up as in space.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         {"id", "number", "state", "value", "config", "origin",
                     "verdict", "reason", "explanation", "nearest"}

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study or trial.
`

/** Prints the reasons for one trial. */
export async function why(words: readonly string[]): Promise<number> {
  const read = readWords('why', words, studyOption)
  if (read.has('help')) return printHelp(usage)
  const { study: directory, trial: name } = whichTrial('why', read, true)
  const study = await openToRead(directory)
  try {
    const { id } = await findTrial(study, name)
    const reasons = await study.why(id)
    if (read.has('json')) answer(whyLine(reasons))
    else process.stdout.write(`${wrapped(printable(whyText(study.space, study.objectives, reasons)))}\n`)
    return 0
  } finally {
    await study.close()
  }
}

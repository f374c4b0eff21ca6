/** `anthill why`: why the config of a trial was tried. */

import { whyLine, whyText } from '../report/why-text.ts'
import type { Study } from '../study/study.ts'
import type { Config, TrialRecord } from '../trial.ts'
import type { Words } from './arguments.ts'
import { STUDY_OPTION } from './positionals.ts'
import { printJson, printLines, printable, wrapped } from './screen.ts'
import { lookAtTrial } from './verb.ts'

const USAGE = `Usage: anthill why [DIR | -s DIR] TRIAL [--json]

  anthill why runs/mnist 17
  anthill why -s runs/mnist 5c49 --json

Why a config was tried, in one paragraph: which model chose it, what the model
predicted for it, the best value at that time, whether it explores or exploits,
the nearest trials, and the result. All this is computed again from the study,
as by anthill replay. TRIAL is the trial's number or the first digits
of its id.

A distance of 1 is the whole range of one parameter on its own scale, or a
different choice. The distance over several parameters is the root of the sum of
their squares.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         {"id", "number", "state", "value", "values", "config",
                     "origin", "verdict", "reason", "explanation",
                     "nearest"}

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study or trial.
`

export const why = lookAtTrial({ usage: USAGE, options: STUDY_OPTION, look: printReasons })

async function printReasons(study: Study<Config>, { id }: TrialRecord<Config>, words: Words): Promise<number> {
  const reasons = await study.why(id)
  if (words.has('json')) printJson(whyLine(reasons))
  else printLines([wrapped(printable(whyText(study.space, study.objectives, reasons)))])
  return 0
}

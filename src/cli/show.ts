/** `anthill show`: everything known about one trial. */

import { trialSheet } from '../report/trial-table.ts'
import { tookSeconds } from '../sampler/duration.ts'
import type { Study } from '../study/study.ts'
import type { Config, TrialRecord } from '../trial.ts'
import type { Words } from './arguments.ts'
import { STUDY_OPTION } from './positionals.ts'
import { printJson, printLines } from './screen.ts'
import { lookAtTrial } from './verb.ts'

const USAGE = `Usage: anthill show [DIR | -s DIR] TRIAL [--json]

  anthill show runs/mnist 17
  anthill show -s runs/mnist 5c49

Everything known about one trial. TRIAL is its number or the first digits of
its id.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         the whole record, with its curve of reported values;
                     "took" in seconds; "lost": what is gone of its files

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study or trial.
`

export const show = lookAtTrial({ usage: USAGE, options: STUDY_OPTION, look: printTrial })

async function printTrial(study: Study<Config>, trial: TrialRecord<Config>, words: Words): Promise<number> {
  const directory = study.trialDirectory(trial.id)
  const loss = trial.number === null ? undefined : await study.lossOf(trial.id)
  if (words.has('json')) printJson({ ...trial, took: tookSeconds(trial), directory, lost: loss?.words ?? null })
  else printLines(trialSheet(study.space, study.goals, trial, directory, loss))
  return 0
}

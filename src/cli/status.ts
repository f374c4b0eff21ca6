/** `anthill status`: where a study stands. */

import { statusLine, statusLines } from '../report/status-text.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import type { Words } from './arguments.ts'
import { STUDY_OPTION } from './positionals.ts'
import { printJson, printLines } from './screen.ts'
import { lookAtStudy } from './verb.ts'

const USAGE = `Usage: anthill status [DIR | -s DIR] [--json]

  anthill status runs/mnist

Where a study stands: what it searches for, its trials by state, its workers,
its best trial, and how long it will still take: a median of durations, and an
interval that holds in 90 of 100 cases if durations go on as they were.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         {"budget", "trials": {"complete", "running", "failed",
                     "pruned", "interrupted", "queued"} (with a fidelity also
                     "paused"), "workers": {"live", "silent", "done"}, "left",
                     "best"}; where results were imported, also "imported" and,
                     if one is better than the best trial, "betterImported"

The budget is the largest -n of all processes. A worker is silent if its process
ended without saying goodbye, or if nothing was heard of it for a sixth of the
lease (40s by default). After a whole lease others take over its trial.

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study.
`

export const status = lookAtStudy({ usage: USAGE, options: STUDY_OPTION, look: printStatus })

async function printStatus(study: Study<Config>, words: Words): Promise<number> {
  const counts = await study.status()
  const { best } = counts
  const loss = best === null ? undefined : await study.lossOf(best.number ?? best.id)
  if (words.has('json')) printJson(statusLine(counts, loss))
  else printLines(statusLines(study, counts, loss))
  return 0
}

/** `anthill importance`: which parameters matter. */

import { commandOn } from '../report/command-text.ts'
import { importanceLines } from '../report/importance-text.ts'
import { FEWEST_TRIALS, importances } from '../sampler/importance.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import type { Words } from './arguments.ts'
import { NothingThere } from './failure.ts'
import { STUDY_OPTION } from './positionals.ts'
import { printJson, printLines } from './screen.ts'
import { lookAtStudy } from './verb.ts'

const USAGE = `Usage: anthill importance [DIR | -s DIR] [--json]

  anthill importance runs/mnist
  anthill importance -s runs/mnist --json

Which parameters matter: the share of the objective's variance over the whole
space that each parameter explains alone, and that each pair explains beyond
its two parameters alone. The shares come from a random forest that is fitted
to the complete trials, at most 2000 of them. The first lines say how far to
trust them: the number of trials, and how well the forest predicts trials that
it was not fitted to. If that R² is low, the shares are noise. The interval says
how far a share would move with other trials: in 80 of 100 cases no further.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         one object for each objective: {"objective", "trials",
                     "heldOut", "rows": [{"parameters", "share", "low",
                     "high", "deviation"}]}, where heldOut is that R², low
                     and high are the ends of the interval, and deviation is
                     that of the share over the trees of the forest

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study, or fewer than ${FEWEST_TRIALS}
complete trials.
`

export const importance = lookAtStudy({ usage: USAGE, options: STUDY_OPTION, look: printImportance })

async function printImportance(study: Study<Config>, words: Words): Promise<number> {
  const trials = await study.trials()
  const found = importances(study.space, trials, study.objectives)
  if (found.length === 0) {
    const complete = trials.filter(({ state }) => state === 'complete').length
    const some = `${complete} complete ${complete === 1 ? 'trial' : 'trials'}`
    const why = complete < FEWEST_TRIALS ? `${some}; importance takes at least ${FEWEST_TRIALS}` : 'no parameters'
    throw new NothingThere(`'${study.directory}' has ${why}`, commandOn('status', study.directory))
  }
  if (words.has('json')) printJson(found)
  else printLines(importanceLines(found))
  return 0
}

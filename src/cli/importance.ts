/** `anthill importance`: which parameters matter. */

import { FEWEST_TRIALS, importances } from '../sampler/importance.ts'
import { importanceLines } from '../report/importance-text.ts'
import { readWords } from './arguments.ts'
import { NothingThere } from './failure.ts'
import { openToRead } from './opening.ts'
import { answer, printHelp } from './screen.ts'
import { commandOn, studyOption, whichStudy } from './which-study.ts'

const usage = `Usage: anthill importance [DIR | -s DIR] [--json]

  anthill importance runs/mnist
  anthill importance -s runs/mnist --json

Which parameters matter: the share of the objective's variance over the whole
space that each explains alone, and each pair beyond its two alone, by a random
forest of the complete trials. First comes what that rests on: how many trials,
and how well the forest predicts trials that were held out. Below a fair R² the
shares are noise.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         one object for each objective: {"objective", "trials",
                     "heldOut", "rows": [{"parameters", "share",
                     "deviation"}]}, heldOut being that R²

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study, or fewer than ${FEWEST_TRIALS}
complete trials.
`

/** Prints the importance of the parameters. */
export async function importance(words: readonly string[]): Promise<number> {
  const read = readWords('importance', words, studyOption)
  if (read.has('help')) return printHelp(usage)
  const study = await openToRead(whichStudy('importance', read, true))
  try {
    const trials = await study.trials()
    const complete = trials.filter(({ state }) => state === 'complete').length
    const found = importances(study.space, trials, study.objectives)
    if (found.length === 0) {
      const some = `${complete} complete ${complete === 1 ? 'trial' : 'trials'}`
      const why = complete < FEWEST_TRIALS ? `${some}; importance takes at least ${FEWEST_TRIALS}` : 'no parameters'
      throw new NothingThere(`'${study.directory}' has ${why}`, commandOn('status', study.directory))
    }
    if (read.has('json')) answer(found)
    else process.stdout.write(`${importanceLines(found).join('\n')}\n`)
    return 0
  } finally {
    await study.close()
  }
}

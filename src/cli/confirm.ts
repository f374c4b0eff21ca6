/** `anthill confirm`: measures the best configs again, until one is the best with the wanted probability. */

import { numberWithin, roughNumber, shortNumber } from '../report/number-text.ts'
import { tableLines } from '../report/table.ts'
import { briefText } from '../space/words.ts'
import type { Confirmation } from '../study/confirm.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import type { Options, Words } from './arguments.ts'
import { EXIT_STATUS } from './failure.ts'
import { failureLimit } from './failure-limit.ts'
import { openToSteer } from './opening.ts'
import { STUDY_OPTION, studyDirectory } from './positionals.ts'
import { showProgress } from './progress.ts'
import { loopWithProgress } from './run.ts'
import { PROGRAM_OPTIONS, commandOf, planRun } from './run-plan.ts'
import { printJson, printLines, say } from './screen.ts'
import { SIGNAL_STATUS, arrivedSignals } from './signals.ts'
import type { Verb } from './verb.ts'

const USAGE = `Usage: anthill confirm [-s DIR] [options] -- command {NAME} ...

  anthill confirm -s runs/a --top 5 --repeats 10 -- python train.py --lr {lr}

If results are noisy, the best trial was also lucky. This measures the best
configs again, with the same command as run: first each of them twice, then the
two that matter most, until one of them is the best with a wanted probability.
The repeats are trials of the study, even beyond the budget of its runs (-n).
Several processes may do this at once; the same line again goes on.

  -s, --study DIR        the study (default: ANTHILL_STUDY, else
                         ./anthill-study)
      --top K            how many configs, by their first values (default: 5)
      --repeats K        the most repeats of each (default: 10)
      --probability P    ends once one is the best with this probability
                         (default: 0.9)
  -j, --jobs J           how many trials run at once (default: 1)
      --metric REGEX, --reduce HOW, --curve REGEX, --runs K,
      --trial-timeout TIME, --grace TIME
                         as for run: anthill run --help
      --max-failures K   stop this process after K failures in a row
      --json             {"isDecided", "finalists": [{"config", "number",
                         "first", "n", "mean", "half", "odds", "fallsBack"}]}

The table has the mean of the repeats with half of its 95 % interval, their
number n, the probability of being the best, the first value, and by how much
the mean is worse than that: luck had helped it to the top. The first objective
counts, within the bounds of --prefer, or the sum by its weights.

Exit status: 0 printed, 1 failed, 2 usage, 3 too many failures, 4 no such
study, 130 INT, 143 TERM, 129 HUP.
`

const OPTIONS = {
  ...STUDY_OPTION,
  ...PROGRAM_OPTIONS,
  top: { kind: 'text' },
  repeats: { kind: 'text' },
  probability: { kind: 'text' },
  jobs: { kind: 'text', short: 'j' },
  'max-failures': { kind: 'text' },
} as const satisfies Options

export const confirm: Verb = { usage: USAGE, options: OPTIONS, run: confirmBest }

async function confirmBest(words: Words): Promise<number> {
  commandOf(words)
  const lanes = words.count('jobs', 1) ?? 1
  const mostFailures = words.count('max-failures', 0)
  const wishes = {
    top: words.count('top', 2),
    repeats: words.count('repeats', 2),
    probability: words.number('probability'),
  }
  const given = Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined))
  const { raceOf } = await import('../study/confirm.ts')
  const study = await openToSteer(studyDirectory(words), 'confirm', [])
  try {
    const race = raceOf(study, given)
    const progress = showProgress(process.stderr, {
      // The budget is that of runs: this race does not end there.
      counts: async () => ({ ...(await study.status()), budget: null }),
      goals: study.goals,
      brief: (config) => briefText(study.space, config),
    })
    const limit = failureLimit(mostFailures)
    const plan = planRun(words, study.space, study.goals, study.fidelity?.name)
    const parts = { study, source: race, plan, lanes, over: new AbortController(), limit, progress }
    const { hasGivenUp } = await loopWithProgress(parts)
    const standing = await race.standing()
    if (words.has('json')) printJson(standing)
    else printLines(confirmationLines(study, standing))
    if (arrivedSignals.ending !== null) return SIGNAL_STATUS[arrivedSignals.ending]
    if (hasGivenUp) say(`stopped  ${limit.failuresInARow} trials in a row failed in this process`)
    return hasGivenUp ? EXIT_STATUS.tooManyFailures : EXIT_STATUS.done
  } finally {
    await study.close()
  }
}

/** The table of the finalists, and what it comes to. */
function confirmationLines(study: Study<Config>, { finalists, isDecided }: Confirmation): string[] {
  const rows = finalists.map(({ number, config, n, mean, half, odds, first, fallsBack }) => {
    const around = { low: (mean ?? 0) - (half ?? 0), high: (mean ?? 0) + (half ?? 0) }
    const spread = half === null ? '' : ` ± ${roughNumber(half)}`
    return [
      String(number),
      mean === null ? '-' : `${numberWithin(around, mean)}${spread}`,
      String(n),
      `${(100 * odds).toFixed(1)} %`,
      shortNumber(first),
      fallsBack === null ? '-' : numberWithin(around, fallsBack),
      briefText(study.space, config),
    ]
  })
  const right = { align: 'right' } as const
  const head = [
    { title: 'trial', ...right },
    { title: 'mean', ...right },
    { title: 'n', ...right },
    { title: 'best', ...right },
    { title: 'first', ...right },
    { title: 'worse by', ...right },
    { title: 'config', align: 'left' as const },
  ]
  const [winner] = finalists
  if (winner === undefined) return ['no complete trial counts for the best yet: run some first']
  const chance = `${(100 * winner.odds).toFixed(1)} %`
  const verdict = isDecided ? 'is the best' : 'is most probably the best, but that is not decided'
  return [...tableLines(head, rows), '', `the config of trial ${winner.number} ${verdict} (${chance})`]
}

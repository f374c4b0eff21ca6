/** `anthill ls`: the trials of a study. */

import { importedTable, trialCsv, trialLine, trialTable } from '../report/trial-table.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import type { Options, Words } from './arguments.ts'
import { UsageError } from './failure.ts'
import { STUDY_OPTION } from './positionals.ts'
import { painter, printData, printJson, printLines, say } from './screen.ts'
import { lookAtStudy } from './verb.ts'

const USAGE = `Usage: anthill ls [DIR | -s DIR] [--json | --csv]

  anthill ls runs/mnist
  anthill ls runs/mnist --csv > trials.csv

The trials of a study by number, then queued configs. Results that were
imported come last: they have no number.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         one array of {"id", "number", "state", "value", "values",
                     "outputs", "config", "attempt", "worker", "started",
                     "ended", "took", "predicted", "origin", "repeat"};
                     "values" by the names of the objectives, "took" in seconds,
                     "predicted" where a pruned trial was expected to end:
                     {"low", "middle", "high"}
      --csv          one row for each trial; the columns of the parameters are
                     called param.NAME, those of derived values
                     derived.NAME, those of several objectives value.NAME, and
                     what trials said beside them output.NAME; 'anthill import'
                     reads this file

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study.
`

const OPTIONS = { ...STUDY_OPTION, csv: { kind: 'flag' } } as const satisfies Options

export const ls = lookAtStudy({ usage: USAGE, options: OPTIONS, check: checkOutput, look: printTrials })

function checkOutput(words: Words): void {
  if (words.has('csv') && words.has('json'))
    throw new UsageError('--csv and --json both choose the output; keep one of them')
}

async function printTrials(study: Study<Config>, words: Words): Promise<number> {
  const trials = await study.trials()
  const imported = await study.imported()
  const all = [...trials, ...imported]
  if (words.has('json')) printJson(all.map(trialLine))
  else if (words.has('csv')) printData(trialCsv(study.space, study.goals, all))
  else if (all.length === 0) say(`no trials yet in '${study.directory}'`)
  else {
    const paint = painter(process.stdout)
    const [head = '', ...rows] = trialTable(study.space, study.goals, trials)
    const bestId = (await study.best())?.id
    const lines = trials.map(({ id, state }, k) => {
      const row = rows[k] ?? ''
      return id === bestId ? paint('green', row) : state === 'failed' ? paint('red', row) : row
    })
    const apart = imported.length === 0 ? [] : importedTable(study.space, study.goals, imported)
    printLines([
      ...(trials.length === 0 ? [] : [paint('bold', head), ...lines]),
      ...(trials.length === 0 || apart.length === 0 ? [] : ['']),
      ...apart,
    ])
  }
  return 0
}

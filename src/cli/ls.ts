/** `anthill ls`: the trials of a study. */

import { trialCsv, trialLine, trialTable } from '../report/trial-table.ts'
import { readWords } from './arguments.ts'
import { UsageError } from './failure.ts'
import { openToRead } from './opening.ts'
import { answer, painter, printHelp, printable, say } from './screen.ts'
import { studyOption, whichStudy } from './which-study.ts'

const usage = `Usage: anthill ls [DIR | -s DIR] [--json | --csv]

  anthill ls runs/mnist
  anthill ls runs/mnist --csv > trials.csv

The trials of a study by number, queued configurations last.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         one array of {"id", "number", "state", "value", "config",
                     "attempt", "worker", "started", "ended"}
      --csv          one row a trial, parameters as param.NAME

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study.
`

/** Prints the trials. */
export async function ls(words: readonly string[]): Promise<number> {
  const read = readWords('ls', words, { ...studyOption, csv: { kind: 'flag' } })
  if (read.has('help')) return printHelp(usage)
  if (read.has('csv') && read.has('json')) throw new UsageError('--csv and --json are two answers: keep one of them')
  const study = await openToRead(whichStudy('ls', read, true))
  try {
    const trials = await study.trials()
    if (read.has('json')) answer(trials.map(trialLine))
    else if (read.has('csv')) process.stdout.write(`${trialCsv(study.space, study.objectives, trials).join('\n')}\n`)
    else if (trials.length === 0) say(`no trials yet in '${study.directory}'`)
    else {
      const paint = painter(process.stdout)
      const [head, ...rows] = trialTable(study.space, trials).map(printable)
      const top = (await study.best())?.id
      const lines = rows.map((row, k) =>
        trials[k]!.id === top ? paint('green', row) : trials[k]!.state === 'failed' ? paint('red', row) : row,
      )
      process.stdout.write(`${[paint('bold', head!), ...lines].join('\n')}\n`)
    }
    return 0
  } finally {
    await study.close()
  }
}

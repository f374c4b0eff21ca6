/** `anthill status`: where a study stands. */

import { adviceOfRecords } from '../report/advice.ts'
import type { Advice } from '../report/piece.ts'
import { statusLine, statusLines } from '../report/status-text.ts'
import type { StudyCounts } from '../report/status-text.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import type { Options, Words } from './arguments.ts'
import { STUDY_OPTION } from './positionals.ts'
import { readFacts } from './report/dossier.ts'
import { printJson, printLines } from './screen.ts'
import { lookAtStudy } from './verb.ts'

const USAGE = `Usage: anthill status [DIR | -s DIR] [--watch] [--json]

  anthill status runs/mnist
  anthill status runs/mnist --watch

Where a study stands: what it searches for, its trials by state, its workers,
its best trial, and how long it will still take: a median of durations, and an
interval that holds in 90 of 100 cases if durations go on as they were. Then
what to do, if the trials show it: at most two sentences, none that needs a
model, and none beyond 500 trials. 'anthill advice' has them all.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --watch        a screen that follows the study, with its history and its
                     trials; keys look at one of them, and q leaves. It looks
                     every 2s, less often while nothing changes. On a pipe, or
                     with --json, a line for each change, until the budget is
                     reached and no worker is left
      --json         {"budget", "trials": {"complete", "running", "failed",
                     "pruned", "interrupted", "queued"} (with a fidelity also
                     "paused"), "workers": {"live", "silent", "done"}, "left",
                     "best"}; where results were imported, also "imported" and,
                     if one is better than the best trial, "betterImported"

The budget is the largest -n of all processes. A worker is silent if its process
ended without saying goodbye, or if nothing was heard of it for a sixth of the
lease (40s by default). After a whole lease others take over its trial.

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study; of --watch also
130 INT, 143 TERM, 129 HUP.
`

/** The most sentences of advice, and the most trials for which they are looked for: it takes time to read trials. */
const MOST_ADVICE = 2
const MOST_READ = 500

const OPTIONS = { ...STUDY_OPTION, watch: { kind: 'flag' } } as const satisfies Options

export const status = lookAtStudy({ usage: USAGE, options: OPTIONS, look: printStatus })

async function printStatus(study: Study<Config>, words: Words): Promise<number> {
  if (words.has('watch')) return await (await import('./watch/watch.ts')).watchStudy(study, words.has('json'))
  const counts = await study.status()
  const { best } = counts
  const loss = best === null ? undefined : await study.lossOf(best.number ?? best.id)
  if (words.has('json')) printJson(statusLine(counts, loss))
  else printLines(statusLines(study, counts, loss, await adviceOn(study, counts)))
  return 0
}

/** What is worth saying at every look, by the records in memory: no file is read for it. */
async function adviceOn(study: Study<Config>, counts: StudyCounts): Promise<Advice[]> {
  const count = Object.values(counts.trials).reduce((sum, each) => sum + each, 0)
  if (count > MOST_READ) return []
  const facts = await readFacts(study, { path: study.directory, counts, withModels: false, withFiles: false })
  // The time that is left has its own line.
  return adviceOfRecords(facts)
    .filter(({ kind }) => kind !== 'time')
    .slice(0, MOST_ADVICE)
}

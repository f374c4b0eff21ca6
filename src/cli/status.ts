/** `anthill status`: where a study stands. */

import { statusLine, statusLines } from '../report/status-text.ts'
import { readWords } from './arguments.ts'
import { openToRead } from './opening.ts'
import { answer, printHelp, printable } from './screen.ts'
import { studyOption, whichStudy } from './which-study.ts'

const usage = `Usage: anthill status [DIR | -s DIR] [--json]

  anthill status runs/mnist

Where a study stands: its trials by state, its workers, its best trial.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         {"budget", "trials": {"complete", "running", "failed",
                     "pruned", "interrupted", "queued"}, "workers": {"live",
                     "silent", "done"}, "best"}

The budget is the largest -n seen. A silent worker has not shown a heartbeat
for a while: it died, or its host did. Its trial is taken over by the next
worker that sees its lease pass.

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study.
`

/** Prints the state of a study. */
export async function status(words: readonly string[]): Promise<number> {
  const read = readWords('status', words, studyOption)
  if (read.has('help')) return printHelp(usage)
  const study = await openToRead(whichStudy('status', read, true))
  try {
    const counts = await study.status()
    if (read.has('json')) answer(statusLine(counts))
    else
      process.stdout.write(
        `${printable(statusLines(study.directory, study.space, study.objectives, counts).join('\n'))}\n`,
      )
    return 0
  } finally {
    await study.close()
  }
}

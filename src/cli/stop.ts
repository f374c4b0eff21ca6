/** `anthill stop`: asks every worker of a study to start nothing more. */

import { readWords } from './arguments.ts'
import { openToWork } from './opening.ts'
import { answer, printHelp, say } from './screen.ts'
import { studyOption, whichStudy } from './which-study.ts'

const usage = `Usage: anthill stop [-s DIR] [--json]

  anthill stop -s runs/mnist

Asks every worker of a study, wherever it runs, to start nothing more. What
runs ends by itself and counts. A line that is started afterwards goes on.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         {"stopped": true}

Exit status: 0 asked, 1 failed, 2 usage, 4 no such study.
`

/** Writes the request. */
export async function stop(words: readonly string[]): Promise<number> {
  const read = readWords('stop', words, studyOption)
  if (read.has('help')) return printHelp(usage)
  const study = await openToWork(whichStudy('stop', read, false), {})
  try {
    await study.requestStop()
    if (read.has('json')) answer({ stopped: true })
    else say(`asked all workers of '${study.directory}' to start nothing more`)
    return 0
  } finally {
    await study.close()
  }
}

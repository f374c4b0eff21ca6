/** `anthill stop`: asks all workers of a study to start nothing more. */

import type { Words } from './arguments.ts'
import { openToSteer } from './opening.ts'
import { STUDY_OPTION, studyOnly } from './positionals.ts'
import { printJson, say } from './screen.ts'
import type { Verb } from './verb.ts'

const USAGE = `Usage: anthill stop [-s DIR] [--json]

  anthill stop -s runs/mnist

Asks all workers of a study, on every host, to start nothing more. Running
trials end by themselves and count. A worker that is started afterwards works
as usual.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         {"stopped": true}

Exit status: 0 asked, 1 failed, 2 usage, 4 no such study.
`

export const stop: Verb = { usage: USAGE, options: STUDY_OPTION, run: requestStop }

async function requestStop(words: Words): Promise<number> {
  const study = await openToSteer(studyOnly(words), 'stop', [])
  try {
    await study.requestStop()
    if (words.has('json')) printJson({ stopped: true })
    else say(`asked all workers of '${study.directory}' to start nothing more`)
    return 0
  } finally {
    await study.close()
  }
}

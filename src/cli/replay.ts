/** `anthill replay`: computes the suggestion of a trial again, from the study's directory alone. */

import { flagsText } from '../space/words.ts'
import type { Study } from '../study/study.ts'
import type { Config, TrialRecord } from '../trial.ts'
import type { Words } from './arguments.ts'
import { EXIT_STATUS, NothingThere } from './failure.ts'
import { STUDY_OPTION } from './positionals.ts'
import { printJson, printLines } from './screen.ts'
import { lookAtTrial } from './verb.ts'

const USAGE = `Usage: anthill replay [DIR | -s DIR] TRIAL [--json]

  anthill replay runs/mnist 17
  for k in $(seq 0 199); do anthill replay -s runs/mnist $k; done

Computes the suggestion of a trial again, from the study's record of what the
sampler knew at that time, and says whether it is the same to the last bit. The
version of anthill and the major version of Node must be the same as then. TRIAL
is the trial's number or the first digits of its id.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         {"id", "number", "origin", "verdict", "reason", "config",
                     "again"}; verdict: same, different, queued, unknown

Exit status: 0 the same, or from the queue; 1 a different config, or failed;
2 usage; 4 no such study or trial, or a trial that cannot be computed again.
`

export const replay = lookAtTrial({ usage: USAGE, options: STUDY_OPTION, look: printReplay })

async function printReplay(study: Study<Config>, { id }: TrialRecord<Config>, words: Words): Promise<number> {
  const replayed = await study.replay(id)
  const { number, verdict, reason, config, again, origin } = replayed
  const isJson = words.has('json')
  if (isJson) printJson(replayed)
  const print = (...lines: string[]): void => {
    if (!isJson) printLines(lines)
  }
  switch (verdict) {
    case 'same':
      print(`trial ${number}: '${origin}' suggests the same config again`)
      return EXIT_STATUS.done
    case 'queued':
      print(`trial ${number}: its config came from the queue, not from a sampler`)
      return EXIT_STATUS.done
    case 'different':
      print(
        `trial ${number}: '${origin}' suggests a different config`,
        `  then  ${flagsText(study.space, config)}`,
        `  now   ${again === null ? 'nothing: every config seems to be tried' : flagsText(study.space, again)}`,
      )
      return EXIT_STATUS.failed
    case 'unknown':
      if (isJson) return EXIT_STATUS.nothing
      throw new NothingThere(`trial ${number} cannot be computed again: ${reason}`)
    default:
      return verdict satisfies never
  }
}

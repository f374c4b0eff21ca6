/** `anthill replay`: computes a trial's suggestion again from the folder alone. */

import { flagsText } from '../space/words.ts'
import { readWords } from './arguments.ts'
import { NothingThere, exitStatus } from './failure.ts'
import { openToRead } from './opening.ts'
import { answer, printHelp, printable } from './screen.ts'
import { findTrial, studyOption, whichTrial } from './which-study.ts'

const usage = `Usage: anthill replay [DIR | -s DIR] TRIAL [--json]

  anthill replay runs/mnist 17
  for k in $(seq 0 199); do anthill replay -s runs/mnist $k; done

Computes a trial's suggestion again, from what the folder says the sampler saw
of the record at that time, and says whether it is the same to the last bit.
It is, with the same version of anthill and the same major version of Node.
TRIAL is its number or the first digits of its id.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         {"id", "number", "origin", "verdict", "reason", "config",
                     "again"}; verdict: same, different, queued, unknown

Exit status: 0 the same, or from the queue; 1 another one, or failed; 2 usage;
4 no such study or trial, or nothing that could be computed again.
`

/** Prints whether a suggestion is the same. */
export async function replay(words: readonly string[]): Promise<number> {
  const read = readWords('replay', words, studyOption)
  if (read.has('help')) return printHelp(usage)
  const { study: directory, trial: name } = whichTrial('replay', read, true)
  const study = await openToRead(directory)
  try {
    const { id } = await findTrial(study, name)
    const found = await study.replay(id)
    const { number, verdict, reason, config, again, origin } = found
    if (read.has('json')) answer(found)
    const say = (line: string): void => void (read.has('json') || process.stdout.write(`${printable(line)}\n`))
    if (verdict === 'same') say(`trial ${number}: '${origin}' suggests the same again`)
    if (verdict === 'queued') say(`trial ${number}: it came from the queue, and no sampler chose it`)
    if (verdict === 'different') {
      say(`trial ${number}: '${origin}' suggests another one`)
      say(`  then  ${flagsText(study.space, config)}`)
      say(`  now   ${again === null ? 'nothing: every config seems to be tried' : flagsText(study.space, again)}`)
      return exitStatus.failed
    }
    if (verdict !== 'unknown') return exitStatus.done
    if (read.has('json')) return exitStatus.nothing
    throw new NothingThere(`trial ${number} can't be computed again: ${reason}`)
  } finally {
    await study.close()
  }
}

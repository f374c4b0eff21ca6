/** `anthill retry`: gives a failed trial another attempt, or frees a trial that is held. */

import { commandOn } from '../report/command-text.ts'
import { trialLine } from '../report/trial-table.ts'
import { parameterTexts, shellWord } from '../space/words.ts'
import { helpOf } from './arguments.ts'
import type { Options, Words } from './arguments.ts'
import { UsageError } from './failure.ts'
import { openToSteer } from './opening.ts'
import { STUDY_OPTION, findTrial, studyAndTrial, studyDirectory } from './positionals.ts'
import { printJson, say } from './screen.ts'
import type { Verb } from './verb.ts'

const USAGE = `Usage: anthill retry [-s DIR] TRIAL [--json]
       anthill retry [-s DIR] --failed [--json]

  anthill retry -s runs/mnist 17
  anthill retry -s runs/mnist --failed

Gives a failed trial another attempt, in the same directory with the same
config. Also frees a trial that is held by anthill ask. The next worker takes
it.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --failed       every trial that has failed
      --all          every trial that has failed, and every one that is held
      --json         the trial, as in anthill ls --json; with --failed or --all
                     a list

Exit status: 0 it will be tried again, 1 failed, 2 usage,
4 no such study or trial.
`

const OPTIONS = { ...STUDY_OPTION, failed: { kind: 'flag' }, all: { kind: 'flag' } } as const satisfies Options

export const retry: Verb = { usage: USAGE, options: OPTIONS, run: retryTrials }

async function retryTrials(words: Words): Promise<number> {
  return words.has('failed') || words.has('all') ? await retryMany(words) : await retryTrial(words)
}

async function retryMany(words: Words): Promise<number> {
  const [surplus] = words.plain
  if (surplus !== undefined) {
    const option = words.has('all') ? '--all' : '--failed'
    throw new UsageError(`unexpected argument '${surplus}'; ${option} means every such trial`, helpOf('retry'))
  }
  const study = await openToSteer(studyDirectory(words), 'retry', [words.has('all') ? '--all' : '--failed'])
  try {
    const trials = await study.retryAll({ held: words.has('all') })
    if (words.has('json')) printJson(trials.map(trialLine))
    else if (trials.length === 0) say(`no trial has failed${words.has('all') ? ' or is held' : ''}`)
    else say(`${trials.length} trial${trials.length === 1 ? '' : 's'} will be tried again; the next worker takes them`)
    return 0
  } finally {
    await study.close()
  }
}

async function retryTrial(words: Words): Promise<number> {
  const { directory, trial: name } = studyAndTrial(words)
  const study = await openToSteer(directory, 'retry', [String(name)])
  try {
    const found = await findTrial(study, name)
    if (found.state === 'complete' || found.state === 'pruned') {
      const texts = [...parameterTexts(study.space, found.config)]
      const config = texts.map(([name, text]) => shellWord(`${name}=${text}`))
      throw new UsageError(
        `trial ${found.number} is ${found.state} and its value stands; to run its config once more, add it again`,
        commandOn('add', study.directory, '--repeat', ...config),
      )
    }
    const trial = await study.retry(found.id)
    if (words.has('json')) printJson(trialLine(trial))
    else {
      const next = trial.state === 'paused' ? 'it goes on once it is among the best' : 'the next worker takes it'
      say(`trial ${trial.number ?? trial.id} is ${trial.state}; ${next}`)
    }
    return 0
  } finally {
    await study.close()
  }
}

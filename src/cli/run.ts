/** `anthill run`: tries configurations of a command until the study's budget is reached. */

import { StudyError } from '../errors.ts'
import { startGuardian } from '../runner/guardian.ts'
import type { Guardian } from '../runner/guardian.ts'
import { runTrial } from '../runner/run-trial.ts'
import { briefText } from '../space/words.ts'
import type { Waiting } from '../study/patience.ts'
import { readWords } from './arguments.ts'
import { UsageError } from './failure.ts'
import { failureLimit } from './failure-limit.ts'
import { openToWork, studyAt } from './opening.ts'
import { showProgress } from './progress.ts'
import { runLoop } from './run-loop.ts'
import type { LoopResult } from './run-loop.ts'
import { commandOf, planRun, programOptions } from './run-plan.ts'
import { concludeRun } from './run-summary.ts'
import { printHelp } from './screen.ts'
import { arrived } from './signals.ts'
import { definitionOptions, readDefinition } from './study-options.ts'
import { unwrittenEnd, waitingLine } from './unwritten-end.ts'
import { studyDirectory } from './which-study.ts'

const usage = `Usage: anthill run -n N [options] -- command {NAME} ...

  anthill run -n 50 --param lr=1e-5..1e-1~log --param opt=adam,sgd \\
      --metric 'val_loss=(\\S+)' -- python train.py --lr {lr} --opt {opt}
  anthill run -s runs/a -n 200 -j 4 --space space.json -- ./solve {flags}

Tries configurations of a command. The same line may be started many times,
anywhere that sees the directory; started again, it goes on; a finished one
ends at once.

Study
  -s, --study DIR        the study (default: ANTHILL_STUDY, else
                         ./anthill-study)
  -n, --trials N         its total of trials, over all processes
  -p, --param NAME=SPEC  a parameter, once for each: anthill help space
      --space FILE       the space as JSON instead; neither: the study's own
      --minimize NAME, --maximize NAME
                         the objective (default: minimize value); of several
                         the first decides which trial is the best
      --sampler NAME     auto, sobol, random or grid (default: auto)
      --repeats K        how often one config may be measured, where results
                         are noisy; each process says so anew (default: 1)
      --seed S           of a new study (default: drawn)
      --lease TIME       silence after which a worker's trial is taken over
                         (default: 240s)
      --retries K        further attempts for a trial that fails (default: 0)
Process
  -j, --jobs J           trials at once (default: 1)
      --metric REGEX     how to read the result in the output, or once for
                         each 'NAME=REGEX': anthill help results
      --trial-timeout TIME   an attempt that takes longer has failed
      --max-failures K   stop after K failures in a row before the first
                         success; 0: never (default: 3)
      --patience-io TIME for how long the end of a trial is tried again while it
                         cannot be written: a full disk, a quota (default: 10m)
      --grace TIME       from TERM to KILL when a program is to end
                         (default: 25s)
      --test             run the defaults once, without a study, and show
                         what was substituted and what was read
      --json             {"status", "ended", "unfinished", "best"} at the end

INT, TERM, HUP end what runs and hand it back; INT twice kills at once. USR1,
USR2 start nothing more and let what runs end.

Exit status: 0 budget reached or nothing left, 1 failed, 2 usage, 3 too many
failures, 75 stopped with work left, 130 INT, 143 TERM, 129 HUP.
`

const options = {
  ...definitionOptions,
  ...programOptions,
  jobs: { kind: 'text', short: 'j' },
  'max-failures': { kind: 'text' },
  'patience-io': { kind: 'text' },
  test: { kind: 'flag' },
} as const

/** Runs trials. */
export async function run(words: readonly string[]): Promise<number> {
  const read = readWords('run', words, options)
  if (read.has('help')) return printHelp(usage)
  commandOf(read)
  const directory = studyDirectory(read)
  const definition = readDefinition('run', read)
  const lanes = read.count('jobs', 1) ?? 1
  const mostFailures = read.count('max-failures', 0) ?? 3
  const there = await studyAt(directory)
  const space = definition.space ?? there?.space
  if (space === undefined)
    throw new StudyError('NO_STUDY', `no study in '${directory}'; begin one with --param NAME=SPEC or --space FILE`)
  const plan = planRun(read, space, definition.objectives ?? there?.objectives ?? { value: 'minimize' })
  if (read.has('test')) return await (await import('./test-run.ts')).rehearse(plan, read.has('json'))
  const { trials } = definition
  if (trials === undefined)
    throw new UsageError('how many trials? give -n N, the total of the study over all processes', 'anthill run --help')

  const patienceMs = read.duration('patience-io')

  const over = new AbortController()
  let tellOfWait: (waiting: Waiting) => void = () => undefined
  const study = await openToWork(directory, {
    ...definition,
    ...(patienceMs === undefined ? {} : { patienceMs }),
    signal: over.signal,
    onWait: (waiting) => tellOfWait(waiting),
  })
  try {
    const { program, settings } = planRun(read, study.space, study.objectives)
    const limit = failureLimit(mostFailures, async () => (await study.best()) !== undefined)
    const progress = showProgress(process.stderr, () => study.status())
    tellOfWait = (waiting) => progress.say(waitingLine(waiting))
    const stopping = (): void =>
      progress.say(
        `stopping: what runs is ended and handed back${arrived.ending === 'SIGINT' ? '; Ctrl-C again kills it at once' : ''}`,
      )
    const draining = (): void => progress.say('draining: nothing more is started')
    arrived.stop.addEventListener('abort', stopping, { once: true })
    arrived.drain.addEventListener('abort', draining, { once: true })
    let guardian: Guardian | undefined
    let result: LoopResult
    try {
      result = await runLoop({
        lanes,
        study,
        over,
        limit,
        runTrial: async (trial) => {
          guardian ??= startGuardian(settings.graceMs)
          try {
            return {
              ...(await runTrial(trial, program, { ...settings, guardian })),
              config: briefText(study.space, trial.config),
            }
          } catch (error) {
            throw unwrittenEnd(error, trial, directory, progress.say)
          }
        },
        stops: [arrived.stop, arrived.drain],
        ended: progress.ended,
      })
    } finally {
      guardian?.close()
      progress.close()
    }
    const end = {
      ...result,
      study,
      trials,
      words,
      ending: arrived.ending,
      isDrained: arrived.drain.aborted,
      failures: limit.inARow,
    }
    return await concludeRun(end, read.has('json'))
  } finally {
    await study.close()
  }
}

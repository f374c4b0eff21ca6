/** `anthill run`: runs a command with new configs until the study's budget is reached. */

import { StudyError } from '../errors.ts'
import { spaceLines } from '../report/space-text.ts'
import { startGuardian } from '../runner/guardian.ts'
import type { Guardian } from '../runner/guardian.ts'
import { runTrial } from '../runner/run-trial.ts'
import { fidelityOf } from '../space/fidelity.ts'
import { briefText } from '../space/words.ts'
import type { LiveTrial } from '../study/live-trial.ts'
import type { Waiting } from '../study/patience.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import { helpOf } from './arguments.ts'
import type { Options, Words } from './arguments.ts'
import { failureLimit } from './failure-limit.ts'
import type { FailureLimit } from './failure-limit.ts'
import { UsageError } from './failure.ts'
import { openToWork, studyAt } from './opening.ts'
import { studyDirectory } from './positionals.ts'
import { isLive, showProgress } from './progress.ts'
import type { EndedTrial, Progress } from './progress.ts'
import { runLoop } from './run-loop.ts'
import type { LoopOptions, LoopResult } from './run-loop.ts'
import { PROGRAM_OPTIONS, commandOf, planRun } from './run-plan.ts'
import type { RunPlan } from './run-plan.ts'
import { summarizeRun } from './run-summary.ts'
import { say } from './screen.ts'
import { arrivedSignals } from './signals.ts'
import { DEFINITION_OPTIONS, definitionFromOptions, goalsAsked } from './study-options.ts'
import { unwrittenEnd, waitingLine } from './unwritten-end.ts'
import type { Verb } from './verb.ts'
import { sayWaits } from './waiting.ts'

const USAGE = `Usage: anthill run -n N [options] -- command {NAME} ...

  anthill run -n 50 --param lr=1e-5..1e-1~log --param opt=adam,sgd \\
      --metric 'val_loss=(\\S+)' -- python train.py --lr {lr} --opt {opt}
  anthill run -s runs/a -n 200 -j 4 --space space.json -- ./solve {flags}

Runs a command with one config after another. Start the same line as often as
you like, on any machine that sees the directory. Started again, it continues
the study. When the study is finished, it ends at once.

Study
  -s, --study DIR        the study (default: ANTHILL_STUDY, else
                         ./anthill-study)
  -n, --trials N         the total number of its trials, over all processes
      --max-hours H      the same in hours of trials, summed over all attempts;
                         asked before each trial, so that what runs may go over;
                         with --fidelity, so may one trial on its way to the
                         top, if none has come there
      --target V         start nothing more once the best trial has a value at
                         least as good as V
  -p, --param NAME=SPEC  a parameter; give it once for each: anthill help space
      --space FILE       the space as JSON; without --param and --space, the
                         study's own space
      --where CONDITION  what every config must meet, such as 'a * b <= 10';
                         give it once for each: anthill help where
      --fidelity NAME=FROM..TO
                         how thoroughly a trial is tried, as in steps=1..81: a
                         trial begins with 1, and goes on to 3, 9 ... in the
                         same directory while it is among the best third; write
                         {steps} in the command: anthill help fidelity
      --minimize NAME, --maximize NAME
                         the objective (default: minimize value); if there are
                         several, the first decides which trial is the best
      --constraint RULE  what a trial must say to count, as in 'memory<=16',
                         valid or 'not crashed'; once for each
      --prefer WISH      which trial is the best of several objectives: weights
                         as in 'loss=1,latency=0.1', or bounds as in
                         'latency<=20' (default: the best by the first one)
      --sampler NAME     auto, sobol, random, grid or another one, perhaps with
                         options: see anthill help sampler (default: auto)
      --pruner NAME      what ends trials early by their intermediate values:
                         see anthill help pruner (default: none)
      --repeats K        how often one config may be measured if results are
                         noisy; the study does not record it, so give it to
                         every process (default: 1)
      --warm-start DIR   another study to learn from, once; its trials are none
                         of this study; give it once for each
      --seed S           the seed of a new study (default: random)
      --lease TIME       a worker whose heartbeat has not changed for this long
                         counts as dead, and others take over its trial
                         (default: 240s)
      --retries K        how many more times a failed trial is tried
                         (default: 0)
Process
  -j, --jobs J           how many trials run at once (default: 1)
      --metric REGEX     how to find the result in the output; 'NAME=REGEX' for
                         each of several objectives and for a constraint:
                         anthill help results
      --reduce HOW       which of several matches counts: last, first, min, max
                         or mean; NAME=HOW for one objective (default: last)
      --curve REGEX      how to find intermediate values in the output, if they
                         are not lines of JSON: anthill help pruner
      --runs K           run the command K times in the trial's directory, each
                         with a seed of its own; the values are the means:
                         anthill help results; not with --fidelity (default: 1)
      --trial-timeout TIME   a run that takes longer is ended, and its attempt
                         fails
      --max-failures K   stop this process after K failures in a row; 0: never
                         (default: 3 before its first success, then 10)
      --patience-io TIME how long to keep trying to write the end of a trial if
                         the disk or the quota is full (default: 10m)
      --grace TIME       how long a program may go on after TERM before KILL
                         (default: 25s)
      --test             run the defaults once, whatever --runs says, without a
                         study, and show what was substituted and read
      --json             at the end {"status", "stoppedBy" ("trials", "hours",
                         "target", "space", "nothing", "failures", "stop" or
                         "signal"), "ended" (the trials of this process),
                         "tookMs", "budget", "trials" (of the study),
                         "unfinished", "best", "isFresh" (whether the study
                         could be read once more at the end)}

INT, TERM and HUP end the running programs, and leave their trials to the next
worker; a second INT kills at once. USR1 and USR2 start nothing more and let
the running programs end by themselves.

Exit status: 0 an end reached or nothing left, 1 failed, 2 usage, 3 too many
failures, 75 stopped with work left, 130 INT, 143 TERM, 129 HUP.
`

const OPTIONS = {
  ...DEFINITION_OPTIONS,
  ...PROGRAM_OPTIONS,
  jobs: { kind: 'text', short: 'j' },
  'max-failures': { kind: 'text' },
  'patience-io': { kind: 'text' },
  test: { kind: 'flag' },
} as const satisfies Options

/** Each lane costs memory before it has a trial, and no host runs this many programs. */
const MOST_LANES = 10_000

export const run: Verb = { usage: USAGE, options: OPTIONS, run: runTrials }

async function runTrials(words: Words): Promise<number> {
  commandOf(words)
  const directory = studyDirectory(words)
  const definition = await definitionFromOptions(words)
  const lanes = words.count('jobs', 1) ?? 1
  if (lanes > MOST_LANES)
    throw new UsageError(`option '--jobs': must be at most ${MOST_LANES}, got '${lanes}'; start more processes instead`)
  const mostFailures = words.count('max-failures', 0)
  const existing = await studyAt(directory)
  const space = definition.space ?? existing?.space
  if (space === undefined)
    throw new StudyError('NO_STUDY', `no study in '${directory}'; create one with --param NAME=SPEC or --space FILE`)
  const asked = definition.fidelity ?? existing?.fidelity
  const fidelity = asked === undefined ? undefined : fidelityOf(asked, space)
  const plan = planRun(words, space, goalsAsked(definition, existing?.goals), fidelity?.name)
  if (words.has('test'))
    return await (await import('./test-run.ts')).showTestRun(plan, words.has('json'), fidelity?.from)
  const { trials = Infinity, maxHours, target } = definition
  if (trials === Infinity && maxHours === undefined) {
    const remedy = 'give -n N, the total of the study over all processes, or --max-hours H'
    throw new UsageError(`no number of trials given; ${remedy}`, helpOf('run'))
  }
  const patienceMs = words.duration('patience-io')
  const over = new AbortController()
  let onWait: (waiting: Waiting) => void = () => undefined
  const study = await openToWork(directory, {
    ...definition,
    ...(patienceMs === undefined ? {} : { patienceMs }),
    onWait: (waiting) => onWait(waiting),
  })
  if (existing === undefined) sayBeginning(study)
  try {
    const progress = showProgress(process.stderr, {
      counts: () => study.status(),
      goals: study.goals,
      brief: (config) => briefText(study.space, config),
      best: existing !== undefined && isLive(process.stderr) ? ((await study.best()) ?? null) : null,
    })
    onWait = (waiting) => progress.say(waitingLine(waiting))
    const startMs = performance.now()
    const limit = failureLimit(mostFailures)
    const finalPlan = planRun(words, study.space, study.goals, study.fidelity?.name)
    const result = await loopWithProgress({ study, plan: finalPlan, lanes, over, limit, progress })
    const { ending, drain } = arrivedSignals
    const { failuresInARow } = limit
    const why = { ending, isDrained: drain.aborted, failuresInARow }
    const tookMs = performance.now() - startMs
    const ends = { trials, maxHours, target }
    return await summarizeRun({ ...result, ...why, study, ends, words: words.all, tookMs }, words.has('json'))
  } finally {
    await study.close()
  }
}

/** Says how each parameter was read, before the first trial of a new study: a range may have been meant otherwise. */
function sayBeginning({ space, directory }: Study<Config>): void {
  say(`begins   ${directory}`)
  for (const line of spaceLines(space)) say(`         ${line}`)
}

interface RunParts {
  readonly study: Study<Config>
  /** Where the trials come from, if not from the study as it suggests them. */
  readonly source?: LoopOptions['study']
  readonly plan: RunPlan
  readonly lanes: number
  readonly over: AbortController
  readonly limit: FailureLimit
  readonly progress: Progress
}

/** Runs the loop, says when a signal stops it, and closes the guardian and the progress line afterwards. */
export async function loopWithProgress({
  study,
  source = study,
  plan,
  lanes,
  over,
  limit,
  progress,
}: RunParts): Promise<LoopResult> {
  const { program, settings } = plan
  const { stop, drain } = arrivedSignals
  const sayStopping = (): void => {
    const again = arrivedSignals.ending === 'SIGINT' ? '; press Ctrl-C again to kill them at once' : ''
    progress.say(`stopping: running programs are ended, and the next worker goes on with their trials${again}`)
  }
  const sayDraining = (): void =>
    progress.say('ending   nothing more is started, and running programs go on to their end (draining)')
  stop.addEventListener('abort', sayStopping, { once: true })
  drain.addEventListener('abort', sayDraining, { once: true })
  const stopSaying = sayWaits(study, progress.say)
  let guardian: Guardian | undefined
  const runOne = async (trial: LiveTrial<Config>): Promise<EndedTrial> => {
    guardian ??= startGuardian(settings.graceMs)
    try {
      const outcome = await runTrial(trial, program, { ...settings, guardian, say: progress.say })
      return { ...outcome, config: briefText(study.space, trial.config) }
    } catch (error) {
      throw unwrittenEnd(error, trial, study.directory, progress.say)
    }
  }
  try {
    const { ended, say } = progress
    return await runLoop({ lanes, study: source, over, limit, runTrial: runOne, stops: [stop, drain], ended, say })
  } finally {
    guardian?.close()
    stopSaying()
    progress.close()
  }
}

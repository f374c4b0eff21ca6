/** `anthill ask`: takes the next trial, for a program in any language that runs it and tells the result. */

import { commandOn } from '../report/command-text.ts'
import { shortDuration } from '../report/number-text.ts'
import { flatten } from '../space/flatten.ts'
import type { Space } from '../space/parameter.ts'
import { checkShellNames } from '../space/shell-names.ts'
import { assignmentLines, flagsText, parameterTexts } from '../space/words.ts'
import type { Words } from './arguments.ts'
import { EXIT_STATUS, NothingThere, UsageError } from './failure.ts'
import { openToWork } from './opening.ts'
import { studyOnly } from './positionals.ts'
import { printData, printJson, say, writtenOut } from './screen.ts'
import { DEFINITION_OPTIONS, definitionFromOptions } from './study-options.ts'
import type { Verb } from './verb.ts'

const USAGE = `Usage: anthill ask [-s DIR] [-n N] [options]

  anthill ask -s runs/a -n 20 --param lr=1e-5..1e-1~log --minimize loss
  eval "$(anthill ask -s runs/a -n 20 --format sh)" &&
    anthill tell -s runs/a "$ANTHILL_TRIAL" "$(./train "$lr")"

Takes the next trial. It is yours until anthill tell or anthill retry ends
that, or until --ttl has passed. A trial stays taken even if nobody reads the
answer, so choose a --ttl that is a little longer than a trial takes.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
  -n, --trials N     the study's total over all processes (default: no limit)
      --max-hours H, --target V
                     give nothing more after this many hours of trials, or
                     once the best value is as good as V: anthill run --help
      --ttl TIME     how long the trial is yours, such as 2h (default: 1d)
      --repeats K    how often one config may be measured if results are
                     noisy; the study does not record it, so give it with
                     every ask (default: 1)
      --warm-start DIR
                     another study to learn from, once: anthill run --help
      --format FORMAT
          json    {"id", "number", "config", "directory", "seed", "attempt"};
                  "fidelity" too if the study has one
          sh      ANTHILL_TRIAL, ANTHILL_TRIAL_DIR, ANTHILL_SEED and the
                  parameters, as quoted assignments for a shell; without
                  a trial (exit 4), so that eval has that status
          flags   the id, then --lr 0.01 --opt adam, on two lines
      --json         the same as --format json, which is the default
These options create a study that does not exist yet (see anthill help space):
  -p, --param NAME=SPEC, --space FILE, --where CONDITION,
      --fidelity NAME=FROM..TO, --minimize NAME, --maximize NAME,
      --constraint RULE, --prefer WISH, --sampler NAME, --pruner NAME,
      --seed S, --lease TIME, --retries K

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study, or nothing left
(the budget is reached, every config was tried, or anthill stop was called).
`

/** What `--format sh` assigns beside the parameters. */
const OWN_VARIABLES = ['ANTHILL_TRIAL', 'ANTHILL_TRIAL_DIR', 'ANTHILL_SEED']

/** How long an asked trial is held if `--ttl` does not say: a day is longer than most programs run. */
const DEFAULT_TTL_MS = 86_400_000

export const ask: Verb = {
  usage: USAGE,
  options: {
    ...DEFINITION_OPTIONS,
    ttl: { kind: 'text' },
    format: { kind: 'text', values: ['json', 'sh', 'flags'] },
  },
  run: askForTrial,
}

async function askForTrial(words: Words): Promise<number> {
  const format = words.text('format') ?? 'json'
  if (words.has('json') && format !== 'json')
    throw new UsageError('--format and --json both choose the output; keep one of them')
  const ttlMs = words.duration('ttl') ?? DEFAULT_TTL_MS
  const definition = await definitionFromOptions(words)
  const isForShell = format === 'sh'
  if (isForShell && definition.space !== undefined) checkNames(definition.space)
  const study = await openToWork(studyOnly(words), definition)
  try {
    if (isForShell) checkNames(study.space)
    const trial = await study.ask({ wait: false, ttlMs })
    if (trial === undefined) {
      const why = study.stopped
        ? 'anthill stop was called'
        : study.reached !== undefined
          ? study.reached === 'target'
            ? 'the target is reached'
            : 'the hours are used up'
          : study.unfinished.length > 0
            ? `${study.unfinished.length} of its trials are still running`
            : 'the budget is reached, or every config is tried'
      throw new NothingThere(`nothing to ask of '${study.directory}': ${why}`, commandOn('status', study.directory))
    }
    const { id, number, config, directory, seed, attempt, fidelity } = trial
    if (format === 'json') printJson({ id, number, config, directory, seed, attempt, fidelity })
    else if (format === 'flags') printData([id, flagsText(study.space, config)])
    else {
      const own = [
        ['ANTHILL_TRIAL', id],
        ['ANTHILL_TRIAL_DIR', directory],
        ['ANTHILL_SEED', String(seed)],
        ...(fidelity === undefined ? [] : [['ANTHILL_FIDELITY', String(fidelity)] as const]),
      ] as const
      printData(assignmentLines([...own, ...parameterTexts(study.space, config)]))
    }
    await writtenOut((error) => {
      const held = `trial ${number} stays taken for ${shortDuration(ttlMs)}, and nobody was told`
      const line = commandOn('retry', study.directory, String(number))
      say(`anthill: standard output: ${error.message}; ${held}; to give it back: ${line}`)
    })
    return EXIT_STATUS.done
  } finally {
    await study.close()
  }
}

function checkNames(space: Space): void {
  checkShellNames(
    flatten(space).map(({ name }) => name),
    OWN_VARIABLES,
  )
}

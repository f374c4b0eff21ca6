/** `anthill ask`: the next trial, for a program of any language that runs it and tells how it came out. */

import { assignmentLines, flagsText, parameterTexts } from '../space/words.ts'
import { readWords } from './arguments.ts'
import { exitStatus, NothingThere, UsageError } from './failure.ts'
import { openToWork } from './opening.ts'
import { answer, printHelp } from './screen.ts'
import { definitionOptions, readDefinition } from './study-options.ts'
import { commandOn, whichStudy } from './which-study.ts'

const usage = `Usage: anthill ask [-s DIR] [-n N] [options]

  anthill ask -s runs/a -n 20 --param lr=1e-5..1e-1~log --minimize loss
  eval "$(anthill ask -s runs/a -n 20 --format sh)" &&
    anthill tell -s runs/a "$ANTHILL_TRIAL" "$(./train "$lr")"

The next trial. It is yours until anthill tell, anthill retry or its time to
live ends it: one that was asked for and whose answer nobody read stays taken
until then, so give a --ttl that a trial does not outlast.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
  -n, --trials N     the study's total over all processes (default: no limit)
      --ttl TIME     how long the trial is yours, like 2h (default: 1d)
      --repeats K    how often one config may be measured, where results are
                     noisy; kept nowhere, so say it at each ask (default: 1)
      --format FORMAT
          json    {"id", "number", "config", "directory", "seed", "attempt"}
          sh      ANTHILL_TRIAL, ANTHILL_TRIAL_DIR, ANTHILL_SEED and the
                  parameters, as quoted assignments for a shell
          flags   the id, then --lr 0.01 --opt adam, on two lines
      --json         the same as --format json, which is the default
A study that is not there is created by these (see: anthill help space):
  -p, --param NAME=SPEC, --space FILE, --minimize NAME, --maximize NAME,
      --sampler auto|sobol|random|grid, --seed S, --lease TIME, --retries K

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study, or nothing to ask
(the budget is reached, the space is tried out, or somebody said stop).
`

const day = 86_400_000

/** Claims a trial and prints it. */
export async function ask(words: readonly string[]): Promise<number> {
  const read = readWords('ask', words, { ...definitionOptions, ttl: { kind: 'text' }, format: { kind: 'text' } })
  if (read.has('help')) return printHelp(usage)
  const format = read.text('format') ?? 'json'
  if (!['json', 'sh', 'flags'].includes(format)) {
    throw new UsageError(`unknown format '${format}': there are json, sh, flags`, 'anthill ask --help')
  }
  if (read.has('json') && format !== 'json')
    throw new UsageError('--format and --json are two answers: keep one of them')
  const ttlMs = read.duration('ttl') ?? day
  const study = await openToWork(whichStudy('ask', read, false), readDefinition('ask', read))
  try {
    const trial = await study.ask({ wait: false, ttlMs })
    if (trial === undefined) {
      const why = study.stopped
        ? 'somebody said anthill stop'
        : study.unfinished.length > 0
          ? `${study.unfinished.length} of its trials still run`
          : 'the budget is reached, or every configuration is tried'
      throw new NothingThere(`nothing to ask of '${study.directory}': ${why}`, commandOn('status', study.directory))
    }
    const { id, number, config, directory, seed, attempt } = trial
    if (format === 'json') answer({ id, number, config, directory, seed, attempt })
    else if (format === 'flags') process.stdout.write(`${id}\n${flagsText(study.space, config)}\n`)
    else {
      const own = [
        ['ANTHILL_TRIAL', id],
        ['ANTHILL_TRIAL_DIR', directory],
        ['ANTHILL_SEED', String(seed)],
      ] as const
      process.stdout.write(`${assignmentLines([...own, ...parameterTexts(study.space, config)]).join('\n')}\n`)
    }
    return exitStatus.done
  } finally {
    await study.close()
  }
}

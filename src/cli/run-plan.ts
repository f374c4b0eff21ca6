/** What a run will do with each trial. It is checked before anything is created or claimed. */

import { parseCurvePattern } from '../runner/curve-pattern.ts'
import { parseMetrics } from '../runner/metric.ts'
import { prepareProgram } from '../runner/program.ts'
import type { Program } from '../runner/program.ts'
import { parseReducers } from '../runner/reduce.ts'
import type { TrialSettings } from '../runner/run-program.ts'
import { spreadName } from '../space/objectives.ts'
import type { Space } from '../space/parameter.ts'
import { helpOf } from './arguments.ts'
import type { Options, Words } from './arguments.ts'
import { UsageError } from './failure.ts'
import { arrivedSignals } from './signals.ts'
import type { Goals } from '../trial.ts'

export const PROGRAM_OPTIONS = {
  metric: { kind: 'list' },
  reduce: { kind: 'list' },
  curve: { kind: 'text' },
  runs: { kind: 'text' },
  'trial-timeout': { kind: 'text' },
  grace: { kind: 'text' },
} as const satisfies Options

/**
 * How long a program may go on after TERM before it gets KILL. Schedulers usually send KILL about 30 seconds after
 * TERM. This leaves a few seconds to hand the trial back.
 */
const DEFAULT_GRACE_MS = 25_000

/** How each trial's program is run and read. The guardian is not part of the plan: it starts with the first trial. */
export interface RunPlan {
  readonly program: Program
  readonly settings: Omit<TrialSettings, 'guardian'>
}

/**
 * The command that the words after `--` name.
 *
 * @throws UsageError if there is none
 */
export function commandOf(words: Words): readonly string[] {
  const [surplus] = words.plain
  if (surplus !== undefined) {
    const line = `anthill run -n 20 -- ${words.plain.join(' ')}`
    const remedy = `the command comes after --, as in ${line}`
    throw new UsageError(`unexpected argument '${surplus}'; ${remedy}`, helpOf('run'))
  }
  if (words.after === undefined || words.after.length === 0) {
    const line = 'anthill run -n 20 --param lr=1e-5..1e-1~log -- python train.py --lr {lr}'
    throw new UsageError(`no command given; put it after --, as in ${line}`, helpOf('run'))
  }
  return words.after
}

/**
 * The plan for a space and goals, and perhaps a fidelity of this name.
 *
 * @throws RangeError for a program that does not exist, an unknown placeholder, a wrong `--metric`, `--reduce`,
 *   `--curve` or `--runs`; UsageError for several runs in a study with a fidelity
 */
export function planRun(words: Words, space: Space, goals: Goals, fidelity?: string): RunPlan {
  const runs = words.count('runs', 1) ?? 1
  if (runs > 1 && fidelity !== undefined)
    throw new UsageError(
      `--runs ${runs} and the fidelity '${fidelity}': the runs of a trial would share its checkpoints in one ` +
        `directory; leave one of the two out, or measure a config ${runs} times with --repeats ${runs}`,
      'anthill help fidelity',
    )
  const spread = spreadName(Object.keys(goals.objectives)[0]!)
  if (runs > 1 && Object.hasOwn(goals.objectives, spread))
    throw new RangeError(`objective '${spread}': --runs keeps the deviation of the runs by that name; rename it`)
  const metrics = parseMetrics(words.list('metric'), goals)
  const curve = words.text('curve')
  return {
    program: prepareProgram(commandOf(words), space, { fidelity }),
    settings: {
      space,
      goals,
      metrics,
      reducers: parseReducers(words.list('reduce'), metrics),
      curve: curve === undefined ? undefined : parseCurvePattern(curve),
      runs,
      timeoutMs: words.duration('trial-timeout'),
      graceMs: words.duration('grace') ?? DEFAULT_GRACE_MS,
      stop: arrivedSignals.stop,
      kill: arrivedSignals.kill,
    },
  }
}

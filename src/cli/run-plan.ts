/** What a run is going to do with each trial, checked before anything is created or claimed. */

import { parseMetrics } from '../runner/metric.ts'
import { prepareProgram } from '../runner/program.ts'
import type { Program } from '../runner/program.ts'
import type { TrialSettings } from '../runner/run-trial.ts'
import type { Space } from '../space/parameter.ts'
import type { Objectives } from '../trial.ts'
import type { Words } from './arguments.ts'
import { UsageError } from './failure.ts'
import { arrived } from './signals.ts'

export const programOptions = {
  metric: { kind: 'list' },
  'trial-timeout': { kind: 'text' },
  grace: { kind: 'text' },
} as const

/** How each trial's program is run and read; a guardian comes with the first of them. */
export interface RunPlan {
  readonly program: Program
  readonly settings: Omit<TrialSettings, 'guardian'>
}

/** Where the command line says what to run. */
export function commandOf(read: Words): readonly string[] {
  if (read.plain.length > 0) {
    const line = `anthill run -n 20 -- ${read.plain.join(' ')}`
    throw new UsageError(
      `unexpected argument '${read.plain[0]}': the command comes after --, as in ${line}`,
      'anthill run --help',
    )
  }
  if (read.after === undefined || read.after.length === 0) {
    const line = 'anthill run -n 20 --param lr=1e-5..1e-1~log -- python train.py --lr {lr}'
    throw new UsageError(`which command? it comes after --, as in ${line}`, 'anthill run --help')
  }
  return read.after
}

/**
 * The plan for a space and objectives.
 *
 * @throws RangeError for a command that is not there, an unknown placeholder, a wrong `--metric`
 */
export function planRun(read: Words, space: Space, objectives: Objectives): RunPlan {
  return {
    program: prepareProgram(commandOf(read), space),
    settings: {
      space,
      objectives,
      metrics: parseMetrics(read.list('metric'), objectives),
      timeoutMs: read.duration('trial-timeout'),
      graceMs: read.duration('grace') ?? 25_000,
      stop: arrived.stop,
      kill: arrived.kill,
    },
  }
}

/** What is to be read of a program, and what comes of it. */

import type { Goals, Said } from '../trial.ts'
import type { Metrics } from './metric.ts'
import type { OutputPlace } from './program-output.ts'
import type { Reducers } from './reduce.ts'

/** Where an answer was read. */
type Source = 'metric' | 'value.json' | 'stdout'

/**
 * The values and where they were read, or the problem that left the program without a value. `isPruned`: the program
 * says that it ended early. Then the values are the latest ones, and there may be none.
 */
export type ProgramAnswer =
  { readonly values: Said; readonly source: Source; readonly isPruned?: true } | { readonly problem: string }

/** What to read, and how. */
export interface AnswerOrder extends OutputPlace {
  /** The trial's directory. */
  readonly directory: string
  readonly goals: Goals
  readonly metrics?: Metrics | undefined
  /** How several matches of a metric become one value (`--reduce`). */
  readonly reducers?: Reducers | undefined
  /** What `valueMark` gave before the program was started. */
  readonly markBefore: string | null
  /** Gives up a pattern that takes long. */
  readonly over?: AbortSignal | undefined
}

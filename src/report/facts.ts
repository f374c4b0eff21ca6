/**
 * All that is shown of a study: the facts that figures, advice, the page and the board are made of. `cli/report/`
 * reads them from a study; nothing here knows a folder.
 */

import type { Space } from '../space/parameter.ts'
import type { Goals, Json } from '../trial.ts'
import type { Columns } from './columns.ts'
import type { ImportanceView, ModelView } from './models/views.ts'
import type { StudyCounts } from './status-text.ts'

export interface Facts {
  /** When these facts were read, in milliseconds since 1970. */
  readonly readAt: number
  readonly version: string
  readonly study: StudyFacts
  readonly counts: StudyCounts
  readonly columns: Columns
  /** How many trials the study has; `columns` holds fewer where it was thinned. */
  readonly total: number
  /** The index of the best trial by its value, and of the one to take home; -1 if there is none. */
  readonly best: number
  readonly recommended: number
  /** One for each objective that a model can tell something about; `noModel` says why others have none. */
  readonly models: readonly ModelView[]
  readonly noModel: string | null
  /** One for each objective with ten values or more. */
  readonly importances: readonly ImportanceView[]
  /** Trials that failed, by what they ended with; most frequent first. */
  readonly failures: readonly FailureGroup[]
  /** Attempts before the last one of a trial. */
  readonly lost: readonly LostAttempt[]
}

export interface StudyFacts {
  readonly name: string
  readonly space: Space
  readonly where: readonly string[]
  readonly goals: Goals
  readonly seed: number
  /** When it was created (ISO 8601), and with what. */
  readonly time: string
  readonly sampler: string
  readonly samplerOptions: Json
  readonly pruner: string | null
  /** How the study is named on a command line; null if names and paths are left out. */
  readonly path: string | null
}

/** Failed trials that ended alike. */
export interface FailureGroup {
  /** The last line of what they wrote, or the reason. */
  readonly words: string
  readonly trials: readonly number[]
}

export interface LostAttempt {
  /** An index in the columns. */
  readonly trial: number
  readonly worker: string | null
  readonly started: number
  readonly ended: number
  readonly reason: string | null
}

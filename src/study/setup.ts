/**
 * What a study is made of: what `open-study.ts` puts together, and what a `Study` works with. It is here and not beside
 * the class, so that the class fits a file.
 */

import type { Patience } from './patience.ts'
import type { StudyParts } from './records.ts'
import type { PrunerSource } from './study-pruner.ts'

/** The parts that tell of the study itself, without what a process has learned of its trials. */
type Parts = Pick<StudyParts, 'folder' | 'space' | 'where' | 'goals' | 'sampler' | 'ends'>

/** What a study is made of. @internal */
export interface StudySetup extends Parts {
  /** Which running trials should stop. */
  readonly pruner: PrunerSource
  /** See `Study.notices`. */
  readonly notices: readonly string[]
  /** How the end of a trial waits for a file system that refuses. */
  readonly patience: Omit<Patience, 'over'>
  /** Ends the work early. */
  readonly signal?: AbortSignal | undefined
}

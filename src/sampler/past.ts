/** What a turn is given, and what it may cost. */

import type { Maximizer } from '../acquisition/maximize.ts'
import type { Random } from '../numerics/random.ts'
import type { Axes } from '../space/axes.ts'
import type { AcquisitionOptions } from './acquisition-options.ts'
import type { Basis } from './basis.ts'
import type { Belief } from './belief.ts'
import type { Limit } from './limit.ts'
import type { History } from './observations.ts'
import type { Price } from './price.ts'
import type { ProcessRole } from './role.ts'
import type { Judgment } from './safety.ts'
import type { Target } from './target.ts'
import type { Lesson } from './lesson.ts'
import type { Beliefs } from './unmeasured.ts'

/** The two efforts that `BayesianOptions` offers. `low` takes about a third of the time. */
export const EFFORTS: Readonly<Record<'full' | 'low', Effort>> = {
  full: {
    largestModel: 200,
    largestForest: 400,
    candidates: 900,
    starts: 5,
    iterations: 30,
    forestCandidates: 2800,
    fit: 1,
  },
  low: {
    largestModel: 100,
    largestForest: 200,
    candidates: 300,
    starts: 2,
    iterations: 20,
    forestCandidates: 700,
    fit: 0.2,
  },
}

/** An objective, and what the trials say about it. */
export interface Objective {
  readonly name: string
  readonly history: History
}

export interface Past {
  readonly axes: Axes
  /** What the trials say about the only objective, or what several are made into; else about the first one. */
  readonly history: History
  /** What several objectives are made into, if they are. */
  readonly target?: Target
  /** All objectives. */
  readonly objectives: readonly Objective[]
  /** The constraints that something is known about. */
  readonly limits: readonly Limit[]
  /** What a trial is going to cost, if that matters. */
  readonly price?: Price | undefined
  readonly basis: Basis
  readonly random: Random
  readonly number: number
  readonly effort: Effort
  readonly safety: Judgment | undefined
  /** What pending and failed trials are taken for. */
  readonly beliefs: Beliefs
  /** How much the priors of the space count, and the weights of its choices; left out without any. */
  readonly belief?: Belief | undefined
  /** The role that looks elsewhere. */
  readonly plain: ProcessRole
  /** What a point is worth. */
  readonly acquisition: AcquisitionOptions
  /** How the point that is worth most is searched for. */
  readonly maximizer: Maximizer
  /** Suggestions before this one, after the opening. */
  readonly step: number
  /** What earlier studies say, and a stream for how much that counts; left out without any. */
  readonly lessons?: { readonly of: readonly Lesson[]; readonly random: Random } | undefined
  /** A stream for weights of objectives. */
  readonly weights: Random
  /** A stream for what the acquisition draws. The default draws nothing, so that `random` stays the same for it. */
  readonly chance: Random
}

/** What a suggestion may cost. */
export interface Effort {
  /** Most observations of a Gaussian process, and of a forest. */
  readonly largestModel: number
  readonly largestForest: number
  /** Candidates of the maximizer where predictions have slopes; fewer if that would compare too many numbers. */
  readonly candidates: number
  /** Candidates that the maximizer climbs from. */
  readonly starts: number
  /** Gradient steps of one climb. */
  readonly iterations: number
  /** Candidates of a forest, whose predictions are cheap and have no slope. */
  readonly forestCandidates: number
  /** Share of the usual effort that a fit may cost. */
  readonly fit: number
}

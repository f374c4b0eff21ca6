/** The acquisition of a turn: how each of `acquisition-table.ts` is made once a model is there. */

import {
  augmented,
  confidenceBound,
  logExpectedImprovement,
  logProbabilityOfImprovement,
  momentGenerating,
} from '../acquisition/acquisition.ts'
import type { Acquisition } from '../acquisition/acquisition.ts'
import { drawMinima, maxValueEntropy } from '../acquisition/entropy.ts'
import type { Random } from '../numerics/random.ts'
import type { AcquisitionName, Schedule, SingleAcquisition } from './acquisition-options.ts'
import { ACQUISITIONS } from './acquisition-table.ts'
import { ownAcquisition } from './own-model.ts'
import { valueAt } from './schedule.ts'

/** What an acquisition needs to know of the model and of the study. */
export interface Reference {
  /** The lowest mean at an observation. */
  readonly best: number
  /** Standard deviation of a measurement, if the improvement has to be discounted by it; else 0. */
  readonly noise: number
  /** Suggestions of models before this one, from 0; pending ones count. */
  readonly step: number
  /** Number of parameters. */
  readonly d: number
  /** A stream for schedules and draws only. */
  readonly random: Random
  /** Predictions at the observations and at points of the whole space. */
  readonly screen: () => { readonly means: Float64Array; readonly variances: Float64Array }
}

/** An acquisition, and what to say about it. */
export interface ChosenAcquisition {
  readonly kind: string
  readonly acquisition: Acquisition
  /** What its value is called. */
  readonly name: string
  /** The numbers of its options in this turn; an infinite one is null. */
  readonly with: Readonly<Record<string, number | null>>
  /** Whether it is meant for one function drawn from the model, in place of the model. */
  readonly isOfDraw: boolean
  /** Whether it is the expected improvement on the best, in which the search elsewhere is measured. */
  readonly isPlain: boolean
}

/** Makes an acquisition with the numbers of its options. */
type Maker = (set: Readonly<Record<string, number>>, reference: Reference) => Acquisition

const MAKERS: Readonly<Record<AcquisitionName, Maker>> = {
  ei: ({ xi }, { best, noise }) => {
    const improvement = logExpectedImprovement(best - xi!)
    return noise > 0 ? augmented(improvement, noise) : improvement
  },
  pi: ({ xi }, { best }) => logProbabilityOfImprovement(best - xi!),
  lcb: ({ kappa }, { best }) => confidenceBound(best, kappa!),
  mgfi: ({ t }, { best }) => momentGenerating(best, t!),
  mes: ({ draws }, { best, random, screen }) => {
    const { means, variances } = screen()
    return maxValueEntropy(drawMinima(means, variances.map(Math.sqrt), best, draws!, random))
  },
  thompson: (_, { best }) => confidenceBound(best, 0),
}

/** The acquisition that options ask for, with the numbers of this turn. */
export function acquisitionOf(spec: SingleAcquisition, reference: Reference): ChosenAcquisition {
  if (typeof spec === 'object' && 'worth' in spec) {
    const acquisition = ownAcquisition(spec, reference.best)
    return {
      kind: spec.name,
      acquisition,
      name: `log of the worth by '${spec.name}'`,
      with: {},
      isOfDraw: false,
      isPlain: false,
    }
  }
  const { kind, ...given } = typeof spec === 'string' ? { kind: spec } : spec
  const { name, options } = ACQUISITIONS[kind]
  const set: Record<string, number> = {}
  for (const [option, { default: usual }] of Object.entries(options)) {
    const schedule =
      (given as Readonly<Record<string, Schedule | 'inf' | undefined>>)[option] ?? (usual as Schedule | 'inf')
    set[option] = schedule === 'inf' ? Infinity : valueAt(schedule, reference.step, reference.d, reference.random)
  }
  const told = Object.fromEntries(
    Object.entries(set).map(([option, value]) => [option, Number.isFinite(value) ? value : null]),
  )
  const isPlain = kind === 'ei' && set.xi === 0
  return { kind, acquisition: MAKERS[kind](set, reference), name, with: told, isOfDraw: kind === 'thompson', isPlain }
}

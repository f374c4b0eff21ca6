/**
 * Tournament evolution as a sampler: the winner of a few random trials has a child that differs in little.
 *
 * The population is the best trials of all, or with `aging` the latest ones: then a trial that was good by luck is
 * forgotten, which helps where values are noisy.
 *
 * Sources: Real, Aggarwal, Huang & Le 2019, "Regularized evolution for image classifier architecture search" (aging);
 * HyperMapper's evolutionary optimization, which has the same options.
 */

import { altered, crossed, tournament } from '../acquisition/offspring.ts'
import { randomStream } from '../numerics/random.ts'
import { searchedAxes } from '../space/allowed.ts'
import type { Axes } from '../space/axes.ts'
import { explainBred, membersOf, suggestAmong, suggestOpening, withValue } from './generations.ts'
import type { Member } from './generations.ts'
import { keptOptions, parseTable, withDefaults } from '../space/option-values.ts'
import { BREED_OPTIONS } from './options.ts'
import { inRank } from './ranking.ts'
import type { Question, Sampler } from './sampler.ts'

export interface BreedSamplerOptions {
  /** How many trials may have children, and how many random ones come first; default 20. */
  readonly population?: number
  /** How many of them compete to be a parent; default 2. */
  readonly tournament?: number
  /** How many parameters of a child change, on average; default 1. */
  readonly mutations?: number
  /** Whether a child has two parents; default false. */
  readonly crossover?: boolean
  /** Whether the population is the latest trials, and not the best; default false. */
  readonly aging?: boolean
}

/**
 * Tournament evolution: for many cheap trials, and for choices without an order.
 *
 * @throws RangeError for options that make no sense
 */
export function breed(options: BreedSamplerOptions = {}): Sampler {
  const given: BreedSamplerOptions = parseTable(BREED_OPTIONS, options, 'breed')
  const settings = withDefaults(given, BREED_OPTIONS)
  return {
    name: 'breed',
    ...keptOptions(given),
    suggest: (question) => {
      const axes = searchedAxes(question)
      const population = populationFor(question, axes, settings)
      if (population === undefined) return suggestOpening(question)
      const random = randomStream('breed', question.seed, question.number, question.draw)
      const parent = (): Float64Array => population[tournament(population.length, settings.tournament, random)]!.x
      return suggestAmong(question, axes, () => {
        const x = settings.crossover ? crossed(parent(), parent(), axes, random) : parent()
        return altered(x, settings.mutations, axes, random)
      })
    },
    explain: (question) => {
      const population = populationFor(question, searchedAxes(question), settings)
      return explainBred(question, 'breed', population && population.map(({ number }) => number))
    },
  }
}

/** The trials that may have children, the best first; undefined while there are too few. */
function populationFor(
  question: Question,
  axes: Axes,
  { population, aging }: Required<BreedSamplerOptions>,
): Member[] | undefined {
  const members = withValue(membersOf(question, axes))
  if (question.number < population || members.length < 2) return undefined
  const latest = aging ? members.slice(-population) : members
  return inRank(latest).slice(0, population)
}

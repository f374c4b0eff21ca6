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
import { axesOf } from '../space/axes.ts'
import { FLAG, checkOptions, wholeNumber } from '../space/options.ts'
import { byValue, membersOf, suggestAmong, withValue } from './generations.ts'
import type { Sampler } from './sampler.ts'
import { suggestSobol } from './sobol.ts'

const DEFAULTS = { population: 20, tournament: 2, mutations: 1, crossover: false, aging: false }

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
  checkOptions('breed', options, {
    population: wholeNumber(2, 10_000),
    tournament: wholeNumber(1, 10_000),
    mutations: wholeNumber(1, 10_000),
    crossover: FLAG,
    aging: FLAG,
  })
  const settings = { ...DEFAULTS, ...options }
  return {
    name: 'breed',
    ...(Object.keys(options).length > 0 ? { options: { ...options } } : {}),
    suggest: (question) => {
      const { seed, number, draw, space } = question
      const axes = axesOf(space)
      const members = withValue(membersOf(question, axes))
      if (number < settings.population || members.length < 2) return suggestSobol(question)
      const latest = settings.aging ? members.slice(-settings.population) : members
      const population = [...latest].sort(byValue).slice(0, settings.population)
      const random = randomStream('breed', seed, number, draw)
      const parent = (): Float64Array => population[tournament(population.length, settings.tournament, random)]!.x
      return suggestAmong(question, axes, () => {
        const x = settings.crossover ? crossed(parent(), parent(), axes, random) : parent()
        return altered(x, settings.mutations, axes, random)
      })
    },
  }
}

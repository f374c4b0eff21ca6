/**
 * The maximizers by name, with their options: what a study may ask for, and what a page of help prints.
 *
 * A maximizer is given as a word, or as an object with `kind` and options, as in { kind: 'sampling', points: 5000 }.
 */

import { didYouMean } from '../space/nearest-name.ts'
import { checkOptions, isRecord, numberWithin, wholeNumber } from '../space/options.ts'
import type { Rule, Rules } from '../space/options.ts'
import { shown } from '../space/shown.ts'
import { breed } from './breed.ts'
import { cma } from './cma.ts'
import { evolve } from './evolve.ts'
import { local } from './local.ts'
import { climbing } from './maximize.ts'
import type { Maximizer } from './maximize.ts'
import { sampling, tweaks } from './sampling.ts'

/** More points than this would take minutes for each suggestion. */
const MOST_POINTS = 1_000_000

/** No search needs a larger population, more starts or more rounds. */
const MOST_MEMBERS = 10_000

export type MaximizerName = 'climb' | 'sampling' | 'tweaks' | 'local' | 'evolve' | 'breed' | 'cma'

/** A maximizer as a study keeps it: its name, or its name under `kind` with options. */
export type MaximizerSpec = MaximizerName | { readonly kind: MaximizerName; readonly [option: string]: string | number }

/** An option of a maximizer. */
export interface MaximizerOption {
  /** Its value if it is not given; undefined: as the sampler's `effort` says. */
  readonly initial: number | undefined
  readonly rule: Rule
  /** One line of help. */
  readonly help: string
}

export interface MaximizerEntry {
  /** One line of help. */
  readonly help: string
  readonly options: Readonly<Record<string, MaximizerOption>>
}

const option = (initial: number | undefined, rule: Rule, help: string): MaximizerOption => ({ initial, rule, help })
const points = (initial: number, help: string): MaximizerOption => option(initial, wholeNumber(1, MOST_POINTS), help)
const members = (initial: number, help: string): MaximizerOption => option(initial, wholeNumber(1, MOST_MEMBERS), help)
const share = (initial: number, help: string): MaximizerOption => option(initial, numberWithin(0, 1), help)

/** What there is, in the order of help. */
export const MAXIMIZERS = {
  climb: {
    help: 'climbs by the slope from the best of many points, and by steps between discrete values',
    options: {
      points: option(undefined, wholeNumber(1, MOST_POINTS), 'points to choose the starts from'),
      starts: option(undefined, wholeNumber(1, MOST_MEMBERS), 'points to climb from'),
      iterations: option(undefined, wholeNumber(0, MOST_MEMBERS), 'steps of one ascent'),
    },
  },
  sampling: {
    help: 'the best of random points',
    options: { points: points(10_000, 'random points') },
  },
  tweaks: {
    help: 'the best of random points, and of the best of them with some values replaced',
    options: {
      points: points(10_000, 'points: random ones, then tweaks'),
      share: share(0.5, 'share of the points that are tweaks'),
      flip: share(0, 'probability that a tweak replaces a value; 0: two values, and at most half of them'),
      chance: share(0, 'probability that the best point is tweaked once more, unseen'),
    },
  },
  local: {
    help: 'local search: to the best neighbor as long as it is better',
    options: {
      points: points(2000, 'random points to choose the starts from'),
      starts: members(10, 'random points to begin from, and as many of the best trials'),
      evaluations: points(10_000, 'points looked at in all'),
    },
  },
  evolve: {
    help: 'mixed-integer evolution strategy: step sizes adapt themselves',
    options: {
      parents: members(4, 'members of a generation that have children'),
      children: members(10, 'members of a generation'),
      evaluations: points(4000, 'points looked at in all'),
    },
  },
  breed: {
    help: 'genetic algorithm: a large population that keeps its best',
    options: {
      points: points(1000, 'random points to choose the first population from'),
      population: members(100, 'size of the population'),
      generations: members(100, 'most generations'),
      patience: members(15, 'generations without a gain after which it ends'),
      tolerance: option(1e-3, numberWithin(0, MOST_POINTS), 'what counts as a gain'),
    },
  },
  cma: {
    help: 'CMA-ES with restarts: learns how parameters depend on each other',
    options: {
      points: points(1000, 'random points to choose the starts from'),
      sigma: share(0.2, 'first step, as a share of each range'),
      evaluations: points(4000, 'points looked at in all'),
    },
  },
} as const satisfies Readonly<Record<MaximizerName, MaximizerEntry>>

type Settings<N extends MaximizerName> = {
  readonly [K in keyof (typeof MAXIMIZERS)[N]['options']]: N extends 'climb' ? number | undefined : number
}

const MAKERS: { readonly [N in MaximizerName]: (settings: Settings<N>) => Maximizer } = {
  climb: climbing,
  sampling,
  tweaks,
  local,
  evolve,
  breed,
  cma,
}

/** The names, in the order of help. */
export const MAXIMIZER_NAMES = Object.keys(MAXIMIZERS) as readonly MaximizerName[]

/**
 * The maximizer that a study asks for.
 *
 * @param value  a name, or an object with `kind` and options of that maximizer
 * @throws TypeError or RangeError for an unknown name or option, and for a value that an option cannot have
 */
export function maximizerOf(value: unknown): Maximizer {
  const kind = isRecord(value) ? value.kind : value
  if (typeof kind !== 'string' || !isMaximizerName(kind)) {
    const names = MAXIMIZER_NAMES.join(', ')
    const Refusal = typeof kind === 'string' ? RangeError : TypeError
    throw new Refusal(
      `option 'maximizer': must be one of ${names}, or { kind: one of them, … }, got ${shown(value)}` +
        (typeof kind === 'string' ? didYouMean(kind, MAXIMIZER_NAMES) : ''),
    )
  }
  const options = Object.entries<MaximizerOption>(MAXIMIZERS[kind].options)
  const given = isRecord(value) ? value : {}
  const rules: Rules = { kind: null, ...Object.fromEntries(options.map(([name, { rule }]) => [name, rule])) }
  checkOptions(`maximizer '${kind}'`, given, rules)
  const settings = Object.fromEntries(options.map(([name, { initial }]) => [name, (given[name] ?? initial) as number]))
  if (kind === 'evolve' && settings.children! < settings.parents!) {
    throw new RangeError(
      `option 'children': must be at least as many as 'parents', ${settings.parents}, got ${settings.children}`,
    )
  }
  if (kind === 'cma' && settings.sigma === 0) {
    throw new RangeError(`option 'sigma': must be above 0, got 0`)
  }
  return (MAKERS[kind] as (settings: object) => Maximizer)(settings)
}

function isMaximizerName(name: string): name is MaximizerName {
  return Object.hasOwn(MAXIMIZERS, name)
}

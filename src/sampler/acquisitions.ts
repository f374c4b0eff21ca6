/**
 * The acquisitions by name: what each is, what may be set, and how it is made once a model is there.
 *
 * Values are standardized before a model sees them, so ξ, κ and t are in standard deviations of the values so far.
 * Where an option is a schedule (`schedule.ts`), it is a number or says how the number changes.
 */

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
import { checkOptions, isRecord, remedyFor, wholeNumber } from '../space/options.ts'
import type { Rule, Rules } from '../space/options.ts'
import { shown } from '../space/shown.ts'
import type {
  AcquisitionName,
  AcquisitionOptions,
  PortfolioOptions,
  Schedule,
  SingleAcquisition,
} from './acquisition-options.ts'
import { checkSchedule, valueAt } from './schedule.ts'

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
  readonly kind: AcquisitionName
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

/** What may be set of an acquisition. */
export interface Setting {
  readonly default: Schedule | 'inf'
  /** What a plain number must be. */
  readonly rule: Rule
  readonly isSchedule: boolean
  /** One line. */
  readonly help: string
}

/** A setting that may be left out has no default. */
type Optional<S extends { readonly default: unknown }> = Omit<S, 'default'> & Partial<Pick<S, 'default'>>

interface Entry {
  /** What its value is called. */
  readonly name: string
  /** One line. */
  readonly help: string
  /** What a model did that chose a config by it, in plain words. */
  readonly wish: string
  readonly settings: Readonly<Record<string, Setting>>
  readonly make: (set: Readonly<Record<string, number>>, reference: Reference) => Acquisition
  readonly isOfDraw?: true
}

const ANY_NUMBER: Rule = { must: 'a number', holds: (value) => typeof value === 'number' && Number.isFinite(value) }

const AT_LEAST_ZERO: Rule = {
  must: 'a number of at least 0',
  holds: (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value),
}

const AT_LEAST_ZERO_OR_INF: Rule = {
  must: `${AT_LEAST_ZERO.must} or 'inf'`,
  holds: (value) => value === 'inf' || AT_LEAST_ZERO.holds(value),
}

const SHARE: Rule = {
  must: 'a number above 0 and of at most 1',
  holds: (value) => typeof value === 'number' && value > 0 && value <= 1,
}

/** More draws of the lowest value would cost time and change nothing that is seen. */
const MOST_DRAWS = 100

const XI = 'how much lower a value has to be to count as an improvement'

export const ACQUISITIONS: Readonly<Record<AcquisitionName, Entry>> = {
  ei: {
    name: 'log expected improvement',
    help: 'how much lower than the best a value is expected to be',
    wish: 'expected the largest improvement there',
    settings: { xi: { default: 0, rule: ANY_NUMBER, isSchedule: true, help: XI } },
    make: ({ xi }, { best, noise }) => {
      const improvement = logExpectedImprovement(best - xi!)
      return noise > 0 ? augmented(improvement, noise) : improvement
    },
  },
  pi: {
    name: 'log probability of improvement',
    help: 'how likely a value is to be lower than the best; with a small xi it stays close to the best',
    wish: 'saw the best chance of an improvement there',
    settings: { xi: { default: 0.01, rule: ANY_NUMBER, isSchedule: true, help: XI } },
    make: ({ xi }, { best }) => logProbabilityOfImprovement(best - xi!),
  },
  lcb: {
    name: 'log of what the confidence bound promises',
    help: 'how low a value may be: kappa deviations below the mean (UCB, if the objective is maximized)',
    wish: 'saw the best value within reach there',
    settings: {
      kappa: {
        default: 1.96,
        rule: AT_LEAST_ZERO_OR_INF,
        isSchedule: true,
        help: 'how much the deviation counts: 0 exploits, a large one explores, inf only explores',
      },
    },
    make: ({ kappa }, { best }) => confidenceBound(best, kappa!),
  },
  mgfi: {
    name: 'log moment generating function of the improvement',
    help: 'all moments of the improvement, weighted by a temperature; drawn ones give workers different wishes',
    wish: 'expected most there, where a large improvement counts more than a likely one',
    settings: {
      t: {
        default: { kind: 'log-normal', median: 1, spread: 0.5 },
        rule: AT_LEAST_ZERO,
        isSchedule: true,
        help: 'the temperature: a small one exploits, a large one explores',
      },
    },
    make: ({ t }, { best }) => momentGenerating(best, t!),
  },
  mes: {
    name: 'log of the information about the lowest value',
    help: 'how much a measurement tells about the lowest value of the function',
    wish: 'expected to learn most there about the best value',
    settings: {
      draws: { default: 10, rule: wholeNumber(1, MOST_DRAWS), isSchedule: false, help: 'draws of the lowest value' },
    },
    make: ({ draws }, { best, random, screen }) => {
      const { means, variances } = screen()
      return maxValueEntropy(drawMinima(means, variances.map(Math.sqrt), best, draws!, random))
    },
  },
  thompson: {
    name: 'log of what a drawn function promises',
    help: 'the lowest place of one function drawn from the model, another one for each suggestion',
    wish: 'drew one of the functions that it held possible, which is best there',
    settings: {},
    make: (_, { best }) => confidenceBound(best, 0),
    isOfDraw: true,
  },
}

/** The settings of a portfolio beside `of` and `chances`. */
export const PORTFOLIO = {
  eta: { default: 1, rule: AT_LEAST_ZERO, isSchedule: true, help: 'how much gains count: 0 chooses all alike' },
  alpha: { rule: SHARE, isSchedule: false, help: 'weight of the newest proposal, if older ones are to be forgotten' },
} as const satisfies Readonly<Record<string, Optional<Setting>>>

/** What a portfolio chooses from, if nothing else is said. */
export const DEFAULT_MEMBERS: readonly SingleAcquisition[] = ['ei', 'lcb', 'pi']

/** The option of `bayesian` that says an acquisition. */
const OPTION = 'acquisition'

const NAMES = Object.keys(ACQUISITIONS) as readonly AcquisitionName[]

/** What a model did that chose a config by the acquisition of this name, in plain words. */
export function wishNamed(name: string): string {
  return (Object.values(ACQUISITIONS).find((entry) => entry.name === name) ?? ACQUISITIONS.ei).wish
}

/** The acquisition that options ask for, with the numbers of this turn. */
export function acquisitionOf(spec: SingleAcquisition, reference: Reference): ChosenAcquisition {
  const { kind, ...given } = typeof spec === 'string' ? { kind: spec } : spec
  const { name, settings, make, isOfDraw = false } = ACQUISITIONS[kind]
  const set: Record<string, number> = {}
  for (const [option, { default: usual }] of Object.entries(settings)) {
    const schedule = (given as Readonly<Record<string, Schedule | 'inf' | undefined>>)[option] ?? usual
    set[option] = schedule === 'inf' ? Infinity : valueAt(schedule, reference.step, reference.d, reference.random)
  }
  const told = Object.fromEntries(
    Object.entries(set).map(([option, value]) => [option, Number.isFinite(value) ? value : null]),
  )
  const isPlain = kind === 'ei' && set.xi === 0
  return { kind, acquisition: make(set, reference), name, with: told, isOfDraw, isPlain }
}

/** The options of a portfolio; undefined for a single acquisition. */
export function portfolioOf(options: AcquisitionOptions): PortfolioOptions | undefined {
  if (options === 'portfolio') return { kind: 'portfolio' }
  return typeof options === 'object' && options.kind === 'portfolio' ? options : undefined
}

/**
 * Refuses what is not an acquisition.
 *
 * @throws TypeError if it is neither a name nor an object with a kind; RangeError for an unknown name or option, or a
 *   number that makes no sense
 */
export function checkAcquisition(given: unknown): void {
  if (given === undefined) return
  const { kind, options } = partsOf(given, [...NAMES, 'portfolio'])
  if (kind === 'portfolio') checkPortfolio(options)
  else checkSettings(`'${kind}'`, options, ACQUISITIONS[kind as AcquisitionName].settings)
}

function checkPortfolio(options: Readonly<Record<string, unknown>>): void {
  const { of: members = DEFAULT_MEMBERS, chances, ...rest } = options
  checkSettings("'portfolio'", rest, PORTFOLIO, ['of', 'chances'])
  if (!Array.isArray(members) || members.length < 2)
    throw new TypeError(`option 'of': must be a list of at least two of ${NAMES.join(', ')}, got ${shown(members)}`)
  for (const member of members as readonly unknown[]) {
    const { kind, options: own } = partsOf(member, NAMES)
    checkSettings(`'${kind}'`, own, ACQUISITIONS[kind as AcquisitionName].settings)
  }
  if (chances === undefined) return
  if (!Array.isArray(chances) || chances.length !== members.length)
    throw new TypeError(`option 'chances': must be a list with one entry for each of 'of', got ${shown(chances)}`)
  for (const chance of chances as readonly unknown[]) checkSchedule('chances', chance, AT_LEAST_ZERO)
  const unused = ['eta', 'alpha'].find((name) => options[name] !== undefined)
  if (unused !== undefined)
    throw new RangeError(
      `option '${unused}': means nothing beside 'chances', which are the odds; leave one of them out`,
    )
}

/** The kind of an acquisition, and its options without it. */
function partsOf(
  given: unknown,
  names: readonly string[],
): { readonly kind: string; readonly options: Readonly<Record<string, unknown>> } {
  const { kind, ...options } = isRecord(given) ? given : { kind: given }
  if (typeof kind === 'string' && names.includes(kind)) return { kind, options }
  const remedy = remedyFor(typeof kind === 'string' ? kind : '', names)
  const message = `option '${OPTION}': ${shown(kind)} does not exist${remedy}`
  throw new (typeof kind === 'string' ? RangeError : TypeError)(message)
}

function checkSettings(
  subject: string,
  options: Readonly<Record<string, unknown>>,
  settings: Readonly<Record<string, Omit<Setting, 'default'>>>,
  others: readonly string[] = [],
): void {
  const rules: Rules = Object.fromEntries([
    ...Object.entries(settings).map(([name, { rule, isSchedule }]) => [name, isSchedule ? null : rule] as const),
    ...others.map((name) => [name, null] as const),
  ])
  checkOptions(subject, options, rules)
  for (const [name, { rule, isSchedule }] of Object.entries(settings))
    if (isSchedule) checkSchedule(name, options[name], rule)
}

/**
 * The acquisitions by name: what each is called, what it is for, and what may be set. How one is made once a model is
 * there says `acquisitions.ts`.
 *
 * Values are standardized before a model sees them, so ξ, κ and t are in standard deviations of the values so far.
 * Where an option is a schedule (`schedule.ts`), it is a number or says how the number changes.
 */

import type { Rule } from '../space/options.ts'
import type { AcquisitionName, AcquisitionOptions, PortfolioOptions, SingleAcquisition } from './acquisition-options.ts'
import { kindsOf, listOf, positive, rangeRule, whole } from '../space/option-values.ts'
import type { Kind, Option, Table, Value } from '../space/option-values.ts'
import { orOwn } from './own-part.ts'
import { scheduled } from './schedule.ts'

interface Entry extends Kind {
  /** What its value is called. */
  readonly name: string
  /** What a model did that chose a config by it, in plain words. */
  readonly wish: string
}

/** More draws of the lowest value would cost time and change nothing that is seen. */
const MOST_DRAWS = 100

const AT_LEAST_ZERO = rangeRule(0, Infinity)

const AT_LEAST_ZERO_OR_INF: Rule = {
  must: `${AT_LEAST_ZERO.must} or 'inf'`,
  holds: (value) => value === 'inf' || AT_LEAST_ZERO.holds(value),
}

const xi = (usual: number): Option => ({
  value: scheduled(rangeRule(-Infinity, Infinity)),
  default: usual,
  line: 'how much lower a value has to be to count as an improvement',
})

export const ACQUISITIONS: Readonly<Record<AcquisitionName, Entry>> = {
  ei: {
    name: 'log expected improvement',
    line: 'how much lower than the best a value is expected to be',
    wish: 'expected the largest improvement there',
    options: { xi: xi(0) },
  },
  pi: {
    name: 'log probability of improvement',
    line: 'how likely a value is to be lower than the best; with a small xi it stays close to the best',
    wish: 'saw the best chance of an improvement there',
    options: { xi: xi(0.01) },
  },
  lcb: {
    name: 'log of what the confidence bound promises',
    line: 'how low a value may be: kappa deviations below the mean (UCB, if the objective is maximized)',
    wish: 'saw the best value within reach there',
    options: {
      kappa: {
        value: scheduled(AT_LEAST_ZERO_OR_INF),
        default: 1.96,
        line: 'how much the deviation counts: 0 exploits, a large one explores, inf only explores',
      },
    },
  },
  mgfi: {
    name: 'log moment generating function of the improvement',
    line: 'all moments of the improvement, weighted by a temperature; drawn ones give workers different wishes',
    wish: 'expected most there, where a large improvement counts more than a likely one',
    options: {
      t: {
        value: scheduled(AT_LEAST_ZERO),
        default: { kind: 'log-normal', median: 1, spread: 0.5 },
        line: 'the temperature: a small one exploits, a large one explores',
      },
    },
  },
  mes: {
    name: 'log of the information about the lowest value',
    line: 'how much a measurement tells about the lowest value of the function',
    wish: 'expected to learn most there about the best value',
    options: { draws: { value: whole(1, MOST_DRAWS), default: 10, line: 'draws of the lowest value' } },
  },
  thompson: {
    name: 'log of what a drawn function promises',
    line: 'the lowest place of one function drawn from the model, another one for each suggestion',
    wish: 'drew one of the functions that it held possible, which is best there',
    options: {},
  },
}

/** The acquisition of several objectives, each with a model of its own. */
export const HYPERVOLUME = {
  name: 'log expected hypervolume improvement',
  line: 'how much the front of several objectives is expected to gain; it takes no scalarize',
  wish: 'expected the front to gain most there',
  options: {},
} as const satisfies Entry

/** The acquisition that goes with a belief of the method `bopro`. */
export const BOPRO = {
  name: 'log odds of a good value',
  wish: 'saw the best odds of a good value there',
}

const SINGLE = orOwn(kindsOf(ACQUISITIONS) as Value<SingleAcquisition>, 'acquisition')

/** What a portfolio chooses from, if nothing else is said. */
export const DEFAULT_MEMBERS: readonly SingleAcquisition[] = ['ei', 'lcb', 'pi']

export const PORTFOLIO = {
  of: {
    value: listOf(SINGLE),
    default: DEFAULT_MEMBERS,
    line: 'the acquisitions to choose from, at least two',
  },
  eta: { value: scheduled(AT_LEAST_ZERO), default: 1, line: 'how much gains count: 0 chooses all alike' },
  alpha: { value: positive(1), line: 'weight of the newest proposal, if older ones are to be forgotten' },
  chances: {
    value: listOf(scheduled(AT_LEAST_ZERO)),
    line: 'the odds of each, in proportion, in place of gains; as schedules they lead from one to another',
  },
} as const satisfies Table

const ANY: Value = orOwn(
  kindsOf({
    ...ACQUISITIONS,
    hypervolume: HYPERVOLUME,
    portfolio: { line: 'one of several; those whose proposals turned out well come more often', options: PORTFOLIO },
  }),
  'acquisition',
)

/** The option `acquisition`. */
export const ACQUISITION: Value<AcquisitionOptions> = {
  ...ANY,
  parse: (value, name) => {
    const parsed = ANY.parse(value, name) as AcquisitionOptions
    const portfolio = portfolioOf(parsed)
    if (portfolio !== undefined) checkPortfolio(portfolio, name)
    return parsed
  },
}

/** What a model did that chose a config by the acquisition whose value has this name, in plain words. */
export function wishNamed(name: string): string {
  const known = [...Object.values(ACQUISITIONS), HYPERVOLUME, BOPRO].find((entry) => entry.name === name)
  return known?.wish ?? 'saw the largest worth there, by an acquisition of your own'
}

/** The options of a portfolio; undefined for a single acquisition. */
export function portfolioOf(options: AcquisitionOptions): PortfolioOptions | undefined {
  if (options === 'portfolio') return { kind: 'portfolio' }
  return typeof options === 'object' && options.kind === 'portfolio' ? options : undefined
}

/** What no single option can tell. */
function checkPortfolio({ of: members = DEFAULT_MEMBERS, chances, ...rest }: PortfolioOptions, name: string): void {
  if (members.length < 2) throw new RangeError(`option '${name}.of': must have at least two, got one`)
  if (chances === undefined) return
  if (chances.length !== members.length) {
    const counts = `${chances.length} for ${members.length}`
    throw new RangeError(`option '${name}.chances': must have one for each of '${name}.of', got ${counts}`)
  }
  const unused = (['eta', 'alpha'] as const).find((option) => rest[option] !== undefined)
  if (unused !== undefined)
    throw new RangeError(`option '${name}.${unused}': means nothing beside 'chances', which are the odds; leave it out`)
}

/**
 * What a turn wants of its model: the best candidates of one acquisition, which a portfolio chooses from several.
 */

import type { Candidate } from '../acquisition/maximize.ts'
import { DEFAULT_MEMBERS, PORTFOLIO, portfolioOf } from './acquisition-table.ts'
import type { PortfolioOptions, SingleAcquisition } from './acquisition-options.ts'
import { byValuesAlone } from './belief.ts'
import type { Made } from './made.ts'
import { placesOf } from './observations.ts'
import type { Past } from './past.ts'
import {
  drawnBy,
  gainsAfter,
  noGains,
  normalized,
  oddsOfGains,
  rowsOfStanding,
  scoresAfter,
  standingOf,
} from './portfolio.ts'
import type { Standing } from './portfolio.ts'
import { valueAt } from './schedule.ts'
import { judged, search, withoutPrice } from './search.ts'
import type { Found, Judged } from './search.ts'

/** What is wanted, and what was learned on the way. */
export interface Wish {
  /** Candidates, best first. */
  readonly found: readonly Candidate[]
  readonly view: Found['view']
  /** The candidate of the largest expected improvement, whatever was wanted and at any price. */
  readonly mostImproving: () => Candidate | undefined
  /** What a portfolio has learned. */
  readonly standing?: Standing
}

/** What the options want of a model. */
export function wishOf(made: Made, past: Past): Wish {
  const portfolio = portfolioOf(past.acquisition)
  if (portfolio !== undefined) return wishOfPortfolio(made, past, portfolio)
  return wishFor(made, past, judged(made, past, past.acquisition as SingleAcquisition))
}

function wishFor(made: Made, past: Past, wanted: Judged, found = search(made, wanted, past)): Wish {
  const mostImproving = (): Candidate | undefined => {
    const alone = byValuesAlone(withoutPrice(past))
    if (wanted.chosen.isPlain && alone === past) return found[0]
    const { criterion } = judged(made, alone)
    const values = criterion.values(placesOf(found, criterion.d), found.length)
    const best = values.reduce((top, value, i) => (value > values[top]! ? i : top), 0)
    return found[best] && { x: found[best].x, value: values[best]! }
  }
  return { found, view: wanted.view, mostImproving }
}

function wishOfPortfolio(made: Made, past: Past, options: PortfolioOptions): Wish {
  const { of: members = DEFAULT_MEMBERS, chances } = options
  const { chance, step, axes } = past
  const d = axes.list.length
  const wanted = members.map((member) => judged(made, past, member))
  const names = wanted.map(({ chosen }) => chosen.kind)
  const told = (wish: Wish, odds: Float64Array): Wish => ({
    ...wish,
    view: (x) => ({ ...wish.view(x), portfolio: { of: names, odds: [...odds] } }),
  })
  if (chances !== undefined) {
    const odds = normalized(Float64Array.from(chances, (share) => valueAt(share, step, d, chance)))
    return told(wishFor(made, past, wanted[drawnBy(odds, chance)]!), odds)
  }
  const gains = gainsNow(made, past, options, names)
  const odds = oddsOfGains(gains, valueAt(options.eta ?? PORTFOLIO.eta.default, step, d, chance))
  const index = drawnBy(odds, chance)
  const found = wanted.map((one) => search(made, one, past))
  const points = found.map((candidates) => candidates[0]!.x)
  const wish = wishFor(made, past, wanted[index]!, found[index])
  return { ...told(wish, odds), standing: standingOf(names, gains, points, index) }
}

/** The gains, after this model has judged the last proposals. */
function gainsNow(
  { model, ranked }: Made,
  { basis }: Past,
  { alpha }: PortfolioOptions,
  names: readonly string[],
): Float64Array {
  const standing = basis.portfolio
  const isOfOthers = standing === undefined || standing.of.join() !== names.join()
  if (isOfOthers) return noGains(names.length)
  const { means } = model.predict(rowsOfStanding(standing), names.length)
  if (alpha === undefined) return gainsAfter(standing, means)
  const measured = model.predict(placesOf(ranked, model.d), ranked.length)
  const average = measured.means.reduce((sum, mean) => sum + mean, 0) / ranked.length
  return scoresAfter(standing, means, average, alpha)
}

/**
 * An axis of a figure, as data: which values it has, and where each lies on it.
 *
 * A place on an axis is a number: the value itself, the index of a category, or milliseconds since 1970. NaN is a place
 * that does not exist, such as the value of a parameter that is not active. Where a scale has a rail, marks at NaN are
 * drawn on it; elsewhere they are not drawn.
 */

export interface Scale {
  readonly kind: 'linear' | 'log' | 'category' | 'time'
  /** What the axis shows: a parameter, an objective, a number of trials. */
  readonly title: string
  /** The ends, low below high. Categories reach from -0.5 to n - 0.5. On a logarithmic scale both are above 0. */
  readonly low: number
  readonly high: number
  /** Whether only whole numbers have a meaning, as for numbers of trials: then ticks are whole. */
  readonly isWhole?: boolean
  /** The names of the categories; empty for other kinds. Names may be equal: a category is its index. */
  readonly words: readonly string[]
  /** Which end is the better one; null if neither is. */
  readonly better: 'low' | 'high' | null
  /**
   * The column of trials that the axis shows, by which a range of it can be selected: `number`, `started`, `took` (in
   * seconds), `value NAME` of an objective, `parameter K` by its index in `Columns`. Left out if it shows none of them.
   */
  readonly of?: string
  /** The label of the rail, on which marks without a place are drawn; null if there is no rail. */
  readonly rail: string | null
}

/** Where a place lies between the ends of a scale: from 0 at the low one to 1 at the high one, beyond for others. */
export function shareOf({ kind, low, high }: Pick<Scale, 'kind' | 'low' | 'high'>, place: number): number {
  return kind === 'log'
    ? (Math.log(place) - Math.log(low)) / (Math.log(high) - Math.log(low))
    : (place - low) / (high - low)
}

/** The place at a share of the way from the low end to the high one: the inverse of `shareOf`. */
export function placeAt({ kind, low, high }: Pick<Scale, 'kind' | 'low' | 'high'>, share: number): number {
  return kind === 'log'
    ? Math.exp(Math.log(low) + share * (Math.log(high) - Math.log(low)))
    : low + share * (high - low)
}

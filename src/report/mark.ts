/**
 * What a figure draws, as data. Places are in the units of the figure's scales, and NaN is a place that does not exist.
 * A place beyond the end of a scale is drawn at that end, as an arrowhead that points outward.
 *
 * `trial` has the index of each mark's trial in `Columns`, or -1. It is what hovering and selecting go by.
 */

/** One number for each mark, or for each trial. */
export type Places = Float64Array

/** What a mark stands for. It gives color and shape: marks never differ by color alone. */
export type Role = 'trial' | 'best' | 'failed' | 'pruned' | 'running' | 'model' | 'other'

export type Mark =
  /** `shade`, from 0 (worst) to 1 (best), colors each point by a value instead of its role. */
  | {
      readonly kind: 'points'
      readonly role: Role
      readonly x: Places
      readonly y: Places
      readonly trial: Int32Array
      readonly shade?: Places
    }
  /** A line through places in their order, broken at NaN; a step keeps its y until the next x. `text`: at its end. */
  | {
      readonly kind: 'line' | 'step'
      readonly role: Role
      readonly x: Places
      readonly y: Places
      readonly isDashed?: boolean
      readonly text?: string
    }
  /** The area between two lines. */
  | { readonly kind: 'band'; readonly role: Role; readonly x: Places; readonly low: Places; readonly high: Places }
  /** A bar or a whisker at each place `at` of one axis, between two places of the other one, along which it runs. */
  | {
      readonly kind: 'bars' | 'whiskers'
      readonly role: Role
      readonly along: 'x' | 'y'
      readonly at: Places
      readonly low: Places
      readonly high: Places
      /** How thick a bar is, in units of the axis of `at`; 0.7 if left out. */
      readonly thickness?: number
      readonly isHatched?: boolean
      readonly trial?: Int32Array
    }
  /**
   * A grid of equal cells over the whole area, column by column from the low end of x, each from the low end of y.
   * `shade` is from 0 (worst, or fewest) to 1 (best, or most); NaN leaves a cell free. `isHatched`: 1 where it is.
   */
  | {
      readonly kind: 'cells'
      readonly columns: number
      readonly rows: number
      readonly shade: Places
      readonly isHatched?: Uint8Array
    }
  /** Ticks outside an axis: below x or left of y. Failed trials are drawn so. */
  | {
      readonly kind: 'rug'
      readonly role: Role
      readonly along: 'x' | 'y'
      readonly at: Places
      readonly trial: Int32Array
    }
  /** A dashed line across the whole figure, with words. Along x it is level, at a place of y; along y upright. */
  | {
      readonly kind: 'rule'
      readonly role: Role
      readonly along: 'x' | 'y'
      readonly at: number
      readonly text: string
    }
  /** A shaded area. An end may be infinite. */
  | {
      readonly kind: 'box'
      readonly role: Role
      readonly x: readonly [low: number, high: number]
      readonly y: readonly [low: number, high: number]
    }
  /**
   * One line a trial through the figure's `axes`, in their order: `places` has a row for each trial and a column for
   * each axis. `shade` as for points; NaN is drawn pale.
   */
  | { readonly kind: 'paths'; readonly places: Places; readonly trial: Int32Array; readonly shade: Places }

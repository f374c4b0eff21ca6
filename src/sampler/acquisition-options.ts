/**
 * What a user may say about the worth of candidates and about the choice among them: the types alone, which belong to
 * the library. What they mean is in `acquisitions.ts`, `schedule.ts`, `portfolio.ts` and `pick.ts`.
 */

import type { OwnAcquisition, OwnSchedule } from './own-part.ts'

/** What a candidate is worth: the name of an acquisition, or its name as `kind` with options. */
export type AcquisitionOptions =
  | SingleAcquisition
  | PortfolioOptions
  | 'portfolio'
  /** The expected growth of the volume that the front of several objectives takes. */
  | 'hypervolume'
  | { readonly kind: 'hypervolume' }

/** An acquisition that is not made of others. */
export type SingleAcquisition =
  | AcquisitionName
  /** Expected improvement by more than `xi`; default 0. */
  | { readonly kind: 'ei'; readonly xi?: Schedule }
  /** Probability of an improvement by more than `xi`; default 0.01. */
  | { readonly kind: 'pi'; readonly xi?: Schedule }
  /** The lowest confidence bound, `kappa` deviations below the mean; default 1.96; 'inf': the largest deviation. */
  | { readonly kind: 'lcb'; readonly kappa?: Schedule | 'inf' }
  /** The moment generating function of the improvement, at the temperature `t`; default: drawn, with median 1. */
  | { readonly kind: 'mgfi'; readonly t?: Schedule }
  /** What a measurement tells about the lowest value, of which `draws` are made; default 10. */
  | { readonly kind: 'mes'; readonly draws?: number }
  /** The lowest place of one function drawn from the model. */
  | { readonly kind: 'thompson' }
  | OwnAcquisition

export type PortfolioOptions = {
  readonly kind: 'portfolio'
  /** The acquisitions to choose from, at least two; default: ei, lcb, pi. */
  readonly of?: readonly SingleAcquisition[]
  /** How much gains count: 0 chooses all alike; default 1. */
  readonly eta?: Schedule
  /** Weight of the newest proposal, in (0, 1], if older ones are to be forgotten; default: nothing is forgotten. */
  readonly alpha?: number
  /** The odds of each, in proportion, in place of gains. As schedules they lead from one acquisition to another. */
  readonly chances?: readonly Schedule[]
}

export type AcquisitionName = 'ei' | 'pi' | 'lcb' | 'mgfi' | 'mes' | 'thompson'

/** A number, or how it changes. */
export type Schedule =
  | number
  | OwnSchedule
  /** From `from` down to `to`, and again from the start after each `period` of suggestions. */
  | { readonly kind: 'periodic'; readonly from: number; readonly to: number; readonly period: number }
  /** To `to` after `over` suggestions, by equal factors or equal steps; it stays there. */
  | { readonly kind: 'exponential' | 'linear'; readonly from: number; readonly to: number; readonly over: number }
  /** To `to` after `over` suggestions, as 1 / ln i: fast in the beginning. */
  | { readonly kind: 'logarithmic'; readonly to: number; readonly over: number }
  /** `from` for the first `at` suggestions, `to` for all others. */
  | { readonly kind: 'switch'; readonly from: number; readonly to: number; readonly at: number }
  /** √(2 λ ln(d i² π² / (6 δ))): the weight of the deviation with which bounds hold with probability 1 − δ. */
  | { readonly kind: 'bandit'; readonly delta?: number; readonly lambda?: number }
  /** √(scale · ln(2 i + 1)): grows slowly. */
  | { readonly kind: 'growing'; readonly scale?: number }
  /** Drawn for each suggestion from the exponential distribution with this mean. */
  | { readonly kind: 'drawn'; readonly mean: number }
  /** Drawn for each suggestion from the log-normal distribution: its logarithm has the deviation `spread`. */
  | { readonly kind: 'log-normal'; readonly median?: number; readonly spread?: number }

/** Which of the candidates is suggested. */
export type Pick =
  /** The candidate of the highest value. */
  | 'best'
  /** With p pending trials the (p + 1)-th best. */
  | 'topk'
  /** The best if nothing is pending; else any, the better the likelier. */
  | 'boltzmann'
  | { readonly kind: 'best' | 'topk' }
  | {
      readonly kind: 'boltzmann'
      /** How much better candidates are preferred; 0 draws all alike; default 1. */
      readonly gamma?: number
    }

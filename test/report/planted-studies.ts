/** Studies that exist nowhere, with and without something to advise: what the tests of advice are made of. */

import type { Facts } from '../../src/report/facts.ts'
import type { Cut, ModelView } from '../../src/report/models/views.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { choice, float, int } from '../../src/space/parameter.ts'
import type { Config, Goals, TrialRecord } from '../../src/trial.ts'
import { factsOf } from '../support/study-facts.ts'
import { endedTrial } from '../support/trial-records.ts'

export const SPACE = {
  lr: float(1e-5, 1e-1, { log: true }),
  width: int(8, 512),
  aug: float(0, 2),
  kind: choice(['cnn', 'mlp', 'vit']),
}

export const [LR, WIDTH, AUG, KIND] = [0, 1, 2, 3]

export const PATH = "runs/it's mine"

/** What a test says of each trial: its value (null: it failed), what else its record has. */
export type Trialist = (config: Drawn, n: number, next: () => number) => Partial<TrialRecord> & { value: number | null }

export interface Drawn extends Config {
  readonly lr: number
  readonly width: number
  readonly aug: number
  readonly kind: string
}

/** The facts of a study of random configs whose trials ran one after the other, 10 s each with a second between. */
export function studyOf(count: number, seed: number, trialist: Trialist, change: Change = {}): Facts {
  const random = randomStream('advice', seed)
  const next = (): number => random.next()
  const trials = Array.from({ length: count }, (_, n) => {
    const config: Drawn = {
      lr: 10 ** (-5 + 4 * next()),
      width: 8 + Math.floor(505 * next()),
      aug: 2 * next(),
      kind: ['cnn', 'mlp', 'vit'][Math.floor(3 * next())]!,
    }
    const { value, ...more } = trialist(config, n, next)
    return endedTrial(n, more.config ?? config, value, { started: at(11 * n), ended: at(11 * n + 10), ...more })
  })
  const facts = factsOf(SPACE, trials, change)
  return { ...facts, study: { ...facts.study, path: PATH } }
}

type Change = Partial<Facts> & { readonly goals?: Goals }

/** A time, in seconds after the beginning. */
export const at = (seconds: number): string =>
  new Date(Date.parse('2026-01-01T00:00:00Z') + 1000 * seconds).toISOString()

/** The best place of a smooth function is inside, and no parameter but `seed`-like `aug` does nothing. */
export const smooth = ({ lr, width, kind }: Drawn): number =>
  0.1 + (Math.log10(lr) + 3) ** 2 / 10 + ((width - 200) / 500) ** 2 + (kind === 'cnn' ? 0 : 0.1)

/** A model view of such facts that has nothing to say, but for what `change` says. */
export function viewOf({ columns, best }: Facts, change: Partial<ModelView> = {}): ModelView {
  const value = columns.values.get('value')?.[best] ?? 0
  const mean = { value, low: value - 0.01, high: value + 0.01 }
  return {
    objective: 'value',
    trials: columns.count,
    r2: 0.9,
    noise: 0,
    noiseShare: 0,
    recommended: { trial: best, mean },
    best: { trial: best, mean },
    optimum: null,
    cuts: columns.parameters.map((_, parameter) => cutOf(parameter)),
    contours: [],
    calibration: { trial: [], mean: [], low: [], high: [], seen: [], inHalf: 0.5, inMost: 0.95 },
    forecasts: [],
    room: null,
    next: null,
    ...change,
  }
}

/** A cut that matters and falls toward neither end. */
export const cutOf = (parameter: number, change: Partial<Cut> = {}): Cut => ({
  parameter,
  at: [0, 1, 2],
  mean: [0.1, 0.3, 0.3],
  low: [0.09, 0.29, 0.29],
  high: [0.11, 0.31, 0.31],
  average: [0.1, 0.3, 0.3],
  beats: [0, 0, 0],
  span: 0.2,
  spanDeviations: 20,
  gainAtLow: -3,
  gainAtHigh: -3,
  ...change,
})

/** The facts of a study that exists nowhere, for tests of figures and advice: made of a space and some trials. */

import { columnsOf } from '../../src/report/columns.ts'
import type { Facts } from '../../src/report/facts.ts'
import type { ModelView } from '../../src/report/models/views.ts'
import type { Space } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import type { Goals, TrialRecord, TrialState } from '../../src/trial.ts'

/** When the facts were read. */
export const READ_AT = Date.parse('2026-01-01T01:00:00.000Z')

const STATES = ['complete', 'running', 'paused', 'failed', 'pruned', 'interrupted', 'queued'] as const

/** Facts as `cli/report/` would read them; without models unless `change` has some. */
export function factsOf(
  space: Space,
  trials: readonly TrialRecord[],
  change: Partial<Facts> & { readonly goals?: Goals } = {},
): Facts {
  const { goals = { objectives: { value: 'minimize' } }, ...rest } = change
  const parsed = parseSpace(space)
  const columns = columnsOf(parsed, goals, trials)
  const inState = (state: TrialState): number => columns.state.filter((each) => each === state).length
  const best = columns.worth.reduce((low, worth, i) => (worth < (columns.worth[low] ?? Infinity) ? i : low), -1)
  const failed = columns.state.flatMap((state, i) => (state === 'failed' ? [i] : []))
  return {
    readAt: READ_AT,
    version: '0.0.0',
    study: {
      ...{ name: 'study', space: parsed, where: [], goals, seed: 1, time: '2026-01-01T00:00:00.000Z', path: null },
      ...{ sampler: 'auto', samplerOptions: {}, pruner: null },
    },
    counts: {
      budget: null,
      trials: Object.fromEntries(STATES.map((state) => [state, inState(state)])) as Facts['counts']['trials'],
      workers: { live: 0, silent: 0, done: 1 },
      best: null,
    },
    columns,
    total: columns.count,
    best,
    recommended: best,
    models: [],
    noModel: 'no model was made',
    importances: [],
    failures: failed.length === 0 ? [] : [{ words: 'exit status 1', trials: failed }],
    lost: [],
    ...rest,
  }
}

/** What a model says of an objective: little, unless `change` has more. */
export const modelOf = (change: Partial<ModelView> = {}): ModelView => ({
  objective: 'value',
  trials: 20,
  r2: 0.8,
  noise: 0,
  noiseShare: 0,
  recommended: { trial: 0, mean: { value: 1, low: 0.9, high: 1.1 } },
  best: { trial: 0, mean: { value: 1, low: 0.9, high: 1.1 } },
  optimum: null,
  cuts: [],
  contours: [],
  calibration: { trial: [], mean: [], low: [], high: [], seen: [], inHalf: 0.5, inMost: 0.95 },
  forecasts: [],
  room: null,
  next: null,
  ...change,
})

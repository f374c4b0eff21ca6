/** Small studies in memory, for tests of what models say of them. */

import { normalDraw } from '../../../src/numerics/draws.ts'
import { randomStream } from '../../../src/numerics/random.ts'
import { sobolPoint } from '../../../src/numerics/sobol.ts'
import { calibrationOf } from '../../../src/report/models/calibration.ts'
import { cutAlong } from '../../../src/report/models/cut-line.ts'
import { modelViews } from '../../../src/report/models/model-views.ts'
import type { ModelQuestion } from '../../../src/report/models/model-views.ts'
import type { Calibration, Cut, ModelView } from '../../../src/report/models/views.ts'
import { searchedAxes } from '../../../src/space/allowed.ts'
import { pointOf } from '../../../src/space/axes.ts'
import { decode, dimension } from '../../../src/space/encoding.ts'
import { float } from '../../../src/space/parameter.ts'
import type { Space, Where } from '../../../src/space/parameter.ts'
import { parseSpace } from '../../../src/space/validate.ts'
import { leaveOneOut } from '../../../src/surrogate/explained.ts'
import { benchOf } from '../../../src/sampler/judge.ts'
import type { Surface } from '../../../src/report/models/surface.ts'
import type { TrialRecord } from '../../../src/trial.ts'
import { endedTrial } from '../../support/trial-records.ts'

/** Two floats, of which the first one matters more. */
export const PLANE = parseSpace({ x: float(0, 1), y: float(0, 1) })

/** A bowl in the plane: its bottom, 0, is at (0.4, 0.6). */
export const bowl = ({ x, y }: any): number => 4 * (x - 0.4) ** 2 + (y - 0.6) ** 2

/** Trials at even places. A function that gives null fails there. */
export function trialsOf(
  space: Space,
  n: number,
  f: (config: any) => number | null,
  { noise = 0, seed = 5 }: { readonly noise?: number; readonly seed?: number } = {},
): TrialRecord[] {
  const random = randomStream('noise', seed)
  return Array.from({ length: n }, (_, i) => {
    const config = decode(space, sobolPoint(i, dimension(space), seed))
    const value = f(config)
    const seen = value === null ? null : value + noise * normalDraw(random)
    return endedTrial(i, config, seen, { values: seen === null ? {} : { loss: seen } })
  })
}

/** The view of one objective. */
export function viewOf(space: Space, trials: readonly TrialRecord[], more: Partial<ModelQuestion> = {}): ModelView {
  const answer = modelViews({ space, trials, goals: { objectives: { loss: 'minimize' } }, seed: 3, ...more })
  if (answer.noModel !== null) throw new Error(answer.noModel)
  return answer.models[0]!
}

/** The calibration of a surface, with the numbers of trials for indexes. */
export const calibrated = ({ judge, process }: Surface): Calibration =>
  calibrationOf(judge, leaveOneOut(process, judge.made.observations), 'loss', (trial) => trial.number!)

/** The cut along an axis, without its average. */
export const cutOf = (surface: Surface, k: number): Cut => cutAlong(surface, k, () => [])

/** The surface of some trials, through the one with the best value. */
export function surfaceOf(space: Space, trials: readonly TrialRecord[], where?: Where): Surface {
  const axes = searchedAxes({ space, where, seed: 3 })
  const observed = trials.flatMap((trial) =>
    trial.value === null ? [] : [{ x: pointOf(axes, trial.config), y: trial.value, trial }],
  )
  const judge = benchOf(observed, 1, axes).judge()
  const best = observed.reduce((a, b) => (b.y < a.y ? b : a))
  return {
    axes,
    judge,
    process: judge.made.process,
    center: best.x,
    risks: { safety: undefined, limits: [] },
    token: 'test',
  }
}

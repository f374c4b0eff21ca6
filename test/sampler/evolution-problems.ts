/** Objectives with a known minimum, and studies of several workers without a folder, for samplers that breed trials. */

import { configText } from '../../src/space/canonical.ts'
import { branch, choice, float, int } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import type { Sampler } from '../../src/sampler/sampler.ts'
import type { Config, Json, TrialRecord } from '../../src/trial.ts'
import { endedTrial } from '../support/trial-records.ts'

export interface Objective {
  readonly space: Space
  /** To be minimized; the least value is 0. Null: the trial fails. */
  readonly valueOf: (config: Config) => number | null
}

const OPTIMUM = [0.3, 0.62, 0.45, 0.71, 0.38]

export const SPHERE: Objective = {
  space: parseSpace(Object.fromEntries(OPTIMUM.map((_, k) => [`x${k}`, float(0, 1)]))),
  valueOf: (config) => OPTIMUM.reduce((sum, at, k) => sum + ((config[`x${k}`] as number) - at) ** 2, 0),
}

export const MIXED: Objective = {
  space: parseSpace({
    lr: float(1e-4, 1, { log: true }),
    x: float(-5, 5),
    layers: int(1, 32),
    kind: choice([...'abcdef']),
    order: choice(['up', 'down', 'none']),
  }),
  valueOf: ({ lr, x, layers, kind, order }) =>
    (Math.log10(lr as number) + 2) ** 2 / 16 +
    ((x as number) - 1) ** 2 / 100 +
    (((layers as number) - 20) / 32) ** 2 +
    (kind === 'e' ? 0 : 0.3) +
    (order === 'down' ? 0 : 0.2),
}

/** A branch is better than the other one only where its own parameters are right. A corner fails. */
export const CONDITIONAL: Objective = {
  space: parseSpace({
    x: float(0, 1),
    model: branch('kind', {
      svm: { c: float(0, 1) },
      forest: { trees: int(1, 100), style: choice([...'abc']), depth: float(0, 1) },
    }),
  }),
  valueOf: ({ x, model }) => {
    const { kind, c, trees, style, depth } = model as Record<string, number | string>
    if ((x as number) > 0.9) return null
    const common = ((x as number) - 0.4) ** 2
    if (kind === 'svm') return common + 0.15 + ((c as number) - 0.8) ** 2
    return common + (((trees as number) - 60) / 100) ** 2 + (style === 'b' ? 0 : 0.2) + ((depth as number) - 0.3) ** 2
  },
}

/**
 * The trials of a study whose workers each have one trial at a time; a trial takes as long as any other, give or take.
 */
export function trialsOf(
  sampler: Sampler,
  { space, valueOf }: Objective,
  count: number,
  seed: number,
  workers = 1,
): TrialRecord[] {
  const tried = new Set<string>()
  const ended: TrialRecord[] = []
  const running: { readonly number: number; readonly config: Config }[] = []
  let basis: Json | undefined
  for (let number = 0; number < count; number++) {
    const suggestion = sampler.suggest({
      space,
      seed,
      number,
      draw: 0,
      trials: ended,
      pending: running.map(({ config }) => config),
      objectives: { value: 'minimize' },
      basis,
      isTried: (config) => tried.has(configText(space, config)),
    })
    if (suggestion === undefined) break
    const text = configText(space, suggestion.config)
    if (tried.has(text)) throw new Error(`${sampler.name} suggested ${text} twice`)
    tried.add(text)
    basis = suggestion.basis ?? basis
    running.push({ number, config: suggestion.config })
    // Every third trial overtakes the one before it.
    if (running.length < workers) continue
    const [done] = running.splice(workers > 1 && number % 3 === 0 ? 1 : 0, 1)
    ended.push(endedTrial(done!.number, done!.config, valueOf(done!.config)))
  }
  for (const { number, config } of running) ended.push(endedTrial(number, config, valueOf(config)))
  return ended
}

/** The least value of a study. */
export function leastOf(trials: readonly TrialRecord[]): number {
  return Math.min(...trials.map(({ value }) => value ?? Infinity))
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!
}

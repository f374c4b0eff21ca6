/** The options of mipego 1.0.3, by the names of its constructor. */

import { givenOf, readingOf } from './reading.ts'
import type { Reading } from './reading.ts'

const WITHOUT = {
  ftarget: 'a program of your own stops the study at a target: anthill stop',
  max_iter: 'give max_eval',
  noisy: 'say how often a config may be measured: repeats=N',
  n_restart: 'MIES begins again as long as its evaluations last: max_infill_eval',
  wait_iter: 'MIES begins again as long as its evaluations last: max_infill_eval',
  backend: 'workers are processes on a shared folder: start the same line again',
  log_file: 'a study writes its own logs: anthill log',
  data_file: 'the trials are in the study: anthill ls',
  verbose: 'progress is on stderr',
  random_seed: 'give the seed to the study: --seed',
  available_gpus: 'start one line for each: CUDA_VISIBLE_DEVICES=0 anthill run',
}

const SCHEDULES = { none: undefined, exp: 'exponential', linear: 'linear', log: 'logarithmic' } as const

export function fromMipego(options: Readonly<Record<string, unknown>>): object {
  const given = readingOf('mipego', options)
  // What is optimized and for how long is not the sampler's.
  for (const name of ['search_space', 'obj_func', 'minimize']) given.any(name)
  const [budget, initial] = [given.number('max_eval'), given.number('n_init_sample')]
  const t = temperatureOf(given, budget !== undefined && initial !== undefined ? budget - initial : undefined)
  const acquisitions = { EI: 'ei', PI: { kind: 'pi', xi: 0 }, MGFI: { kind: 'mgfi', t } }
  const acquisition = given.word<object | string>('infill', acquisitions, 'EI', { UCB: 'take MGFI' })
  const evaluations = given.number('max_infill_eval')
  const optimizer = given.word('optimizer', { MIES: 'evolve', BFGS: 'climb' }, 'MIES')
  const found = {
    ...givenOf({ initial }),
    design: 'random',
    models: [given.word('surrogate', { RandomForest: { kind: 'forest', trees: 100, minLeaf: 2 } }, 'RandomForest')],
    // Proposals in parallel have temperatures of their own, but only those who ask for MGFI get it.
    acquisition: isParallel(given) && acquisition === acquisitions.MGFI ? 'mgfi' : acquisition,
    maximizer: optimizer === 'evolve' ? { kind: optimizer, ...givenOf({ evaluations }) } : optimizer,
  }
  given.end(WITHOUT)
  return found
}

function temperatureOf(given: Reading, over: number | undefined): unknown {
  const [from, to] = [given.number('t0', 2), given.number('tf', 0.1)]
  const kind = given.word('schedule', SCHEDULES, 'none', { 'self-adaptive': 'take exp, linear or log' })
  if (kind === undefined) return from
  if (over === undefined) throw new RangeError(`option 'schedule': needs max_eval and n_init_sample beside it`)
  return kind === 'logarithmic' ? { kind, to, over } : { kind, from, to, over }
}

const isParallel = (given: Reading): boolean => given.number('n_job', 1) > 1

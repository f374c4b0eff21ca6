/**
 * The options of hyperengine 0.1.1. It maximizes: its mean `max` is the best value. It takes variances for deviations
 * in its bounds, which is not repeated here.
 */

import { givenOf, readingOf } from './reading.ts'
import type { Reading } from './reading.ts'

const WITHOUT = {
  max_points: 'give the number of trials: --trials',
  timeout: 'trials follow each other at once',
  io_save_dir: 'a study keeps everything: --study',
  io_load_dir: 'a study goes on by itself: start the same line again',
}

const PRIOR_MEANS = { mean: 'mean', max: 'best' }

export function fromHyperEngine(options: Readonly<Record<string, unknown>>): object {
  const given = readingOf('hyperengine', options)
  const utilities = utilitiesOf(given)
  const utility = given.word<object | 'random'>('utility_gen', utilities, 'ucb')
  const [methods, probabilities, alpha] = [given.any('methods'), given.any('probabilities'), given.number('alpha', 0.9)]
  const strategy = given.word('strategy', { bayesian: 'bayesian', portfolio: 'portfolio' }, 'bayesian')
  const names = [methods ?? ['ucb', 'pi', 'ei']].flat() as (keyof typeof utilities)[]
  const portfolio = {
    kind: 'portfolio',
    of: names.map((name) => utilities[name] ?? name),
    ...(probabilities === undefined ? { alpha } : { chances: probabilities }),
  }
  const found = {
    initial: given.number('burn_in', 1),
    design: 'random',
    models: [processOf(given)],
    acquisition: strategy === 'portfolio' ? portfolio : utility,
    maximizer: maximizerOf(given),
  }
  given.end(WITHOUT)
  return strategy === 'bayesian' && utility === 'random' ? { kind: 'random' } : found
}

function utilitiesOf(given: Reading) {
  const delta = given.number('ucb_delta', 0.5)
  const [pi, ei] = [given.number('pi_epsilon', 1e-8), given.number('ei_epsilon', 1e-8)]
  return {
    pi: { kind: 'pi', xi: pi },
    ei: { kind: 'ei', xi: ei },
    ucb: { kind: 'lcb', kappa: { kind: 'bandit', delta, lambda: 1 } },
    rand: 'random',
  } as const
}

/** The kernel exp(−γ d²), which is RBF with the lengthscale 1 / √(2γ), in a process that fits nothing. */
function processOf(given: Reading): object {
  const kernel = given.word('kernel_gen', { rbf: 'rbf' }, 'rbf')
  const mean = given.any('mu_prior_gen')
  return {
    kind: 'process',
    kernel,
    mean: typeof mean === 'number' ? mean : given.word('mu_prior_gen', PRIOR_MEANS, 'mean'),
    lengthscale: 1 / Math.sqrt(2 * given.number('rbf_gamma', 0.5)),
    signal: 1,
    noise: given.number('noise_sigma', 0) ** 2,
  }
}

function maximizerOf(given: Reading): object {
  given.word('maximizer_gen', { mc: 'mc' }, 'mc')
  const points = given.number('mc_batch_size', 100_000)
  const [chance, flip] = [given.number('mc_tweak_probability', 0), given.number('mc_flip_probability')]
  return chance === 0
    ? { kind: 'sampling', points }
    : { kind: 'tweaks', points, share: 0, chance, ...givenOf({ flip }) }
}

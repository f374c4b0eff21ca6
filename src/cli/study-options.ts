/**
 * The options by which `run`, `ask` and `add` say which study they mean and how it is to be, should it not be there yet.
 */

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { SAMPLER_NAMES } from '../sampler/sampler.ts'
import type { SamplerName } from '../sampler/sampler.ts'
import { spaceFromParams } from '../space/notation.ts'
import { parseSpace } from '../space/validate.ts'
import type { Space } from '../space/parameter.ts'
import type { Direction, Objectives } from '../trial.ts'
import type { Option, Words } from './arguments.ts'
import { UsageError } from './failure.ts'

export const definitionOptions = {
  study: { kind: 'text', short: 's' },
  trials: { kind: 'text', short: 'n' },
  param: { kind: 'list', short: 'p' },
  space: { kind: 'text' },
  minimize: { kind: 'list' },
  maximize: { kind: 'list' },
  sampler: { kind: 'text' },
  repeats: { kind: 'text' },
  seed: { kind: 'text' },
  lease: { kind: 'text' },
  retries: { kind: 'text' },
} as const satisfies Record<string, Option>

/** What the options say, ready for `openStudy`; what was not said is left out. */
export interface Definition {
  space?: Space
  objectives?: Objectives
  trials?: number
  sampler?: SamplerName
  /** The option of the sampler `auto`. */
  repeats?: number
  seed?: number
  leaseMs?: number
  retries?: number
}

/** Reads the options; touches no study. */
export function readDefinition(verb: string, words: Words): Definition {
  const definition: Definition = {}
  const space = readSpace(words)
  if (space !== undefined) definition.space = space
  const objectives = readObjectives(words)
  if (objectives !== undefined) definition.objectives = objectives
  // A new study without a word about its objective minimises 'value'; a study that exists keeps its own.
  const trials = words.count('trials', 1)
  if (trials !== undefined) definition.trials = trials
  const sampler = words.text('sampler')
  if (sampler !== undefined) {
    const known = SAMPLER_NAMES.find((name) => name === sampler)
    if (known === undefined)
      throw new UsageError(
        `unknown sampler '${sampler}': there are ${SAMPLER_NAMES.join(', ')}`,
        `anthill ${verb} --help`,
      )
    definition.sampler = known
  }
  const repeats = words.count('repeats', 1)
  if (repeats !== undefined) {
    if (sampler !== undefined && sampler !== 'auto' && sampler !== 'bayesian') {
      throw new UsageError(
        `--repeats belongs to sampler 'auto', and '${sampler}' tries nothing twice: leave one of them out`,
        `anthill ${verb} --help`,
      )
    }
    definition.repeats = repeats
  }
  const seed = words.count('seed', 0)
  if (seed !== undefined) definition.seed = seed
  const leaseMs = words.duration('lease')
  if (leaseMs !== undefined) definition.leaseMs = leaseMs
  const retries = words.count('retries', 0)
  if (retries !== undefined) definition.retries = retries
  return definition
}

function readSpace(words: Words): Space | undefined {
  const params = words.list('param')
  const file = words.text('space')
  if (params.length > 0 && file !== undefined) {
    throw new UsageError('--param and --space both describe the space: keep one of them', 'anthill help space')
  }
  if (params.length > 0) return spaceFromParams(params)
  if (file === undefined) return undefined
  const path = resolve(file)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read the space '${path}': ${(error as Error).message}`, 'anthill help space')
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`the space '${path}' is no JSON: ${(error as Error).message}`, 'anthill help space')
  }
  return parseSpace(value)
}

// The first objective decides which trial is best, so their order on the line matters.
function readObjectives(words: Words): Objectives | undefined {
  const wanted = words.inOrder(['minimize', 'maximize'])
  if (wanted.length === 0) return undefined
  for (const [, name] of wanted) {
    if (wanted.filter(([, other]) => other === name).length > 1)
      throw new UsageError(`objective '${name}' is named twice: name it once`)
  }
  return Object.fromEntries(wanted.map(([direction, name]) => [name, direction as Direction]))
}

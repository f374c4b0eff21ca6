/** The options by which `run`, `ask` and `add` define a study that does not exist yet, or is expected to match. */

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { SAMPLER_NAMES } from '../sampler/sampler.ts'
import type { SamplerName } from '../sampler/sampler.ts'
import { spaceFromParams } from '../space/notation.ts'
import type { Space } from '../space/parameter.ts'
import { mustSearch, parseSpace } from '../space/validate.ts'
import type { Direction, Objectives } from '../trial.ts'
import { helpOf } from './arguments.ts'
import type { Options, Words } from './arguments.ts'
import { UsageError } from './failure.ts'
import { STUDY_OPTION } from './positionals.ts'

/** What a new study records. */
export const CREATION_OPTIONS = {
  ...STUDY_OPTION,
  param: { kind: 'list', short: 'p' },
  space: { kind: 'text' },
  minimize: { kind: 'list' },
  maximize: { kind: 'list' },
  sampler: { kind: 'text', values: SAMPLER_NAMES },
  seed: { kind: 'text' },
  lease: { kind: 'text' },
  retries: { kind: 'text' },
} as const satisfies Options

/** The same, and what each process that asks for trials says anew. */
export const DEFINITION_OPTIONS = {
  ...CREATION_OPTIONS,
  trials: { kind: 'text', short: 'n' },
  repeats: { kind: 'text' },
} as const satisfies Options

/** What the options say, ready for `openStudy`. What they do not say is left out. */
export interface Definition {
  space?: Space
  objectives?: Objectives
  trials?: number
  sampler?: SamplerName
  /** An option of the sampler `auto`. */
  repeats?: number
  seed?: number
  leaseMs?: number
  retries?: number
}

/**
 * Reads the options; touches no study.
 *
 * @throws UsageError or RangeError for a wrong option or space
 */
export function definitionFromOptions(words: Words): Definition {
  const definition: Definition = {}
  const space = spaceFromOptions(words)
  if (space !== undefined) definition.space = space
  // Without objectives, a new study minimizes 'value', and a study that exists keeps its own.
  const objectives = objectivesFromOptions(words)
  if (objectives !== undefined) definition.objectives = objectives
  const trials = words.count('trials', 1)
  if (trials !== undefined) definition.trials = trials
  const sampler = SAMPLER_NAMES.find((name) => name === words.text('sampler'))
  if (sampler !== undefined) definition.sampler = sampler
  const repeats = words.count('repeats', 1)
  if (repeats !== undefined) {
    if (sampler !== undefined && sampler !== 'auto' && sampler !== 'bayesian') {
      const reason = `belongs to sampler 'auto', but sampler '${sampler}' tries nothing twice`
      throw new UsageError(`option '--repeats': ${reason}; leave one of the two out`, helpOf(words.verb.name))
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

function spaceFromOptions(words: Words): Space | undefined {
  const params = words.list('param')
  const file = words.text('space')
  if (params.length > 0 && file !== undefined) {
    throw new UsageError('--param and --space both describe the space; keep one of them', 'anthill help space')
  }
  if (params.length > 0) return spaceFromParams(params)
  if (file === undefined) return undefined
  const path = resolve(file)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`file '${path}': cannot be read (${(error as Error).message})`, 'anthill help space')
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`file '${path}': must be JSON (${(error as Error).message})`, 'anthill help space')
  }
  return mustSearch(parseSpace(value))
}

/** The objectives in the order of the command line, which matters: the first decides which trial is the best. */
function objectivesFromOptions(words: Words): Objectives | undefined {
  const wanted = words.inOrder(['minimize', 'maximize'])
  if (wanted.length === 0) return undefined
  for (const [, name] of wanted) {
    if (wanted.filter(([, other]) => other === name).length > 1)
      throw new UsageError(`objective '${name}': given twice; give it once`)
  }
  return Object.fromEntries(wanted.map(([direction, name]) => [name, direction as Direction]))
}

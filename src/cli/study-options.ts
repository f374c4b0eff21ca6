/** The options by which `run`, `ask` and `add` define a study that does not exist yet, or is expected to match. */

import { resolve } from 'node:path'
import type { NamedPruner } from '../pruner/pruner-words.ts'
import type { NamedSampler } from '../sampler/sampler-words.ts'
import { fidelityFromWords } from '../space/fidelity.ts'
import type { FidelityOption } from '../space/fidelity.ts'
import { constraintsFromWords, preferenceFromWords } from '../space/goal-notation.ts'
import { goalsOf } from '../space/goals.ts'
import { spaceFromParams } from '../space/notation.ts'
import type { Space } from '../space/parameter.ts'
import { mustSearch, parseSpace } from '../space/validate.ts'
import { SHORTEST_LEASE_MS } from '../study/definition.ts'
import type { Constraints, Direction, Goals, Objectives, Preference } from '../trial.ts'
import { helpOf } from './arguments.ts'
import type { Options, Words } from './arguments.ts'
import { UsageError } from './failure.ts'
import { readJsonFile } from './json-file.ts'
import { STUDY_OPTION } from './positionals.ts'
import { PRUNER_OPTION, prunerFromOption } from './pruner-option.ts'
import { SAMPLER_OPTION, samplerFromOption } from './sampler-option.ts'

/** What a new study records. */
export const CREATION_OPTIONS = {
  ...STUDY_OPTION,
  param: { kind: 'list', short: 'p' },
  space: { kind: 'text' },
  where: { kind: 'list' },
  fidelity: { kind: 'text' },
  minimize: { kind: 'list' },
  maximize: { kind: 'list' },
  constraint: { kind: 'list' },
  prefer: { kind: 'text' },
  sampler: SAMPLER_OPTION,
  pruner: PRUNER_OPTION,
  seed: { kind: 'text' },
  lease: { kind: 'text' },
  retries: { kind: 'text' },
} as const satisfies Options

/** The same, and what each process that asks for trials says anew. */
export const DEFINITION_OPTIONS = {
  ...CREATION_OPTIONS,
  trials: { kind: 'text', short: 'n' },
  'max-hours': { kind: 'text' },
  target: { kind: 'text' },
  repeats: { kind: 'text' },
  'warm-start': { kind: 'list' },
} as const satisfies Options

/** What the options and the study that exists want of a trial. */
export const goalsAsked = ({ objectives, constraints, prefer }: Definition, existing: Goals | undefined): Goals =>
  existing !== undefined && objectives === undefined ? existing : goalsOf({ objectives, constraints, prefer })

/** What the options say, ready for `openStudy`. What they do not say is left out. */
export interface Definition {
  space?: Space
  where?: readonly string[]
  fidelity?: FidelityOption
  objectives?: Objectives
  constraints?: Constraints
  prefer?: Preference
  trials?: number
  maxHours?: number
  target?: number
  sampler?: NamedSampler
  pruner?: NamedPruner
  /** An option of the sampler `auto`, or of the study's sampler if that is the same. */
  repeats?: number
  warmStart?: readonly string[]
  seed?: number
  leaseMs?: number
  retries?: number
}

/**
 * Reads the options; touches no study.
 *
 * @throws UsageError or RangeError for a wrong option or space
 */
export async function definitionFromOptions(words: Words): Promise<Definition> {
  const definition: Definition = {}
  const space = spaceFromOptions(words)
  if (space !== undefined) definition.space = space
  const where = words.list('where')
  if (where.length > 0) definition.where = where
  const fidelity = words.text('fidelity')
  if (fidelity !== undefined) definition.fidelity = fidelityFromWords(fidelity)
  // Without objectives, a new study minimizes 'value', and a study that exists keeps its own.
  const objectives = objectivesFromOptions(words)
  if (objectives !== undefined) definition.objectives = objectives
  const constraints = constraintsFromWords(words.list('constraint'))
  if (Object.keys(constraints).length > 0) definition.constraints = constraints
  const prefer = words.text('prefer')
  if (prefer !== undefined) definition.prefer = preferenceFromWords(prefer)
  const trials = words.count('trials', 1)
  if (trials !== undefined) definition.trials = trials
  const maxHours = words.number('max-hours')
  if (maxHours !== undefined) definition.maxHours = maxHours
  const target = words.number('target')
  if (target !== undefined) definition.target = target
  const sampler = await samplerFromOption(words)
  if (sampler !== undefined) definition.sampler = sampler
  const pruner = await prunerFromOption(words)
  if (pruner !== undefined) definition.pruner = pruner
  const repeats = words.count('repeats', 1)
  if (repeats !== undefined) definition.repeats = checkedRepeats(repeats, sampler, words)
  const others = words.list('warm-start')
  if (others.length > 0) definition.warmStart = others.map((other) => resolve(other))
  const seed = words.count('seed', 0)
  if (seed !== undefined) definition.seed = seed
  const leaseMs = words.duration('lease')
  if (leaseMs !== undefined && leaseMs < SHORTEST_LEASE_MS)
    throw new UsageError(`option '--lease': must be at least 100ms, got '${words.text('lease')}'`)
  if (leaseMs !== undefined) definition.leaseMs = leaseMs
  const retries = words.count('retries', 0)
  if (retries !== undefined) definition.retries = retries
  return definition
}

/** @throws UsageError if the sampler has no repeats, or says another number of them */
function checkedRepeats(repeats: number, sampler: NamedSampler | undefined, words: Words): number {
  if (sampler === undefined) return repeats
  const { name, options } = sampler
  const isBayesian = name === 'auto' || name === 'bayesian'
  const says = options.repeats
  const reason = !isBayesian
    ? `belongs to sampler 'auto', but sampler '${name}' tries nothing twice`
    : says !== undefined && says !== repeats
      ? `is ${repeats}, but the sampler has repeats=${String(says)}`
      : undefined
  if (reason === undefined) return repeats
  throw new UsageError(`option '--repeats': ${reason}; leave one of the two out`, helpOf(words.verb.name))
}

function spaceFromOptions(words: Words): Space | undefined {
  const params = words.list('param')
  const file = words.text('space')
  if (params.length > 0 && file !== undefined) {
    throw new UsageError('--param and --space both describe the space; keep one of them', 'anthill help space')
  }
  if (params.length > 0) return spaceFromParams(params)
  if (file === undefined) return undefined
  return mustSearch(parseSpace(readJsonFile(resolve(file), 'anthill help space')))
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

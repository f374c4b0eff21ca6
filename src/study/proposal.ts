/**
 * Asks the sampler for the config of a number, and notes what the sampler saw of the record.
 *
 * A question has `trials`, `pending` and `basis` as getters, so records are made only for a sampler that reads them.
 * The first read also notes which trials there were (`saw`). The slot file stores `saw` beside the config, so that
 * `replay.ts` can ask the same question again.
 */

import type { Config, Json } from '../trial.ts'
import { configText } from '../space/canonical.ts'
import { LARGEST_WALK, configCount } from '../space/finite.ts'
import { sought } from '../space/goals.ts'
import type { Space } from '../space/parameter.ts'
import { checkSuggestion } from '../sampler/own.ts'
import type { Question, Sampler, Suggestion } from '../sampler/sampler.ts'
import { firstFree, trialId } from '../store/disk/trial-id.ts'
import type { Proposal, Propose } from '../store/protocol/claim.ts'
import { budgetOf } from '../store/protocol/index-maker.ts'
import { triedBy } from './imported.ts'
import type { StudyParts } from './records.ts'
import { seenNow } from './rungs.ts'
import type { Seen } from './rungs.ts'
import { sawOf } from './saw.ts'
import type { Saw } from './saw.ts'
import { optionsToKeep } from './study-sampler.ts'

/** A suggested config, with its bytes and its id. */
export interface Written {
  readonly config: Config
  readonly text: string
  readonly id: string
  /** The config as a program gets it: nobody else has this object. Handed over once. */
  copy?: Config | undefined
}

/** What asking the sampler needs of a study. */
export interface Proposing extends StudyParts {
  /** The last suggestion of this process, so that it need not parse its own bytes again. */
  suggested: Written | undefined
}

/**
 * Whether a suggestion depends on the trials of others: on their values, or, in a space that can be used up, on their
 * configs.
 */
export function needsRecord(sampler: Sampler, space: Space): boolean {
  return sampler.readsRecord !== false || configCount(space) <= LARGEST_WALK
}

/**
 * Gives the function that the store calls for the config of a number.
 *
 * The function throws a RangeError when the sampler suggests what is not a config of the space, or a config that was
 * tried, without `again`. A slot file never changes: a wrong config would be tried as it is and stay in the study.
 */
export function proposer(proposing: Proposing, sampler: Sampler): Propose {
  return (number, draw): Proposal | undefined => {
    let saw: Saw | undefined
    let asked: Asked = {}
    const look = (): Seen => {
      const seen = seenNow(proposing)
      saw ??= sawOf(proposing.folder.known, proposing.finished, seen.rested)
      return seen
    }
    const note = (seen: Asked): void => void (asked = { ...asked, ...seen })
    const suggestion = sampler.suggest(questionOf(proposing, number, draw, look, note))
    if (suggestion === undefined) return undefined
    const seen = saw === undefined ? undefined : ({ ...saw, ...asked } as unknown as Json)
    return proposalOf(proposing, sampler, number, suggestion, seen)
  }
}

/** Where the study is to end, as far as a sampler has asked. */
type Asked = Pick<Saw, 'budget' | 'hours'>

/**
 * What a sampler is asked for the config of a number.
 *
 * @param look  gives what there is to see, and notes that the sampler has looked
 * @param note  is told of the ends that it has asked for
 */
export function questionOf(
  parts: StudyParts,
  number: number,
  draw: number,
  look: () => Pick<Seen, 'trials' | 'pending' | 'earlier'>,
  note: (seen: Asked) => void = () => undefined,
): Question {
  const { folder, ends } = parts
  const { known, study } = folder
  const idOf = (config: Config, repeat: number): string => {
    const { id, text } = written(parts, config)
    return repeat === 0 ? id : trialId(text, repeat)
  }
  return {
    ...sought(parts),
    seed: study.seed,
    number,
    draw,
    get budget() {
      look()
      const budget = budgetOf(folder) ?? undefined
      if (budget !== undefined) note({ budget })
      return budget
    },
    get hours() {
      look()
      const { maxHours: hours } = ends
      if (hours !== undefined) note({ hours })
      return hours
    },
    get basis() {
      return (look(), known.latestBasis?.basis)
    },
    get trials() {
      return look().trials
    },
    get pending() {
      return look().pending
    },
    get earlier() {
      return look().earlier
    },
    isTried: triedBy(idOf, (id) => known.slotOfId.has(id), known.observed.times),
  }
}

/**
 * The suggestion as the slot file will have it. A config that is measured again gets the first free repeat of its id.
 */
function proposalOf(
  proposing: Proposing,
  sampler: Sampler,
  number: number,
  suggestion: Suggestion,
  saw: Json | undefined,
): Proposal {
  const { space, where } = proposing
  const { known, study } = proposing.folder
  const copy = checkSuggestion(sampler, suggestion, space, where)
  const { text, id } = written(proposing, suggestion.config)
  proposing.suggested = { config: suggestion.config, text, id, copy }
  const same = known.slotOfId.get(id)
  if (same !== undefined && suggestion.again !== true) {
    throw new RangeError(
      `sampler '${sampler.name}': suggested the config of trial ${same} for trial ${number}; suggest a config for ` +
        `which 'isTried' is false, return undefined if none is left, or set 'again' to measure the config once more`,
    )
  }
  const repeat = same === undefined ? 0 : firstFree(text, (other) => known.slotOfId.has(other))
  const { basis } = suggestion
  const options = optionsToKeep(study, sampler)
  return {
    id: repeat === 0 ? id : trialId(text, repeat),
    config: text,
    repeat,
    origin: sampler.name,
    ...(options === undefined ? {} : { options }),
    // Through JSON and back, so that this process sees the basis as the others will read it.
    ...(basis === undefined ? {} : { basis: JSON.parse(JSON.stringify(basis)) as Json }),
    ...(saw === undefined ? {} : { saw }),
  }
}

/** The bytes and the id of a config. Those of the last suggestion are remembered. */
function written(parts: Proposing | StudyParts, config: Config): Written {
  if ('suggested' in parts && parts.suggested?.config === config) return parts.suggested
  const text = configText(parts.space, config)
  const found = { config, text, id: trialId(text) }
  if ('suggested' in parts) parts.suggested = found
  return found
}

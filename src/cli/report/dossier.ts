/**
 * Reads all facts of a study once: what `report`, `plot`, `advice` and the board are made of. What it reads beside the
 * study's own records, the last lines of failed programs and lost attempts, is limited in number.
 */

import { basename } from 'node:path'
import { packageVersion } from '../version.ts'
import { columnsOf } from '../../report/columns.ts'
import type { Facts, FailureGroup, LostAttempt } from '../../report/facts.ts'
import { forecastsOf, numbersToForecast } from '../../report/models/forecast.ts'
import type { ModelAnswer } from '../../report/models/model-views.ts'
import type { StudyCounts } from '../../report/status-text.ts'
import { lastLines } from '../../runner/log-tail.ts'
import { earlierAttempts } from '../../study/earlier-attempts.ts'
import { parseWhere } from '../../space/where.ts'
import type { Why } from '../../sampler/explanation.ts'
import type { Study } from '../../study/study.ts'
import { programLogPath } from '../../paths.ts'
import type { Config, TrialRecord } from '../../trial.ts'

/** The last line of their programs is read for this many failed trials at most, the newest ones. */
const MOST_FAILED = 500

/** Earlier attempts are read of this many trials at most, the newest ones that have any. */
const MOST_ATTEMPTED = 500

/** What is said where models are not asked. */
const UNASKED: ModelAnswer = {
  models: [],
  noModel: 'models were left out',
  importances: [],
  recommendation: undefined,
}

export interface DossierOptions {
  /** What the study is called on command lines. */
  readonly path: string
  /** The counts and all trials of the study, where they have been read already. */
  readonly counts?: StudyCounts
  readonly trials?: readonly TrialRecord<Config>[]
  /** Those of them that the facts are about, the same objects; default: all. */
  readonly shown?: readonly TrialRecord<Config>[]
  /** Whether models are asked, which takes a second or more; default: true. */
  readonly withModels?: boolean
  /** Whether they also say what the next trials are likely to bring. */
  readonly withForecast?: boolean
  /** For how many trials their suggestions are computed again, to hold them against what came out; default: 0. */
  readonly forecasts?: number
  /** Whether files are read for them, of failed programs and lost attempts; default: true. */
  readonly withFiles?: boolean
}

/** All facts of a study, as they are now. */
export async function readFacts(study: Study<Config>, options: DossierOptions): Promise<Facts> {
  const { path, withModels = true, withFiles = true } = options
  const all = options.trials ?? (await study.trials())
  const trials = options.shown ?? all
  const counts = options.counts ?? (await study.status())
  const columns = columnsOf(study.space, study.goals, trials)
  const indexes = new Map(columns.id.map((id, index) => [id, index]))
  const indexOf = ({ id }: { readonly id: string }): number => indexes.get(id) ?? -1
  const { time, sampler, samplerOptions, pruner } = study.creation
  const said = withModels ? await modelsOf(study, all, trials, options) : UNASKED
  const forecasts = said.models.length === 0 ? [] : await explained(study, all, options.forecasts ?? 0)
  const taken = said.recommendation?.trial ?? counts.best
  const made = { time, sampler, samplerOptions, pruner, seed: study.seed }
  return {
    readAt: Date.now(),
    version: packageVersion(),
    study: {
      name: basename(study.directory),
      space: study.space,
      where: study.where,
      goals: study.goals,
      ...made,
      path,
    },
    counts,
    columns,
    total: all.length,
    best: counts.best === null ? -1 : indexOf(counts.best),
    recommended: taken === null ? -1 : indexOf(taken),
    models: said.models.map((view) => ({
      ...view,
      forecasts: forecastsOf(forecasts, view.objective, indexOf),
    })),
    noModel: said.noModel,
    importances: said.importances,
    failures: failureGroups(study, trials, indexOf, withFiles),
    lost: withFiles ? await lostAttempts(study, trials, indexOf) : [],
  }
}

/** What models say of the study; it is made of all trials, and speaks of those that are shown. */
async function modelsOf(
  { space, where, goals, seed, creation }: Study<Config>,
  trials: readonly TrialRecord[],
  shown: readonly TrialRecord[],
  { withForecast = false }: DossierOptions,
): Promise<ModelAnswer> {
  const { modelViews } = await import('../../report/models/model-views.ts')
  const { mayBeNoisy } = await import('../../sampler/recommend.ts')
  return modelViews({
    ...{ space, goals, trials, shown, seed },
    where: parseWhere(space, where.length === 0 ? undefined : where),
    isNoisy: mayBeNoisy(creation.samplerOptions),
    forecast: withForecast,
  })
}

/** Why some trials were tried, computed again: evenly among those that a model may have suggested. */
async function explained(study: Study<Config>, trials: readonly TrialRecord[], most: number): Promise<Why[]> {
  const whys: Why[] = []
  for (const number of most === 0 ? [] : numbersToForecast(trials, most)) whys.push(await study.why(number))
  return whys
}

/** Failed trials by the last line that their programs wrote, or by their reason; the largest group first. */
function failureGroups(
  study: Study<Config>,
  trials: readonly TrialRecord[],
  indexOf: (trial: TrialRecord) => number,
  hasLogs: boolean,
): FailureGroup[] {
  const failed = trials.filter(({ state }) => state === 'failed')
  const groups = new Map<string, number[]>()
  for (const [k, trial] of failed.entries()) {
    const isRead = hasLogs && k >= failed.length - MOST_FAILED
    const log = programLogPath(study.trialDirectory(trial.id), 'stderr', trial.attempt)
    const [line] = isRead ? lastLines(log, 1) : []
    const words = line ?? trial.detail?.split('\n', 1)[0] ?? trial.reason ?? 'failed'
    const members = groups.get(words) ?? []
    members.push(indexOf(trial))
    groups.set(words, members)
  }
  return [...groups]
    .map(([words, members]) => ({ words, trials: members }))
    .sort((a, b) => b.trials.length - a.trials.length)
}

async function lostAttempts(
  study: Study<Config>,
  trials: readonly TrialRecord[],
  indexOf: (trial: TrialRecord) => number,
): Promise<LostAttempt[]> {
  const several = trials.filter(({ attempt }) => attempt > 1).slice(-MOST_ATTEMPTED)
  const lost: LostAttempt[] = []
  for (const trial of several) {
    for (const { worker, started, ended, reason } of await earlierAttempts(study.directory, trial)) {
      lost.push({
        trial: indexOf(trial),
        worker,
        started: Date.parse(started),
        ended: Date.parse(ended),
        reason,
      })
    }
  }
  return lost
}

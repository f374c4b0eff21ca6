/** All that a page holds, as its options ask for it; and the page as HTML or JSON. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { advice } from '../../report/advice.ts'
import { inColumnOrder } from '../../report/columns.ts'
import { dataText, embedded } from '../../report/embedded.ts'
import { pageText } from '../../report/page-text.ts'
import type { PageContent } from '../../report/page-text.ts'
import { anonymous, withoutValues } from '../../report/redacted.ts'
import type { Shown } from '../../report/redacted.ts'
import { keptTrials } from '../../report/thinning.ts'
import { worthOf } from '../../space/goals.ts'
import type { Study } from '../../study/study.ts'
import type { Config, TrialRecord } from '../../trial.ts'
import { readFacts } from './dossier.ts'
import { logsOf } from './logs.ts'

/** The page's script, as the build made it: from src/cli/report as from dist/cli/report. */
const SCRIPT = '../../../dist/report/page.js'

/** How many suggestions are computed again; of a study with many trials each takes long. */
const FORECASTS = 20
const MANY = 1000
const FORECASTS_OF_MANY = 6

/** What is asked of a page. */
export interface ContentOptions {
  /** Parameters whose values are hidden. */
  readonly hidden: readonly string[]
  readonly isAnonymous: boolean
  readonly withModels: boolean
  readonly withForecast: boolean
  readonly withLogs: boolean
  /** Whether all trials are in it, however many there are. */
  readonly isWhole: boolean
  /** From the page to the study, ending in a slash; null without links. */
  readonly links: string | null
  /** The command that makes it again. */
  readonly again: string
  /** How often it is written anew, in milliseconds; null if it is not. */
  readonly everyMs: number | null
}

/** Reads all that a page holds. */
export async function contentOf(study: Study<Config>, options: ContentOptions): Promise<PageContent> {
  const { hidden, isAnonymous, withModels, withForecast, withLogs, isWhole, again, everyMs } = options
  const all = inColumnOrder(await study.trials())
  const trials = isWhole ? all : kept(study, all)
  const facts = await readFacts(study, {
    ...{ path: study.directory, trials: all, shown: trials, withModels, withForecast },
    forecasts: all.length > MANY ? FORECASTS_OF_MANY : FORECASTS,
  })
  const whole: Shown = { facts, trials, imported: await study.imported() }
  const fewer = hidden.length === 0 ? whole : withoutValues(whole, new Set(hidden))
  const shown = isAnonymous ? anonymous(fewer) : fewer
  const isNamed = shown.facts.study.path !== null
  return {
    ...shown,
    advice: advice(shown.facts),
    options: {
      links: isNamed || options.links === './' ? options.links : null,
      again: isNamed ? again : null,
      everyMs,
      hidden,
      logs: withLogs ? logsOf(study, facts, trials) : {},
    },
  }
}

/** The trials that a page has room for. */
function kept({ goals }: Study<Config>, trials: readonly TrialRecord[]): readonly TrialRecord[] {
  const worth = worthOf(goals)
  const ranked = trials.map(({ state, values, outputs }) => ({
    isFailed: state === 'failed',
    worth: state === 'complete' ? (worth({ ...values, ...outputs }) ?? NaN) : NaN,
  }))
  return keptTrials(ranked).map((index) => trials[index]!)
}

/** The page as HTML. */
export const htmlOf = (content: PageContent): string => pageText(content, pageScript(), sha256)

/** What the page holds, as the JSON that is in it. */
export const jsonOf = ({ facts, trials, imported, advice: said, options }: PageContent): string =>
  dataText(embedded(facts, trials, imported, said, options))

/** The script that pages run. */
export const pageScript = (): string => readFileSync(new URL(SCRIPT, import.meta.url), 'utf8')

/** The SHA-256 of a text in UTF-8, in base64: by it a page's policy allows its script and its style. */
export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('base64')

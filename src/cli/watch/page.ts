/** What the board shows of one trial over the whole screen. */

import { trialSheet } from '../../report/trial-table.ts'
import { whyText } from '../../report/why-text.ts'
import { lastLines } from '../../runner/log-tail.ts'
import type { Study } from '../../study/study.ts'
import type { Config, TrialRecord } from '../../trial.ts'
import { programLogPath } from '../../paths.ts'
import { printable, wrapped } from '../screen.ts'

/** This many of the last lines of each output are shown. */
const LAST_LINES = 500

export type PageKind = 'show' | 'why' | 'log'

interface Page {
  readonly title: string
  readonly lines: readonly string[]
}

/** An error is what the page says: the board goes on. */
export async function pageOf(study: Study<Config>, id: string, kind: PageKind, columns: number): Promise<Page> {
  const title = (trial: TrialRecord<Config>): string => `${kind} ${trial.number ?? trial.id}`
  try {
    const trial = await study.trial(id)
    return { title: title(trial), lines: await LINES[kind](study, trial, columns) }
  } catch (error) {
    return { title: kind, lines: wrapped(printable((error as Error).message), columns).split('\n') }
  }
}

const LINES: Readonly<
  Record<PageKind, (study: Study<Config>, trial: TrialRecord<Config>, columns: number) => Promise<string[]>>
> = {
  show: async (study, trial) => {
    const loss = trial.number === null ? undefined : await study.lossOf(trial.id)
    return trialSheet(study.space, study.goals, trial, study.trialDirectory(trial.id), loss)
  },
  why: async (study, { id }, columns) => {
    const text = whyText(study.space, study.objectives, await study.why(id))
    return wrapped(printable(text), columns).split('\n')
  },
  log: async (study, { id, attempt }) => {
    const path = (stream: 'stdout' | 'stderr'): string => programLogPath(study.trialDirectory(id), stream, attempt)
    return [
      'standard output',
      ...lastLines(path('stdout'), LAST_LINES).map((line) => `  ${line}`),
      'standard error',
      ...lastLines(path('stderr'), LAST_LINES).map((line) => `  ${line}`),
    ]
  },
}

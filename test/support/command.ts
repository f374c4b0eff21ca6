/** The verb `run` of the built command, and what its study has afterwards. */

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from './scratch.ts'
import { startCommand } from './worker-process.ts'
import type { Finished, Running } from './worker-process.ts'

/** Removes from the environment what would change the output of the command. */
export const plain: NodeJS.ProcessEnv = { ANTHILL_STUDY: undefined, FORCE_COLOR: undefined, NO_COLOR: undefined }

export interface ListedTrial {
  readonly id: string
  readonly number: number
  readonly state: string
  readonly value: number | null
  readonly config: Readonly<Record<string, unknown>>
  readonly attempt: number
}

/** The path of a study that does not exist yet. */
export function freshStudy(): string {
  return join(scratch(), 'study')
}

export function startRun(study: string, ...words: string[]): Running {
  return startCommand(['run', '-s', study, ...words], { env: plain })
}

export async function run(study: string, ...words: string[]): Promise<Finished> {
  return await startRun(study, ...words).finished
}

/** What `ls --json` prints of a study, read in this process: a process for each look would cost far more. */
export async function trialsIn(directory: string): Promise<ListedTrial[]> {
  const [{ openStudy }, { trialLine }] = await Promise.all([
    import('../../src/study/open-study.ts'),
    import('../../src/report/trial-table.ts'),
  ])
  await using study = await openStudy(directory, { readOnly: true })
  return JSON.parse(JSON.stringify((await study.trials()).map(trialLine))) as ListedTrial[]
}

/** The processes that run for trials of a study, found by their environment; needs /proc. */
export function programsOf(study: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`ANTHILL_TRIAL_DIR=${study}/`)
      } catch {
        return false
      }
    })
}

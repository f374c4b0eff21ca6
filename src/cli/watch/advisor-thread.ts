/** Works out advice and models of a study in a thread, so that the board answers keys meanwhile. */

import { parentPort, workerData } from 'node:worker_threads'
import { advice } from '../../report/advice.ts'
import type { Facts } from '../../report/facts.ts'
import type { Advice } from '../../report/piece.ts'
import { openStudy } from '../../study/open-study.ts'
import { readFacts } from '../report/dossier.ts'

/** What it answers. */
export interface Advised extends Pick<Facts, 'models' | 'noModel' | 'importances' | 'recommended'> {
  readonly pieces: readonly Advice[]
}

const { directory } = workerData as { readonly directory: string }

const study = await openStudy(directory, { readOnly: true })
try {
  const facts = await readFacts(study, { path: directory })
  const { models, noModel, importances, recommended } = facts
  const answer: Advised = { pieces: advice(facts), models, noModel, importances, recommended }
  parentPort!.postMessage(answer)
} finally {
  await study.close()
}

/** Studies to make reports of: an ordinary one, and one in which everything that may be hostile is. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { programLogPath } from '../../src/paths.ts'
import { branch, choice, float, int } from '../../src/space/parameter.ts'
import { openStudy } from '../../src/study/open-study.ts'

/** What breaks out of a page that is careless with it. */
export const HOSTILE_WORDS = [
  '</script><img src=x onerror="document.title=1">',
  '<!--<script>',
  ']]>',
  'a\u2028b\u2029c',
  '\u202ereversed',
  '\x1b[31mred\x00\x7f',
  `"quoted' &amp; http://example.invalid/`,
  'w'.repeat(10_000),
] as const

const SMALL = { seed: 1, minimize: 'loss', trials: 24 } as const

/** A study of 24 trials with a branch, failures and noise; returns its directory. */
export async function mixedStudy(directory: string): Promise<string> {
  const space = {
    lr: float(1e-5, 1, { log: true }),
    batch: choice([16, 32, 64]),
    model: branch('kind', { cnn: { depth: int(1, 12) }, mlp: { width: int(16, 512, { log: true }) } }),
  }
  await using study = await openStudy(directory, { space, ...SMALL })
  await study.optimize((trial) => {
    const { lr, batch, model } = trial.config
    if (trial.number % 8 === 3) throw new Error('out of memory')
    return Math.abs(Math.log10(lr) + 3) + batch / 64 + (model.kind === 'cnn' ? 0 : 1)
  })
  writeLog(study.trialDirectory((await study.trial(3)).id), 'the last line but one\nout of memory\n')
  return directory
}

/** A study of 24 trials whose choices, errors and logs are hostile; returns its directory. */
export async function hostileStudy(directory: string): Promise<string> {
  const space = { x: float(0, 1), evil: choice(HOSTILE_WORDS) }
  await using study = await openStudy(directory, { space, ...SMALL, sampler: 'random' })
  await study.optimize((trial) => {
    const words = HOSTILE_WORDS[trial.number % HOSTILE_WORDS.length]!
    if (trial.number % 3 === 1) throw new Error(words)
    trial.report(trial.config.x)
    return trial.config.x
  })
  await study.enqueue({ x: 0.5, evil: HOSTILE_WORDS[0] })
  for (const number of [1, 4]) writeLog(study.trialDirectory((await study.trial(number)).id), HOSTILE_WORDS.join('\n'))
  return directory
}

function writeLog(directory: string, text: string): void {
  const path = programLogPath(directory, 'stderr', 1)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** `anthill front`: the trials that no other one beats. */

import { commandOn } from '../report/command-text.ts'
import { frontLine, frontLines } from '../report/front-text.ts'
import { trialCsv } from '../report/trial-table.ts'
import { trialFront, volumeOf } from '../sampler/trial-front.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import { helpOf } from './arguments.ts'
import type { Options, Words } from './arguments.ts'
import { NothingThere, UsageError } from './failure.ts'
import { openToRead, openToSteer } from './opening.ts'
import { STUDY_OPTION, studyOnly } from './positionals.ts'
import { printData, printJson, printLines } from './screen.ts'
import type { Verb } from './verb.ts'

const USAGE = `Usage: anthill front [DIR | -s DIR] [--reference POINT] [--links]
                     [--csv | --json]

  anthill front runs/net
  anthill front runs/net --reference loss=1,latency=40

The front of a study of several objectives: its complete trials that meet all
constraints, and that no other one beats. A trial beats another if it is no
worse in any objective, and better in one. The last line is the hypervolume: how
much lies between the front and a corner, after some of the trials. It grows
when the front gets better or longer.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --reference POINT   the corner (default: the worst values of these trials)
      --links        make pareto/ in the study, with a link to the directory of
                     each of these trials; links of others are removed; the
                     front is printed as without it
      --csv          one row for each trial, with the columns of anthill ls
      --json         {"trials", "reference", "hypervolume", "grows"}: trials as
                     in anthill ls, and the pairs [number, hypervolume]

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study or no result yet.
`

const OPTIONS = {
  ...STUDY_OPTION,
  reference: { kind: 'text' },
  links: { kind: 'flag' },
  csv: { kind: 'flag' },
} as const satisfies Options

export const front: Verb = { usage: USAGE, options: OPTIONS, run: showFront }

async function showFront(words: Words): Promise<number> {
  if (words.has('csv') && words.has('json'))
    throw new UsageError('--csv and --json both choose the output; keep one of them')
  const directory = studyOnly(words)
  const study = await (words.has('links') ? openToSteer : openToRead)(directory, 'front', [])
  try {
    return await printFront(study, words)
  } finally {
    await study.close()
  }
}

async function printFront(study: Study<Config>, words: Words): Promise<number> {
  const reference = referenceOf(words, study)
  if (words.has('links')) await study.front({ links: true })
  const trials = await study.trials()
  const found = trialFront(trials, study.goals)
  if (found.length === 0)
    throw new NothingThere(`no trial of '${study.directory}' is on a front yet`, commandOn('status', study.directory))
  const volume = volumeOf(trials, study.goals, reference)
  if (words.has('json')) printJson(frontLine(found, volume))
  else if (words.has('csv')) printData(trialCsv(study.space, study.goals, found))
  else printLines(frontLines(study.space, study.goals, found, volume))
  return 0
}

/** The corner in `loss=1,latency=40`. */
function referenceOf(words: Words, { objectives }: Study<Config>): Readonly<Record<string, number>> {
  const text = words.text('reference')
  if (text === undefined) return {}
  const names = Object.keys(objectives)
  const given = new Set<string>()
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [name = '', value = ''] = part.split('=').map((word) => word.trim())
      if (given.has(name))
        throw new UsageError(`option '--reference': '${name}' is given twice; give it once`, helpOf('front'))
      given.add(name)
      if (!names.includes(name) || value === '' || !Number.isFinite(Number(value))) {
        const form = names.map((objective) => `${objective}=1`).join(',')
        throw new UsageError(
          `option '--reference': '${part}' is not a value of an objective; write ${form}`,
          helpOf('front'),
        )
      }
      return [name, Number(value)]
    }),
  )
}

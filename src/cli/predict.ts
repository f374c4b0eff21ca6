/** `anthill predict`: what the model expects of a config. */

import { commandOn } from '../report/command-text.ts'
import { numberWithin } from '../report/number-text.ts'
import { aligned } from '../report/table.ts'
import type { Interval } from '../sampler/explanation.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import type { Words } from './arguments.ts'
import { configOfWords } from './config-words.ts'
import { NothingThere } from './failure.ts'
import { openToRead } from './opening.ts'
import { STUDY_OPTION, studyAndPairs } from './positionals.ts'
import { printJson, printLines } from './screen.ts'
import type { Verb } from './verb.ts'

const USAGE = `Usage: anthill predict [DIR | -s DIR] NAME=VALUE ... [--json]

  anthill predict runs/mnist lr=1e-3 opt=adam

What the model that would choose the next config expects of this one: for each
objective the median of a measurement, one standard deviation below it and one
above. Nothing is tried. A parameter that is left out gets its default.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --json         {"config", "predictions": {NAME: {"value", "low", "high"}}}

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study, or no model yet (too
few trials have ended, or the sampler of the study has none).
`

export const predict: Verb = { usage: USAGE, options: STUDY_OPTION, run: predictConfig }

async function predictConfig(words: Words): Promise<number> {
  const { directory, pairs } = studyAndPairs(words)
  const study = await openToRead(directory, 'predict', pairs)
  try {
    const config = configOfWords(study.space, pairs, 'predict')
    const predictions = await predictionsOf(study, config)
    if (words.has('json')) printJson({ config, predictions })
    else printLines(aligned(Object.entries(predictions).map(([name, interval]) => [name, intervalText(interval)])))
    return 0
  } finally {
    await study.close()
  }
}

async function predictionsOf(study: Study<Config>, config: Config): Promise<Record<string, Interval>> {
  const predictions: Record<string, Interval> = {}
  for (const objective of Object.keys(study.objectives)) {
    const interval = await study.predict(config, { objective })
    if (interval === undefined)
      throw new NothingThere(
        `'${study.directory}' has no model yet: too few trials have ended, or its sampler has none`,
        commandOn('status', study.directory),
      )
    predictions[objective] = interval
  }
  return predictions
}

function intervalText(interval: Interval): string {
  const [middle, low, high] = [interval.value, interval.low, interval.high].map((end) => numberWithin(interval, end))
  return `${middle} (one standard deviation: ${low} to ${high})`
}

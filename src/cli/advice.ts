/** `anthill advice`: what to do about a study. */

import { advice as adviceOf, adviceLines } from '../report/advice.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import type { Options, Words } from './arguments.ts'
import { UsageError } from './failure.ts'
import { STUDY_OPTION } from './positionals.ts'
import { readFacts } from './report/dossier.ts'
import { painter, printJson, printLines } from './screen.ts'
import { lookAtStudy } from './verb.ts'

const USAGE = `Usage: anthill advice [DIR | -s DIR] [--no-model] [--forecast] [--json]

  anthill advice runs/mnist

What to do about a study, in sentences: where trials fail, which parameter is at
its end, what changes nothing, whether the best value was luck, whether more
trials are worth it. The most important sentence comes first. Each says how sure
it is, and has a line to type where one helps, and the line that draws what
shows it. What chance could do as well is not said, so there may be nothing.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --no-model     only what the records of the trials say: a model takes
                     seconds
      --forecast     also what the next 50 trials are likely to bring, which
                     takes longer
      --json         {"advice": [{"kind", "weight", "words", "certainty",
                     "evidence", "command", "see"}], "noModel"}; weight is
                     from 0 to 1, evidence is the figure that shows it, "see"
                     the line that draws it, command is left out where none
                     helps, noModel says why there is no model

Sentences that call for a new study: another space needs one. With
'anthill run --warm-start DIR' it learns from the old one.

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study.
`

const OPTIONS = {
  ...STUDY_OPTION,
  'no-model': { kind: 'flag' },
  forecast: { kind: 'flag' },
} as const satisfies Options

/** How wide the sentences are, beside their numbers. */
const WIDTH = 76

export const advice = lookAtStudy({ usage: USAGE, options: OPTIONS, check: checkModel, look: printAdvice })

function checkModel(words: Words): void {
  if (words.has('no-model') && words.has('forecast'))
    throw new UsageError('--forecast asks a model, and --no-model leaves it out; keep one of them')
}

async function printAdvice(study: Study<Config>, words: Words): Promise<number> {
  const facts = await readFacts(study, {
    path: study.directory,
    withModels: !words.has('no-model'),
    withForecast: words.has('forecast'),
  })
  const pieces = adviceOf(facts)
  if (words.has('json')) {
    printJson({ advice: pieces, noModel: facts.noModel })
    return 0
  }
  const paint = painter(process.stdout)
  const lines = pieces.flatMap((piece, k) => {
    const number = `${k + 1}`.padStart(2)
    return adviceLines(piece, WIDTH).map((line, row) => {
      const text = line.startsWith('anthill ') ? paint('cyan', line) : line
      return `${row === 0 ? number : '  '}  ${text}`
    })
  })
  const without = facts.noModel === null ? [] : [`No model: ${facts.noModel}.`]
  printLines([...(lines.length === 0 ? ['Nothing that the trials show calls for a change.'] : lines), ...without])
  return 0
}

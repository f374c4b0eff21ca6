/** `anthill tell`: how a trial came out that `anthill ask` gave. */

import { parseNumber } from '../runner/python-json.ts'
import { readWords } from './arguments.ts'
import { UsageError } from './failure.ts'
import { openToWork } from './opening.ts'
import { answer, printHelp, say } from './screen.ts'
import { findTrial, studyOption, trialAndMore } from './which-study.ts'

const usage = `Usage: anthill tell [-s DIR] TRIAL VALUE [--json]
       anthill tell [-s DIR] TRIAL --failed [REASON]
       anthill tell [-s DIR] TRIAL --pruned [VALUE]

  anthill tell -s runs/mnist "$ANTHILL_TRIAL" 0.0713
  anthill tell -s runs/mnist 17 loss=0.07 latency=12.5
  anthill tell -s runs/mnist 17 --failed "out of memory"

How a trial came out. TRIAL is its number or the first digits of its id. A
VALUE that is no finite number (nan, inf) makes the trial a failed one.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --failed       it ended without a value
      --pruned       it was given up early; a value so far is noted, and
                     never becomes the best
      --json         {"id", "outcome": "committed" | "superseded"}

Superseded means that the trial had a result already, or that another worker
took it over: that result counts, this one does not.

Exit status: 0 told, 1 failed, 2 usage, 4 no such study or trial.
`

type Values = number | Readonly<Record<string, number>>

type Outcome = { values: Values } | { failed: string } | { pruned: true; values?: Values }

/** Writes the end of a trial. */
export async function tell(words: readonly string[]): Promise<number> {
  const read = readWords('tell', words, { ...studyOption, failed: { kind: 'perhaps' }, pruned: { kind: 'perhaps' } })
  if (read.has('help')) return printHelp(usage)
  const { study: directory, trial: name, more } = trialAndMore('tell', read)
  if (read.has('failed') && read.has('pruned'))
    throw new UsageError('--failed and --pruned are two ends: keep one of them', 'anthill tell --help')
  const outcome = read.has('failed')
    ? { failed: [read.text('failed'), ...more].filter(Boolean).join(' ') || 'told to have failed' }
    : read.has('pruned')
      ? pruned([read.text('pruned') ?? '', ...more].filter((word) => word !== ''))
      : complete(more)
  const study = await openToWork(directory, {})
  try {
    const trial = await findTrial(study, name)
    const told = await study.tell(trial.id, outcome)
    const label = `trial ${trial.number ?? trial.id}`
    if (read.has('json')) answer({ id: trial.id, outcome: told })
    else if (told === 'superseded') say(`${label} has another end already: that one counts, this one does not`)
    else if ('failed' in outcome) say(`${label} failed: ${outcome.failed}`)
    return 0
  } finally {
    await study.close()
  }
}

function pruned(words: readonly string[]): Outcome {
  return words.length === 0 ? { pruned: true } : { pruned: true, values: valuesOf(words) }
}

function complete(words: readonly string[]): Outcome {
  if (words.length === 0)
    throw new UsageError('which value? give a number, --failed or --pruned', 'anthill tell --help')
  const values = valuesOf(words)
  if (typeof values === 'number')
    return Number.isFinite(values) ? { values } : { failed: `the value ${words[0]} is not finite` }
  const odd = Object.entries(values).find(([, value]) => !Number.isFinite(value))
  return odd === undefined ? { values } : { failed: `the value ${odd[1]} of '${odd[0]}' is not finite` }
}

/** One number, or NAME=VALUE for each objective. */
function valuesOf(words: readonly string[]): Values {
  if (words.length === 1 && !words[0]!.includes('=')) return number(words[0]!)
  return Object.fromEntries(
    words.map((word) => {
      const split = word.indexOf('=')
      if (split < 1)
        throw new UsageError(
          `unexpected argument '${word}': several values are told as NAME=VALUE`,
          'anthill tell --help',
        )
      return [word.slice(0, split), number(word.slice(split + 1))]
    }),
  )
}

function number(word: string): number {
  const value = parseNumber(word.trim())
  if (value === undefined) throw new UsageError(`'${word}' is no number`, 'anthill tell --help')
  return value
}

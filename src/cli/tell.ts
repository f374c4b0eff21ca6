/** `anthill tell`: says how a trial ended that `anthill ask` gave. */

import { commandOn } from '../report/command-text.ts'
import { parseNumber } from '../runner/python-json.ts'
import { helpOf } from './arguments.ts'
import type { Words } from './arguments.ts'
import { EXIT_STATUS, UsageError } from './failure.ts'
import { openToSteer } from './opening.ts'
import { STUDY_OPTION, findTrial, studyTrialAndRest } from './positionals.ts'
import { printJson, say } from './screen.ts'
import type { Verb } from './verb.ts'
import type { Study } from '../study/study.ts'
import type { Config, Output, Said, TrialRecord } from '../trial.ts'

const USAGE = `Usage: anthill tell [-s DIR] TRIAL VALUE [--json]
       anthill tell [-s DIR] TRIAL --failed [REASON]
       anthill tell [-s DIR] TRIAL --pruned [VALUE]

  anthill tell -s runs/mnist "$ANTHILL_TRIAL" 0.0713
  anthill tell -s runs/mnist 17 loss=0.07 latency=12.5 valid=true
  anthill tell -s runs/mnist 17 --failed "out of memory"

Says how a trial ended. TRIAL is its number or the first digits of its id. A
trial whose VALUE is not a finite number (nan, inf) has failed. NAME=VALUE gives
the value of each objective, and what else the trial says: a number, true, false
or text.

  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)
      --failed       it ended without a value
      --pruned       it was given up early; the value so far is recorded but
                     never becomes the best
      --json         {"id", "outcome": "committed" | "superseded"}

While a worker runs a trial, only its own program can tell that it has failed.
Superseded means that the trial already had a result, or that another worker
took it over: that result counts, this one does not; or that the trial rests and
nobody works on it: anthill help fidelity.

Exit status: 0 told, 1 failed, 2 usage, 4 no such study or trial, 5 superseded:
nothing has changed.
`

type Values = number | Said

type ToldEnd = { values: Values } | { failed: string } | { pruned: true; values?: Values }

export const tell: Verb = {
  usage: USAGE,
  options: { ...STUDY_OPTION, failed: { kind: 'optional' }, pruned: { kind: 'optional' } },
  run: tellEnd,
}

async function tellEnd(words: Words): Promise<number> {
  const { directory, trial: name, rest } = studyTrialAndRest(words)
  const told = endOf(words, rest)
  const study = await openToSteer(directory, 'tell', [String(name), ...rest])
  try {
    const trial = await findTrial(study, name)
    const end = withoutInfinite(told, Object.keys(study.objectives))
    const outcome = await study.tell(trial.id, end)
    const label = `trial ${trial.number ?? trial.id}`
    if (words.has('json')) printJson({ id: trial.id, outcome })
    else if (outcome === 'superseded') say(`${label} ${whyUnchanged(await study.trial(trial.id), study)}`)
    else if ('failed' in end) say(`${label} failed: ${end.failed}`)
    return outcome === 'superseded' ? EXIT_STATUS.unchanged : EXIT_STATUS.done
  } finally {
    await study.close()
  }
}

/** Why nothing was told: the trial has another end, or rests, and nobody works on it. */
function whyUnchanged({ state, detail }: TrialRecord, { directory }: Study<Config>): string {
  if (state !== 'paused') return 'has already ended; that result counts, this one does not'
  const remedy = 'it goes on once it is among the best there, and then its next value may be told'
  return `rests, with ${detail}, and nothing has changed; ${remedy}: ${commandOn('ask', directory)}`
}

/** The end that the command line tells; `rest` are the arguments after the trial. */
function endOf(words: Words, rest: readonly string[]): ToldEnd {
  if (words.has('failed') && words.has('pruned'))
    throw new UsageError('--failed and --pruned exclude each other; keep one of them', helpOf('tell'))
  if (words.has('failed'))
    return { failed: [words.text('failed'), ...rest].filter(Boolean).join(' ') || 'reported as failed' }
  if (words.has('pruned')) {
    const values = [words.text('pruned') ?? '', ...rest].filter((word) => word !== '')
    return values.length === 0 ? { pruned: true } : { pruned: true, values: valuesOf(values) }
  }
  return completeEnd(rest)
}

function completeEnd(words: readonly string[]): ToldEnd {
  if (words.length === 0) throw new UsageError('no value given; give a number, --failed or --pruned', helpOf('tell'))
  const values = valuesOf(words)
  if (typeof values === 'number' && !Number.isFinite(values)) return { failed: `the value ${words[0]} is not finite` }
  return { values }
}

/**
 * A trial with an objective that is not finite has failed. Any other output that is not finite was not said, as in what
 * a program prints.
 */
function withoutInfinite(end: ToldEnd, objectives: readonly string[]): ToldEnd {
  if (!('values' in end) || typeof end.values !== 'object') return end
  const isInfinite = ([, value]: readonly [string, Output]): boolean =>
    typeof value === 'number' && !Number.isFinite(value)
  const entries = Object.entries(end.values)
  const wrong = entries.find((entry) => objectives.includes(entry[0]) && isInfinite(entry))
  if (wrong !== undefined) return { failed: `the value ${wrong[1]} of '${wrong[0]}' is not finite` }
  return { ...end, values: Object.fromEntries(entries.filter((entry) => !isInfinite(entry))) }
}

/** One number, or NAME=VALUE for each objective and for what else the trial says. */
function valuesOf(words: readonly string[]): Values {
  const [first = ''] = words
  if (words.length === 1 && !first.includes('=')) return numberOf(first)
  const entries = words.map((word) => {
    const split = word.indexOf('=')
    if (split < 1)
      throw new UsageError(`unexpected argument '${word}'; give several values as NAME=VALUE`, helpOf('tell'))
    return [word.slice(0, split), outputOf(word.slice(split + 1))] as const
  })
  return Object.fromEntries(entries)
}

function outputOf(word: string): Output {
  const text = word.trim()
  return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : (parseNumber(text) ?? word)
}

function numberOf(word: string): number {
  const value = parseNumber(word.trim())
  if (value === undefined) throw new UsageError(`value: must be a number, got '${word}'`, helpOf('tell'))
  return value
}

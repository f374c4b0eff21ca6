/** `anthill report-value`: an intermediate value of a trial, told by its own program. */

import { parseNumber } from '../runner/python-json.ts'
import { helpOf } from './arguments.ts'
import type { Words } from './arguments.ts'
import { EXIT_STATUS, UsageError } from './failure.ts'
import { say } from './screen.ts'
import type { Verb } from './verb.ts'

const USAGE = `Usage: anthill report-value VALUE [--step N] [--json]

  anthill report-value 0.42 --step 3

Tells a value of a trial while it runs, for --pruner and for anthill show. Only
a program that anthill run has started can call it: the trial is known by
ANTHILL_TRIAL_DIR and ANTHILL_ATTEMPT. VALUE may be nan.

      --step N       its place on the curve (default: one after the last one)
      --json         {"reported": true}; false if the attempt has ended

Exit status: 0 reported, 1 failed, 2 usage, 5 the attempt has ended: nothing
was recorded.
`

export const reportValue: Verb = { usage: USAGE, options: { step: { kind: 'text' } }, run: report }

async function report(words: Words): Promise<number> {
  const [word, surplus] = words.plain
  const help = helpOf('report-value')
  if (word === undefined) throw new UsageError('no value given; give a number, as in anthill report-value 0.42', help)
  if (surplus !== undefined) throw new UsageError(`unexpected argument '${surplus}'; it takes one value`, help)
  const value = numberIn(word, 'value')
  const text = words.text('step')
  const step = text === undefined ? {} : { step: numberIn(text, "option '--step'") }
  if (step.step !== undefined && !Number.isFinite(step.step))
    throw new UsageError(`option '--step': must be finite, got '${text}'`, help)
  const { ANTHILL_TRIAL_DIR: directory = '', ANTHILL_ATTEMPT: attempt = '' } = process.env
  if (directory === '' || !/^[1-9]\d{0,5}$/.test(attempt))
    throw new UsageError('no trial: only a program that anthill run has started can report values', help)
  const { appendReport } = await import('../runner/reports.ts')
  const isReported = appendReport(directory, Number(attempt), { value, ...step })
  if (words.has('json')) process.stdout.write(`${JSON.stringify({ reported: isReported })}\n`)
  else if (!isReported) say('the attempt of this trial has ended; nothing was recorded')
  return isReported ? EXIT_STATUS.done : EXIT_STATUS.unchanged
}

function numberIn(word: string, subject: string): number {
  const value = parseNumber(word.trim())
  if (value === undefined) throw new UsageError(`${subject}: must be a number, got '${word}'`, helpOf('report-value'))
  return value
}

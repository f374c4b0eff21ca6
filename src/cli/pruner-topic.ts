/** `anthill help pruner`: the pruners, their options from the table of the gate, and how values are told. */

import { PRUNER_OPTIONS } from '../pruner/options.ts'
import { linesOf } from './sampler-topic.ts'

const HEAD = `Usage: --pruner NAME, or --pruner 'NAME OPTION=VALUE ...'

  anthill run -n 100 --pruner 'median warmup=5' --param lr=1e-5..1e-1~log \\
      --curve 'step (?<step>\\d+): loss (?<value>\\S+)' -- ./train --lr {lr}

Ends trials early that do not look promising, by the values that they report
while they run. Without --pruner no trial is ended, and its values are kept. A
study has one pruner, and keeps the one that it was created with, so a process
that joins it need not say it again. A trial that is ended is pruned: anthill
show and anthill why say why, and it never becomes the best.

NAME
  none         no trial is ended early; the default
  median       the better half of the trials that came as far go on
  percentile   a share of them goes on
  threshold    values must stay within bounds, and be finite
  patience     a trial must improve within a number of steps
  halving      at steps 1, 3, 9, 27 ... a third of the trials goes on
  hyperband    the same in groups that begin to stop at different steps
  curve        a trial must be expected to become the best
`

const TAIL = `
How a program tells values while it runs
  a line of JSON       with "step" and the objective (the first, if there are
                       several) or "value": {"step": 3, "loss": 0.4}
  --curve REGEX        one group for the value, or groups (?<step>...) and
                       (?<value>...); then lines of JSON do not count
  anthill report-value 0.4 --step 3
                       called by the program, from any language

Without a step, a value comes one step after the last one, from 0. Steps may
come in any order. If there are many values, an even part is kept, 1,000 at
most. What the program prints last is still its answer: anthill help results.

A program that is ended gets TERM, and KILL after --grace. It may also say
itself that it was pruned, by {"pruned": true} as its answer, or by anthill tell
--pruned. In the library: trial.report, trial.shouldStop and trial.prune.

A pruned trial teaches the models as well: by its last value, but at most as the
median of the complete trials. With --sampler 'auto pruned=predicted' it has the
value at which curve expected it to end.

Exit status: a wrong pruner ends a command with status 2.
`

/** Those with options. */
const NAMES = ['median', 'percentile', 'threshold', 'patience', 'halving', 'hyperband', 'curve'] as const

export const PRUNER_TOPIC = `${HEAD}
${NAMES.map((name) => `Options of ${name}\n${linesOf(PRUNER_OPTIONS[name])}`).join('\n\n')}
${TAIL}`

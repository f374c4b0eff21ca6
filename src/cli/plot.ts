/** `anthill plot`: a figure of a study, in the terminal, as SVG, as a table or as JSON. */

import { commandOn } from '../report/command-text.ts'
import { nearestName } from '../space/nearest-name.ts'
import { HISTORY_AXES } from '../report/history-axis.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import type { Figure } from '../report/figure.ts'
import { helpOf } from './arguments.ts'
import type { Options, Words } from './arguments.ts'
import { NothingThere, UsageError } from './failure.ts'
import { openToRead } from './opening.ts'
import { askedOf, kindOf } from './plot/asked.ts'
import { PLOT_KINDS } from './plot/kinds.ts'
import { checkOutput, printFigure } from './plot/output.ts'
import { STUDY_OPTION, studyBefore } from './positionals.ts'
import type { Verb } from './verb.ts'

const USAGE = `Usage: anthill plot [DIR | -s DIR] KIND [NAME...] [options]

  anthill plot runs/mnist history
  anthill plot runs/mnist slice lr --last 200
  anthill plot runs/mnist importance --svg=importance.svg

A figure of a study, with a sentence that says what it shows. KIND is one of:

  history          the value of each trial, and the best so far
  slice P          values by a parameter, and what a model expects along it
  contour P Q      what a model expects over two parameters
  importance       which parameters matter
  parallel [P...]  each trial as a line through its parameters
  pareto           two objectives; of one objective: value and duration
  failures         where trials fail
  timeline         which worker did what, and when
  duration [P]     how long trials took, by value or by a parameter
  curve [TRIAL...] intermediate values by step
  edf              the share of trials that reach a value
  rank P Q         good and bad trials over two parameters
  room             how much better it can become
  calibration      a model's predictions of trials that it has not seen
  forecasts        what was predicted of trials before they ran

      --objective NAME  another objective than the first one
      --last N       only the last N trials (history, slice, timeline,
                     duration)
      --by WHAT      what history runs along: number (default), time, hours
      --linear       no logarithmic axis for values (history, slice, duration,
                     curve)
      --top SHARE    how many trials parallel draws as the best (10%)
      --size CxR     columns and rows (default: the terminal, at most 110x28);
                     with --svg width and height in pixels (960x360)
      --ascii        dots, colons and stars instead of braille
      --svg[=FILE]   SVG, to standard output or a file
      --table[=N]    the numbers, at most N rows (50)
      --json         the figure: its axes, marks and sentence
  -s, --study DIR    the study (default: ANTHILL_STUDY, else ./anthill-study)

Exit status: 0 printed, 1 failed, 2 usage, 4 no such study, or nothing to draw.
`

const OPTIONS = {
  ...STUDY_OPTION,
  objective: { kind: 'text' },
  last: { kind: 'text' },
  by: { kind: 'text', values: HISTORY_AXES },
  linear: { kind: 'flag' },
  top: { kind: 'text' },
  size: { kind: 'text' },
  ascii: { kind: 'flag' },
  svg: { kind: 'optional' },
  table: { kind: 'optional' },
} as const satisfies Options

export const plot: Verb = { usage: USAGE, options: OPTIONS, run: plotFigure }

async function plotFigure(words: Words): Promise<number> {
  checkOutput(words)
  const { directory, rest } = studyBefore(words, (word) => Object.hasOwn(PLOT_KINDS, word))
  const [name = misspelled(words), ...names] = rest
  if (name === undefined)
    throw new UsageError(`no kind of figure given; give ${Object.keys(PLOT_KINDS).join(', ')}`, helpOf('plot'))
  const kind = kindOf(name, names, words)
  const study = await openToRead(directory, 'plot', rest)
  try {
    const { readFacts } = await import('./report/dossier.ts')
    const facts = await readFacts(study, {
      path: study.directory,
      withModels: kind.hasModel,
      forecasts: kind.forecasts ?? 0,
    })
    const figure = kind.figure(facts, askedOf(kind, names, words, facts))
    if (figure.empty !== null) throw nothingToDraw(study, name, figure.empty)
    printFigure(figure, facts, words, study.directory)
    return 0
  } finally {
    await study.close()
  }
}

/** A single word that is nearly a kind of figure, where the study should be. */
const misspelled = ({ plain, has }: Words): string | undefined =>
  !has('study') && plain.length === 1 && nearestName(plain[0]!, Object.keys(PLOT_KINDS)) !== undefined
    ? plain[0]
    : undefined

/** The sentence of an empty figure as an error. */
function nothingToDraw(study: Study<Config>, kind: string, why: Figure['empty'] & string): NothingThere {
  const reason = why.charAt(0).toLowerCase() + why.slice(1).replace(/\.$/, '')
  return new NothingThere(
    `'${study.directory}' has nothing for ${kind}: ${reason}`,
    commandOn('status', study.directory),
  )
}

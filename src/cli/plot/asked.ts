/** What a line of `anthill plot` asks for: the kind of figure, and the names after it, found in the study. */

import type { HistoryBy } from '../../report/history-axis.ts'
import type { Columns } from '../../report/columns.ts'
import type { Facts } from '../../report/facts.ts'
import { didYouMean } from '../../space/nearest-name.ts'
import { helpOf } from '../arguments.ts'
import type { Words } from '../arguments.ts'
import { NothingThere, UsageError } from '../failure.ts'
import { trialNamed } from '../positionals.ts'
import { PLOT_KINDS } from './kinds.ts'
import type { Asked, FigureOption, PlotKind } from './kinds.ts'

const FIGURE_OPTIONS: readonly FigureOption[] = ['objective', 'last', 'by', 'linear', 'top']

/**
 * The kind of a figure by its name.
 *
 * @param names  the words after it: their number is checked, and so is what the kind does with the options
 * @throws UsageError
 */
export function kindOf(name: string, names: readonly string[], words: Words): PlotKind {
  if (!Object.hasOwn(PLOT_KINDS, name)) {
    const kinds = Object.keys(PLOT_KINDS)
    throw new UsageError(
      `'${name}' is not a kind of figure${didYouMean(name, kinds) || `; give ${kinds.join(', ')}`}`,
      helpOf('plot'),
    )
  }
  const kind = PLOT_KINDS[name]!
  const noun = kind.takes === 'trials' ? 'trial' : 'parameter'
  if (names.length < kind.least) {
    const needed = kind.least === 1 ? `a ${noun}` : `${kind.least} ${noun}s`
    throw new UsageError(
      `plot ${name}: takes ${needed}, got ${names.length === 0 ? 'none' : names.length}`,
      helpOf('plot'),
    )
  }
  if (names.length > kind.most) {
    const most = kind.most === 0 ? `no ${noun}` : `at most ${kind.most} ${noun}${kind.most === 1 ? '' : 's'}`
    throw new UsageError(
      `plot ${name}: takes ${most}, got '${names.join(' ')}'; name the study before the kind`,
      helpOf('plot'),
    )
  }
  for (const option of FIGURE_OPTIONS)
    if (words.has(option) && !kind.options.includes(option)) {
      const kinds = Object.keys(PLOT_KINDS).filter((each) => PLOT_KINDS[each]!.options.includes(option))
      throw new UsageError(
        `option '--${option}': plot ${name} does not take it; ${kinds.join(', ')} do`,
        helpOf('plot'),
      )
    }
  words.count('last', 1)
  shareOf(words)
  return kind
}

/**
 * What is asked of a figure.
 *
 * @throws UsageError for a parameter or an objective that the study does not have, NothingThere for a trial
 */
export function askedOf(kind: PlotKind, names: readonly string[], words: Words, facts: Facts): Asked {
  const { columns, study } = facts
  const objective = words.text('objective')
  const objectives = Object.keys(study.goals.objectives)
  if (objective !== undefined && !objectives.includes(objective)) {
    const known = didYouMean(objective, objectives) || `; the objectives are ${objectives.join(', ')}`
    throw new UsageError(`option '--objective': '${objective}' is not an objective${known}`)
  }
  const find = kind.takes === 'trials' ? trialAt : parameterAt
  return {
    named: names.map((name) => find(columns, name)),
    objective,
    last: words.count('last', 1),
    by: words.text('by') as HistoryBy | undefined,
    isLinear: words.has('linear'),
    top: shareOf(words),
  }
}

/** The index of a parameter by its label, or by a name that only one has. */
function parameterAt({ parameters }: Columns, name: string): number {
  const labels = parameters.map(({ label }) => label)
  const found = labels.indexOf(name)
  if (found >= 0) return found
  const alike = parameters.flatMap(({ leaf }, k) => (leaf.name === name ? [k] : []))
  if (alike.length === 1) return alike[0]!
  if (alike.length > 1) {
    const some = alike.map((k) => `'${labels[k]}'`).join(', ')
    throw new UsageError(`'${name}' is more than one parameter; give one of ${some}`)
  }
  throw new UsageError(`'${name}' is not a parameter${didYouMean(name, labels) || `; they are ${labels.join(', ')}`}`)
}

/** The index of a trial by its number, or by the first digits of its id. */
function trialAt({ number, id }: Columns, name: string): number {
  const wanted = trialNamed(name)
  const found = typeof wanted === 'number' ? number.indexOf(wanted) : id.findIndex((each) => each.startsWith(wanted))
  if (found < 0) throw new NothingThere(`no trial '${name}'`)
  return found
}

/** A share, as `10%` or `0.1`; undefined if it is not given. */
function shareOf(words: Words): number | undefined {
  const word = words.text('top')
  if (word === undefined) return undefined
  const [, digits, percent] = /^(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(word) ?? []
  const share = Number(digits) / (percent === '%' ? 100 : 1)
  if (digits === undefined || !(share > 0 && share <= 1))
    throw new UsageError(`option '--top': must be a share such as 10% or 0.1, got '${word}'`)
  return share
}

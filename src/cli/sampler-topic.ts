/** `anthill help sampler`: the samplers and their options, printed from the table of the gate. */

import type { Table, Value } from '../space/option-values.ts'
import { SCHEDULE } from '../sampler/schedule.ts'
import { isRecord } from '../space/options.ts'
import { SAMPLER_OPTIONS } from '../sampler/options.ts'
import { wrapped } from './screen.ts'

/** The help fits into this many columns. */
const WIDTH = 79

/** Where the text about an option begins. */
const INDENT = 15

/** More words than fit into this many columns are listed below an option only. */
const LONGEST_FORM = 60

const HEAD = `Usage: --sampler NAME, or --sampler 'NAME OPTION=VALUE ...', or --sampler FILE

  anthill run -n 100 --sampler 'auto acquisition=lcb acquisition.kappa=2.5' \\
      --param x=0.0..1.0 -- ./solve --x {x}

Says how the next config is chosen. A study keeps the sampler and the options
that it was created with, so a process that joins it need not say them again.
Commas make lists. A word may have options of its own, which follow it after a
dot: models=process,forest models.kernel=rbf.

NAME
  auto         models of the results so far suggest what to try; the default
  bayesian     the same
  sobol        points that cover the space evenly
  random       independent draws
  halton, hammersley, lhs, k-lhs
               other designs: see design below
  grid         every combination once, in order
  local        small changes of the best config so far
  evolve, breed
               children of good configs: an evolution strategy, and tournaments
  cma          CMA-ES: learns how numbers depend on each other
`

const TAIL = `
FILE ends in .json and has the same as an object, with "kind" for the name:

  {"kind": "auto", "models": ["plain", "forest"]}

If you come from another tool, its name and its words are understood as well:
deephyper, hyperengine, hypermapper (FILE may be a scenario), mipego, skopt.
Its defaults come with its name, and what anthill does not have is refused.

  --sampler 'deephyper acq_func=UCB kappa=1.96'
  --sampler 'hypermapper scenario.json'

Exit status: a wrong sampler ends a command with status 2.
`

/** Samplers with options that no other one has. */
const OTHERS = ['grid', 'local', 'evolve', 'breed', 'cma'] as const

export const SAMPLER_TOPIC = `${HEAD}
Options of auto and bayesian
${linesOf(SAMPLER_OPTIONS.auto)}

SCHEDULE: how a number changes, as in acquisition.kappa=linear
  acquisition.kappa.from=3 acquisition.kappa.to=0 acquisition.kappa.over=50
${linesOfWords('', SCHEDULE)}

${OTHERS.map((name) => `Options of ${name}\n${linesOf(SAMPLER_OPTIONS[name])}`).join('\n\n')}

The other designs have the options that they have as design.
${TAIL}`

/**
 * The lines of a table. The words that an option may be follow it, each with its own options. Those that an option of a
 * word may be are the same elsewhere in the help.
 */
export function linesOf(table: Table, path = '', indent = 2): string {
  return Object.entries(table)
    .flatMap(([name, { value, line, ...rest }]) => {
      const text = rest.default === undefined ? line : `${line} (default: ${shownDefault(rest.default)})`
      const option = entry(`${path}${name}=${formOf(value)}`, text, indent)
      return path === '' ? [option, linesOfWords(name, value)] : [option]
    })
    .filter((lines) => lines !== '')
    .join('\n')
}

/** Words that need to be explained, each with its own options; if an earlier word has the same ones, with its name. */
function linesOfWords(path: string, { tables = {}, lines = {} }: Value): string {
  const words = Object.entries(tables)
  return words
    .flatMap(([word, below]) => {
      const first = words.find(([, other]) => sameNames(other, below))![0]
      const isRepeated = first !== word && Object.keys(below).length > 0
      const text = (lines[word] ?? '') + (isRepeated ? `; options as ${first}` : '')
      return [text === '' ? '' : entry(word, text, 4), isRepeated ? '' : linesOf(below, `${path}.`, 6)]
    })
    .filter((part) => part !== '')
    .join('\n')
}

/** How an option is written. Words that are explained below it need not stand there if they are many. */
function formOf({ form, lines = {}, isList = false }: Value): string {
  if (form.length <= LONGEST_FORM || Object.keys(lines).length === 0) return form
  return isList ? 'WORD,WORD' : 'WORD'
}

function sameNames(a: Table, b: Table): boolean {
  return Object.keys(a).join() === Object.keys(b).join()
}

function shownDefault(value: unknown): string {
  if (Array.isArray(value)) return value.join(',')
  if (typeof value === 'number') return String(Number(value.toPrecision(3)))
  return isRecord(value) ? Object.values(value).join(' ') : String(value)
}

/** A name, and a text about it. */
function entry(name: string, text: string, indent: number): string {
  const head = ' '.repeat(indent) + name
  const margin = INDENT + indent - 2
  const lines = wrapped(text, WIDTH - margin).split('\n')
  const [first, ...more] = lines.map((part) => ' '.repeat(margin) + part)
  const isShort = head.length < margin - 1
  return (isShort ? [head.padEnd(margin) + first!.trimStart(), ...more] : [head, first!, ...more]).join('\n')
}

/** `anthill help sampler`: the samplers and their options, printed from the table of the gate. */

import type { Option, Table } from '../sampler/option-values.ts'
import { SAMPLER_OPTIONS } from '../sampler/options.ts'

/** The help fits into this many columns. */
const WIDTH = 79

/** Where the text about an option begins. */
const INDENT = 15

const HEAD = `Usage: --sampler NAME, or --sampler 'NAME OPTION=VALUE ...', or --sampler FILE

  anthill run -n 100 --sampler 'auto models=plain,forest' \\
      --param x=0.0..1.0 -- ./solve --x {x}

Says how the next config is chosen. A study keeps the sampler and the options
that it was created with, so a process that joins it need not say them again.
Commas make lists.

NAME
  auto         models of the results so far suggest what to try; the default
  bayesian     the same
  sobol        points that cover the space evenly
  random       independent draws
  grid         every combination once, in order
`

const TAIL = `
FILE ends in .json and has the same as an object, with "kind" for the name:

  {"kind": "auto", "models": ["plain", "forest"]}

Exit status: a wrong sampler ends a command with status 2.
`

export const SAMPLER_TOPIC = `${HEAD}
Options of auto and bayesian
${linesOf(SAMPLER_OPTIONS.auto)}

Options of grid
${linesOf(SAMPLER_OPTIONS.grid)}
${TAIL}`

/** The lines of a table. The options of a word follow the option that may be this word. */
export function linesOf(table: Table, path = '', owner = ''): string {
  return Object.entries(table)
    .flatMap(([name, option]) => [
      ...linesOfOption(path + name, option, owner),
      ...Object.entries(option.value.tables ?? {})
        .map(([word, below]) => linesOf(below, `${path}${name}.`, `of ${word}: `))
        .filter((lines) => lines !== ''),
    ])
    .join('\n')
}

/** What an option may be, then what it does and its default. */
function linesOfOption(name: string, { value, line, ...rest }: Option, owner: string): string[] {
  const shown = Array.isArray(rest.default) ? 'all' : String(rest.default)
  const text = owner + (rest.default === undefined ? line : `${line} (default: ${shown})`)
  const head = `  ${name}=${value.form}`
  const [first, ...more] = wrapped(text, WIDTH - INDENT).map((part) => ' '.repeat(INDENT) + part)
  return head.length < INDENT - 1 ? [head.padEnd(INDENT) + first!.trimStart(), ...more] : [head, first!, ...more]
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

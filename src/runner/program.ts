/**
 * The program of a command: found and checked where anthill was started, since it runs in the trial's directory.
 *
 * The program and scripts among its arguments become absolute paths; nothing else does. A path such as `model.pt` may
 * well be meant to be written, by each trial in its own directory.
 */

import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, extname, isAbsolute, join, resolve } from 'node:path'
import type { Space } from '../space/parameter.ts'
import { checkPlaceholders, hasPlaceholder } from './placeholders.ts'

/** A command that was checked: its words, still with placeholders. */
export interface Program {
  readonly argv: readonly string[]
  /** Where anthill was started. */
  readonly startDirectory: string
}

/**
 * Checks a command before anything is claimed for it.
 *
 * @param options  default: this process's working directory and PATH
 * @throws RangeError for a program that is not there or not executable, and for an unknown placeholder
 */
export function prepareProgram(
  command: readonly string[],
  space: Space,
  options: { readonly startDirectory?: string; readonly path?: string } = {},
): Program {
  const startDirectory = resolve(options.startDirectory ?? process.cwd())
  const [first, ...others] = command
  if (first === undefined || first === '')
    throw new RangeError('command: empty; write it after --, as in -- python train.py --lr {lr}')
  checkPlaceholders(command, space)
  const program = hasPlaceholder(first)
    ? first
    : findProgram(first, startDirectory, options.path ?? process.env['PATH'] ?? '')
  return {
    argv: [program, ...others.map((word) => (isScript(word, startDirectory) ? resolve(startDirectory, word) : word))],
    startDirectory,
  }
}

/** The program of a filled command line: a path that came out of a placeholder is made absolute as late as this. */
export function programPath(name: string, { startDirectory }: Program): string {
  return name.includes('/') ? resolve(startDirectory, name) : name
}

function findProgram(name: string, startDirectory: string, path: string): string {
  if (name.includes('/')) {
    const absolute = resolve(startDirectory, name)
    const kind = kindOf(absolute)
    if (kind === 'absent') throw new RangeError(`command '${name}' was not found: there is no file '${absolute}'`)
    if (kind === 'directory') throw new RangeError(`command '${name}' is a directory; name the program in it`)
    if (kind === 'plain')
      throw new RangeError(
        `command '${name}' is not executable; run 'chmod +x ${name}', or put its interpreter before it`,
      )
    return absolute
  }
  for (const folder of path.split(delimiter)) {
    const absolute = join(resolve(startDirectory, folder), name)
    if (kindOf(absolute) === 'executable') return absolute
  }
  const here = kindOf(resolve(startDirectory, name))
  const remedy =
    here === 'executable'
      ? `to run the file here write './${name}'`
      : here === 'plain'
        ? 'to run the file here put its interpreter before it'
        : 'install it, load its module, or give its path'
  throw new RangeError(`command '${name}' was not found in PATH; ${remedy}`)
}

function kindOf(path: string): 'absent' | 'directory' | 'plain' | 'executable' {
  try {
    if (statSync(path).isDirectory()) return 'directory'
  } catch {
    return 'absent'
  }
  try {
    accessSync(path, constants.X_OK)
    return 'executable'
  } catch {
    return 'plain'
  }
}

const SCRIPTS = new Set(
  '.py .pyz .r .jl .js .mjs .cjs .ts .mts .cts .sh .bash .zsh .fish .csh .ksh .pl .rb .lua .m .jar .php .tcl .sif .ipynb .awk .sed .scm .groovy .ps1'.split(
    ' ',
  ),
)
const PROGRAMS = new Set(['', '.out', '.exe', '.bin', '.x'])

/** A file that lies here and is run rather than read or written: of a script's kind, or executable and given as a path. */
function isScript(word: string, startDirectory: string): boolean {
  if (word === '' || word.startsWith('-') || isAbsolute(word) || hasPlaceholder(word)) return false
  const extension = extname(word).toLowerCase()
  const isNamedSo = SCRIPTS.has(extension)
  if (!isNamedSo && !(word.includes('/') && PROGRAMS.has(extension))) return false
  const kind = kindOf(resolve(startDirectory, word))
  return kind === 'executable' || (kind === 'plain' && isNamedSo)
}

/**
 * Finds and checks the program of a command in the directory where anthill was started, since it will run in the
 * trial's directory.
 *
 * The program becomes an absolute path, and so do scripts among its arguments. Other arguments stay as they are: a path
 * such as `model.pt` may be a file that each trial writes in its own directory.
 */

import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, extname, isAbsolute, join, resolve } from 'node:path'
import type { Space } from '../space/parameter.ts'
import { checkPlaceholders, hasPlaceholder } from './placeholders.ts'

/** File name extensions of scripts. */
const SCRIPTS = new Set(
  (
    '.py .pyz .r .jl .js .mjs .cjs .ts .mts .cts .sh .bash .zsh .fish .csh .ksh .pl .rb .lua .m .jar .php .tcl .sif ' +
    '.ipynb .awk .sed .scm .groovy .ps1'
  ).split(' '),
)

/** File name extensions of programs. */
const PROGRAMS = new Set(['', '.out', '.exe', '.bin', '.x'])

/** A command that was checked, still with its placeholders. */
export interface Program {
  readonly argv: readonly string[]
  /** The directory in which anthill was started. */
  readonly startDirectory: string
  /** The program, unless it depends on the config, and the scripts: files that were there when the run began. */
  readonly files?: readonly string[]
  /** The name of the study's fidelity, if it has one. */
  readonly fidelity?: string | undefined
}

/**
 * Checks a command before any trial is claimed for it.
 *
 * @param options  default: this process's working directory and PATH
 * @throws RangeError if the program does not exist or is not executable, or if a placeholder is unknown
 */
export function prepareProgram(
  command: readonly string[],
  space: Space,
  options: { readonly startDirectory?: string; readonly path?: string; readonly fidelity?: string | undefined } = {},
): Program {
  const startDirectory = resolve(options.startDirectory ?? process.cwd())
  const [first, ...others] = command
  if (first === undefined || first === '')
    throw new RangeError('command: empty; write it after --, as in -- python train.py --lr {lr}')
  const { fidelity } = options
  checkPlaceholders(command, space, fidelity)
  const program = hasPlaceholder(first)
    ? first
    : findProgram(first, startDirectory, options.path ?? process.env['PATH'] ?? '')
  const argv = [
    program,
    ...others.map((word) => (isScript(word, startDirectory) ? resolve(startDirectory, word) : word)),
  ]
  const files = argv.filter((word, k) => !hasPlaceholder(word) && (k === 0 || isScriptPath(word)))
  return { argv, startDirectory, files, fidelity }
}

/** A file of the program that was there when the run began and is not there now; undefined if there is none. */
export function missingFile({ files = [] }: Program): string | undefined {
  return files.find((file) => kindOf(file) === 'absent')
}

/** The program of a filled command line. A path that came out of a placeholder becomes absolute only here. */
export function programPath(name: string, { startDirectory }: Program): string {
  return name.includes('/') ? resolve(startDirectory, name) : name
}

function findProgram(name: string, startDirectory: string, path: string): string {
  if (name.includes('/')) {
    const absolute = resolve(startDirectory, name)
    const kind = kindOf(absolute)
    if (kind === 'absent') throw new RangeError(`command '${name}': not found, there is no file '${absolute}'`)
    if (kind === 'directory') throw new RangeError(`command '${name}': a directory; name the program in it`)
    if (kind === 'plain')
      throw new RangeError(
        `command '${name}': not executable; run 'chmod +x ${name}', or put its interpreter before it`,
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
      ? `write './${name}' for the file in this directory`
      : here === 'plain'
        ? 'put its interpreter before it to run the file in this directory'
        : 'install it, load its module, or give its path'
  throw new RangeError(`command '${name}': not found in PATH; ${remedy}`)
}

/** Whether a word is the absolute path of a script that is there. */
function isScriptPath(word: string): boolean {
  if (!isAbsolute(word) || !SCRIPTS.has(extname(word).toLowerCase())) return false
  const kind = kindOf(word)
  return kind === 'executable' || kind === 'plain'
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

/** Whether a word names a file that is run, not read or written: it is a script by its name, or an executable path. */
function isScript(word: string, startDirectory: string): boolean {
  if (word === '' || word.startsWith('-') || isAbsolute(word) || hasPlaceholder(word)) return false
  const extension = extname(word).toLowerCase()
  const isScriptName = SCRIPTS.has(extension)
  if (!isScriptName && !(word.includes('/') && PROGRAMS.has(extension))) return false
  const kind = kindOf(resolve(startDirectory, word))
  return kind === 'executable' || (kind === 'plain' && isScriptName)
}

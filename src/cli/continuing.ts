/** The line that continues a run: the same words with an end that is further away, quoted for a shell. */

import { basename, dirname, relative } from 'node:path'
import { shellWord } from '../space/words.ts'

/** What the line says in place of the ends that were given. */
export interface ContinuedEnds {
  readonly trials: number
  readonly maxHours?: number | undefined
}

/**
 * The line for a person to copy.
 *
 * @param words    the words after `anthill run`
 * @param ends     replace those of the words
 * @param command  how this program was started
 */
export function continuingLine(
  words: readonly string[],
  { trials: total, maxHours }: ContinuedEnds,
  command: readonly string[] = startedAs(),
): string {
  const end = words.indexOf('--')
  const own = end < 0 ? words : words.slice(0, end)
  const replaced = own.map((word, k) => {
    if (own[k - 1] === '-n' || own[k - 1] === '--trials') return String(total)
    if (own[k - 1] === '--max-hours') return String(maxHours)
    if (word.startsWith('--trials=')) return `--trials=${total}`
    if (word.startsWith('--max-hours=')) return `--max-hours=${maxHours}`
    return /^-n.+$/.test(word) ? `-n${total}` : word
  })
  return [...command, 'run', ...replaced, ...words.slice(own.length)].map(quoted).join(' ')
}

/** The words that start this program again from here: its name if it has one, else its file. */
export function startedAs(file = process.argv[1] ?? 'anthill', directory = process.cwd()): string[] {
  if (basename(file) !== 'anthill') return ['node', relative(directory, file)]
  // Perhaps npx started it, but npx does not pass signals on, so it is not recommended.
  return basename(dirname(file)) === '.bin' ? [relative(directory, file)] : ['anthill']
}

/** `lr=1e-5..1e-1~log` and `{lr}` stay readable: `~` is safe unless it begins a word, braces unless they expand. */
function quoted(word: string): string {
  const isPlain = /^[A-Za-z0-9_@%+=:,./{}-][A-Za-z0-9_@%+=:,./{}~-]*$/.test(word)
  const isExpanded = /\{[^{}]*(,|\.\.)[^{}]*\}/.test(word)
  return isPlain && !isExpanded ? word : shellWord(word)
}

/** The line that continues a run: the same words with a larger total, quoted for a shell. */

import { basename, dirname, relative } from 'node:path'
import { shellWord } from '../space/words.ts'

/** The words after `anthill run`, with `total` in place of the number of trials; `command` is how this program was started. */
export function continuingLine(
  words: readonly string[],
  total: number,
  command: readonly string[] = startedAs(),
): string {
  const end = words.indexOf('--')
  const own = end < 0 ? words : words.slice(0, end)
  const replaced = own.map((word, k) => {
    if (own[k - 1] === '-n' || own[k - 1] === '--trials') return String(total)
    if (word.startsWith('--trials=')) return `--trials=${total}`
    return /^-n.+$/.test(word) ? `-n${total}` : word
  })
  return [...command, 'run', ...replaced, ...words.slice(own.length)].map(quoted).join(' ')
}

// A person copies this line: `lr=1e-5..1e-1~log` and `{lr}` are safe in the middle of a word, `~` at its start is not.
function quoted(word: string): string {
  const isPlain = /^[A-Za-z0-9_@%+=:,./{}-][A-Za-z0-9_@%+=:,./{}~-]*$/.test(word)
  const isExpanded = /\{[^{}]*(,|\.\.)[^{}]*\}/.test(word)
  return isPlain && !isExpanded ? word : shellWord(word)
}

/** The words by which a person starts this program again from here: by name where it has one, else by its file. */
export function startedAs(file = process.argv[1] ?? 'anthill', directory = process.cwd()): string[] {
  if (basename(file) !== 'anthill') return ['node', relative(directory, file)]
  // Not npx, though it was npx perhaps: it does not pass signals on.
  return basename(dirname(file)) === '.bin' ? [relative(directory, file)] : ['anthill']
}

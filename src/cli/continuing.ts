/** The line that continues a run: the same words with a larger total, quoted for a shell. */

import { shellWord } from '../space/words.ts'

/** The words after `anthill run`, with `total` in place of the number of trials. */
export function continuingLine(words: readonly string[], total: number): string {
  const end = words.indexOf('--')
  const own = end < 0 ? words : words.slice(0, end)
  const replaced = own.map((word, k) => {
    if (own[k - 1] === '-n' || own[k - 1] === '--trials') return String(total)
    if (word.startsWith('--trials=')) return `--trials=${total}`
    return /^-n.+$/.test(word) ? `-n${total}` : word
  })
  return ['anthill', 'run', ...replaced, ...words.slice(own.length)].map(quoted).join(' ')
}

// A person copies this line: `lr=1e-5..1e-1~log` and `{lr}` are safe in the middle of a word, `~` at its start is not.
const quoted = (word: string): string => (/^[A-Za-z0-9_@%+=:,./{}-][A-Za-z0-9_@%+=:,./{}~-]*$/.test(word) && !/\{[^{}]*(,|\.\.)[^{}]*\}/.test(word) ? word : shellWord(word))

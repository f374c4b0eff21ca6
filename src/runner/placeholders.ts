/**
 * Placeholders of a command line.
 *
 * | written | becomes |
 * | --- | --- |
 * | `{lr}`, `{optimizer.lr}` | the value of a parameter or constant; nothing in a branch that was not chosen |
 * | `{flags}` | all active parameters, `--lr 0.01 --opt adam`; as an argument of its own, several arguments |
 * | `{anthill.seed}` … | facts of the attempt; short `{seed}` where no parameter has that name |
 * | `{{lr}}` | the text `{lr}` |
 * | `${HOME}`, `{}`, `{"a": 1}`, `{print $1}` | stay as they are: no word in braces |
 *
 * Values are put in as they are and never read again: one that looks like a placeholder, or like shell, is only text.
 * In the script of a `sh -c` that is not so: the shell would read it. There only parameters are allowed whose every value
 * is a bare word, and `{flags}`, which is quoted, where the script itself does not quote it.
 */

import { basename } from 'node:path'
import { valueText } from '../space/canonical.ts'
import { survey } from '../space/flatten.ts'
import { nearestName } from '../space/nearest-name.ts'
import type { Parameter, Space } from '../space/parameter.ts'
import { allTexts, flagWords, flagsText, shellWord } from '../space/words.ts'
import { configPath } from '../paths.ts'
import type { AttemptFacts } from './attempt.ts'

const FACTS: Readonly<Record<string, (attempt: AttemptFacts) => string>> = {
  seed: ({ seed }) => String(seed),
  dir: ({ directory }) => directory,
  id: ({ id }) => id,
  number: ({ number }) => String(number),
  attempt: ({ attempt }) => String(attempt),
  config: ({ directory }) => configPath(directory),
}

const OWN = 'anthill.'

/** A `${…}`, a doubled word, or a word, whichever begins first. */
const TOKEN = /\$\{[^}]*\}|\{\{([A-Za-z_][A-Za-z0-9_.-]*)\}\}|\{([A-Za-z_][A-Za-z0-9_.-]*)\}/g

/** Throws a RangeError for a word in braces that is no placeholder of this space, and for a value that a shell would read. */
export function checkPlaceholders(argv: readonly string[], space: Space): void {
  const names = knownNames(space)
  const own = Object.keys(FACTS).concat('flags')
  const known = new Set([...names, ...own, ...own.map((name) => OWN + name)])
  for (const argument of argv) {
    for (const [text, , word] of argument.matchAll(TOKEN)) {
      if (word === undefined || known.has(word)) continue
      const near = nearestName(word, known)
      const parameters = [...names].map((name) => `{${name}}`).join(' ')
      throw new RangeError(
        `placeholder '${text}': no parameter has that name${near === undefined ? '' : ` (did you mean '{${near}}'?)`}; ` +
          `${parameters === '' ? 'the space has none' : `there are ${parameters}`}; for the text itself write {${text}}`,
      )
    }
  }
  for (const script of scriptsOf(argv)) checkScript(script, space)
}

/** Whether an argument has anything to be filled in. */
export function hasPlaceholder(argument: string): boolean {
  for (const [, , word] of argument.matchAll(TOKEN)) if (word !== undefined) return true
  return false
}

/** The command line of one attempt; what `checkPlaceholders` refuses stays as it is. */
export function fillCommand(argv: readonly string[], space: Space, attempt: AttemptFacts): string[] {
  const texts = allTexts(space, attempt.config)
  const names = knownNames(space)
  // Inside a longer argument the flags stand in a text that a shell of the user's own may read: `sh -c 'train {flags}'`.
  const isFlags = (word: string): boolean => word === `${OWN}flags` || (word === 'flags' && !names.has('flags'))
  const textOf = (word: string): string | undefined => {
    if (isFlags(word)) return flagsText(space, attempt.config)
    if (word.startsWith(OWN) && Object.hasOwn(FACTS, word.slice(OWN.length)))
      return FACTS[word.slice(OWN.length)]!(attempt)
    if (names.has(word)) return texts.get(word) ?? ''
    return Object.hasOwn(FACTS, word) ? FACTS[word]!(attempt) : undefined
  }
  return argv.flatMap((argument) => {
    if (argument === `{${OWN}flags}` || (argument === '{flags}' && isFlags('flags')))
      return flagWords(space, attempt.config)
    return argument.replace(TOKEN, (text: string, doubled: string | undefined, word: string | undefined) => {
      if (doubled !== undefined) return `{${doubled}}`
      return word === undefined ? text : (textOf(word) ?? text)
    })
  })
}

function knownNames(space: Space): Set<string> {
  const { leaves, constants } = survey(space)
  return new Set([...leaves, ...constants].map(({ name }) => name))
}

const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'fish'])

/** The arguments that a shell reads: the first one after the options of a shell, if `-c` is among these. */
function scriptsOf(argv: readonly string[]): { readonly shell: string; readonly text: string }[] {
  return argv.flatMap((word, place) => {
    const shell = basename(word)
    if (!SHELLS.has(shell)) return []
    let isScript = false
    let k = place + 1
    for (; /^[-+]./.test(argv[k] ?? '') && argv[k] !== '--'; k++) {
      const [, letters = ''] = /^[-+]([A-Za-z]+)$/.exec(argv[k]!) ?? []
      if (letters.includes('c')) isScript = true
      if (/[oO]$/.test(letters) || /^--(rcfile|init-file)$/.test(argv[k]!)) k++ // -o pipefail
    }
    const text = argv[argv[k] === '--' ? k + 1 : k]
    return isScript && text !== undefined ? [{ shell, text }] : []
  })
}

/** Throws a RangeError when a value would be read by the shell of this script. */
function checkScript({ shell, text }: { readonly shell: string; readonly text: string }, space: Space): void {
  const names = knownNames(space)
  for (const { 0: token, 2: word, index } of text.matchAll(TOKEN)) {
    if (word === undefined) continue
    const isFlags = word === `${OWN}flags` || (word === 'flags' && !names.has('flags'))
    // What quotes are open where it stands? Escaped characters and closed quotes say nothing of that.
    const isQuoted = /['"]/.test(text.slice(0, index).replace(/\\.|'[^']*'|"(\\.|[^"\\])*"/gs, ''))
    if (isFlags && !isQuoted) continue
    const value = textsOf(space, isFlags ? undefined : word).find((value) => shellWord(value) !== value)
    if (value === undefined) continue
    throw new RangeError(
      `placeholder '${token}': ${shell} would read its value ${JSON.stringify(value)} as part of the script; pass it as an argument: ` +
        `${shell} -c '… "${isFlags ? '$@' : '$1'}"' ${shell} ${token}`,
    )
  }
}

/** Every text that is not a number and may stand for a parameter or constant, or for any parameter. */
function textsOf(space: Space, name: string | undefined): string[] {
  const { leaves, constants } = survey(space)
  const valuesOf = (parameter: Parameter): string[] => {
    if (parameter.type === 'branch') return Object.keys(parameter.branches)
    return 'values' in parameter ? parameter.values.map((value) => valueText(parameter, value)) : []
  }
  return [
    ...leaves
      .filter((leaf) => name === undefined || leaf.name === name)
      .flatMap(({ parameter }) => valuesOf(parameter)),
    ...constants.filter((constant) => constant.name === name).map(({ value }) => valueText(undefined, value)),
  ]
}

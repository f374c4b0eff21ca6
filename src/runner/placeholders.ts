/**
 * The placeholders of a command line.
 *
 * | written | becomes |
 * | --- | --- |
 * | `{lr}`, `{optimizer.lr}` | the value of a parameter or constant; nothing if its branch was not chosen |
 * | `{flags}` | all active parameters, `--lr 0.01 --opt adam`; several arguments if it stands alone |
 * | `{epochs}` | how far the attempt goes, if the study's fidelity has that name; also `{fidelity}` |
 * | `{anthill.seed}` … | a fact of the attempt; in short `{seed}`, unless a parameter has that name |
 * | `{{lr}}` | the text `{lr}` |
 * | `${HOME}`, `{}`, `{"a": 1}`, `{print $1}` | themselves, since these are not a word in braces |
 *
 * A value is put in as it is and never read again: a value that looks like a placeholder or like shell is only text.
 *
 * The script of a `sh -c` is different, since the shell reads what was put in. Two things are allowed there: parameters
 * whose values are all bare words, and `{flags}` outside of quotes, since anthill quotes the flags itself.
 */

import { basename } from 'node:path'
import { valueText } from '../space/canonical.ts'
import { namesIn } from '../space/derive.ts'
import { TEXT } from '../space/expression/kinds.ts'
import { survey } from '../space/flatten.ts'
import { listedValues } from '../space/levels.ts'
import { didYouMean } from '../space/nearest-name.ts'
import type { Parameter, Space } from '../space/parameter.ts'
import { allTexts, flagWords, flagsText, shellWord } from '../space/words.ts'
import { configPath } from '../paths.ts'
import type { AttemptFacts } from './attempt.ts'

/** The facts of an attempt, by the word in braces. */
const FACTS: Readonly<Record<string, (facts: AttemptFacts) => string>> = {
  seed: ({ seed }) => String(seed),
  dir: ({ directory }) => directory,
  id: ({ id }) => id,
  number: ({ number }) => String(number),
  attempt: ({ attempt }) => String(attempt),
  fidelity: ({ fidelity }) => String(fidelity ?? ''),
  config: ({ directory }) => configPath(directory),
}

/** What the long name of a fact begins with. */
const OWN = 'anthill.'

/** A `${…}`, a word in double braces, or a word in braces. */
const TOKEN = /\$\{[^}]*\}|\{\{([A-Za-z_][A-Za-z0-9_.-]*)\}\}|\{([A-Za-z_][A-Za-z0-9_.-]*)\}/g

const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'fish'])

/**
 * Checks the placeholders of a command.
 *
 * @param fidelity  the name of the study's fidelity, if it has one
 * @throws RangeError if a word in braces is not a placeholder of this space, or if a shell would read a value
 */
export function checkPlaceholders(argv: readonly string[], space: Space, fidelity?: string): void {
  const names = knownNames(space)
  if (fidelity !== undefined) names.add(fidelity)
  const own = Object.keys(FACTS).concat('flags')
  const known = new Set([...names, ...own, ...own.map((name) => OWN + name)])
  for (const argument of argv) {
    for (const [text, , word] of argument.matchAll(TOKEN)) {
      if (word === undefined || known.has(word)) continue
      const parameters = [...names].map((name) => `{${name}}`).join(' ')
      const choice = parameters === '' ? 'the space has none' : `there are ${parameters}`
      // Any two names of one letter are one edit apart, so such a hint would be noise.
      const hint = word.length === 1 ? '' : didYouMean(word, known, (name) => `'{${name}}'`)
      throw new RangeError(
        `placeholder '${text}': no parameter has that name, ${choice}; write {${text}} for the text itself${hint}`,
      )
    }
  }
  for (const script of scriptsOf(argv)) checkScript(script, space)
}

/** Whether an argument has a placeholder. */
export function hasPlaceholder(argument: string): boolean {
  for (const [, , word] of argument.matchAll(TOKEN)) if (word !== undefined) return true
  return false
}

/** The command line of one attempt. A word in braces that `checkPlaceholders` would refuse stays as it is. */
export function fillCommand(
  { argv, fidelity }: { readonly argv: readonly string[]; readonly fidelity?: string | undefined },
  space: Space,
  facts: AttemptFacts,
): string[] {
  const texts = allTexts(space, facts.config)
  const names = knownNames(space)
  const isFlags = (word: string): boolean => word === `${OWN}flags` || (word === 'flags' && !names.has('flags'))
  const textOf = (word: string): string | undefined => {
    // Within a longer argument the flags are quoted, since a shell may read them: `sh -c 'train {flags}'`.
    if (isFlags(word)) return flagsText(space, facts.config)
    if (word.startsWith(OWN) && Object.hasOwn(FACTS, word.slice(OWN.length)))
      return FACTS[word.slice(OWN.length)]!(facts)
    if (word === fidelity) return FACTS['fidelity']!(facts)
    if (names.has(word)) return texts.get(word) ?? ''
    return Object.hasOwn(FACTS, word) ? FACTS[word]!(facts) : undefined
  }
  return argv.flatMap((argument) => {
    if (argument === `{${OWN}flags}` || (argument === '{flags}' && isFlags('flags')))
      return flagWords(space, facts.config)
    return argument.replace(TOKEN, (text: string, doubled: string | undefined, word: string | undefined) => {
      if (doubled !== undefined) return `{${doubled}}`
      return word === undefined ? text : (textOf(word) ?? text)
    })
  })
}

function knownNames(space: Space): Set<string> {
  const { leaves, derived, constants } = survey(space)
  return new Set([...leaves, ...derived, ...constants].map(({ name }) => name))
}

/** The arguments that a shell reads as a script: the first after the options of a shell, if `-c` is among them. */
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

/** @throws RangeError if the shell of this script would read a value */
function checkScript({ shell, text }: { readonly shell: string; readonly text: string }, space: Space): void {
  const names = knownNames(space)
  for (const { 0: token, 2: word, index } of text.matchAll(TOKEN)) {
    if (word === undefined) continue
    const isFlags = word === `${OWN}flags` || (word === 'flags' && !names.has('flags'))
    // Whether a quote is open here: escaped characters and closed quotes are taken out first.
    const isQuoted = /['"]/.test(text.slice(0, index).replace(/\\.|'[^']*'|"(\\.|[^"\\])*"/gs, ''))
    if (isFlags && !isQuoted) continue
    const value = textsOf(space, isFlags ? undefined : word).find((value) => shellWord(value) !== value)
    if (value === undefined) continue
    const remedy = `${shell} -c '… "${isFlags ? '$@' : '$1'}"' ${shell} ${token}`
    throw new RangeError(
      `placeholder '${token}': ${shell} would read its value ${JSON.stringify(value)} as part of the script; ` +
        `pass it as an argument, as in ${remedy}`,
    )
  }
}

/**
 * All values that are not numbers, as text, of one parameter or constant; without a name, of all parameters. Nobody can
 * list the texts of a derived value: its expression stands for them, in quotes.
 */
function textsOf(space: Space, name: string | undefined): string[] {
  const { leaves, derived, constants } = survey(space)
  const isWanted = (leaf: { readonly name: string }): boolean => name === undefined || leaf.name === name
  const isText = (leaf: { readonly name: string }): boolean =>
    ((namesIn(space).get(leaf.name)!.kinds ?? 0) & TEXT) !== 0
  const valuesOf = (parameter: Parameter): string[] =>
    (listedValues(parameter) ?? []).map((value) => valueText(parameter, value))
  return [
    ...leaves.filter(isWanted).flatMap(({ parameter }) => valuesOf(parameter)),
    ...derived.filter((leaf) => isWanted(leaf) && isText(leaf)).map(({ of }) => `'${of}'`),
    ...constants.filter((constant) => constant.name === name).map(({ value }) => valueText(undefined, value)),
  ]
}

/**
 * `anthill completion`: a script that completes verbs, help topics, and the options of each verb.
 *
 * The script contains all words, taken from the option tables of the verbs, so that a press of Tab starts no process.
 */

import { shellWord } from '../space/words.ts'
import { COMMON_OPTIONS, helpOf } from './arguments.ts'
import type { Option, Words } from './arguments.ts'
import { UsageError } from './failure.ts'
import { printJson } from './screen.ts'
import { TOPIC_TEXTS } from './topics.ts'
import type { Verb, VerbEntry } from './verb.ts'

const USAGE = `Usage: anthill completion bash|zsh|fish

  anthill completion bash > ~/.local/share/bash-completion/completions/anthill
  anthill completion zsh > ~/.zfunc/_anthill      # with ~/.zfunc in fpath
  anthill completion fish > ~/.config/fish/completions/anthill.fish

Prints a script for a shell. It completes verbs, help topics, the options of
each verb, and the values of options that allow only certain values. Write the
script again after an update of anthill.

      --json         {"shell", "script"}

Exit status: 0 printed, 2 usage.
`

export const completion: Verb = { usage: USAGE, options: {}, run: printScript }

/** A verb with everything that a shell may complete after it. */
interface CompletedVerb {
  readonly name: string
  readonly line: string
  /** Words that are not options. */
  readonly words: readonly string[]
  readonly options: readonly (readonly [name: string, option: Option])[]
}

type Shell = 'bash' | 'zsh' | 'fish'

const SCRIPTS: Readonly<Record<Shell, (verbs: readonly CompletedVerb[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

async function printScript(words: Words, table: readonly VerbEntry[]): Promise<number> {
  const [shell, surplus] = words.plain
  const known = Object.keys(SCRIPTS)
  if (shell === undefined) throw new UsageError('no shell given; give bash, zsh or fish', helpOf('completion'))
  if (surplus !== undefined)
    throw new UsageError(`unexpected argument '${surplus}'; it takes one shell`, helpOf('completion'))
  if (!isShell(shell))
    throw new UsageError(`shell: must be one of ${known.join(', ')}, got '${shell}'`, helpOf('completion'))
  const script = SCRIPTS[shell](await completedVerbs(table))
  if (words.has('json')) printJson({ shell, script })
  else process.stdout.write(script)
  return 0
}

const isShell = (word: string): word is Shell => Object.hasOwn(SCRIPTS, word)

async function completedVerbs(table: readonly VerbEntry[]): Promise<CompletedVerb[]> {
  const verbs = await Promise.all(
    table.map(async ({ name, line, load }) => {
      const options = Object.entries<Option>({ ...(await load()).options, ...COMMON_OPTIONS })
      return { name, line, words: name === 'completion' ? Object.keys(SCRIPTS) : [], options }
    }),
  )
  const names = table.map(({ name }) => name)
  const options = [['json', COMMON_OPTIONS.json]] as const
  return [
    ...verbs,
    { name: 'help', line: 'help on a verb or a topic', words: [...Object.keys(TOPIC_TEXTS), ...names], options },
  ]
}

/** The options as written: `-s`, `--study`. */
const written = ([name, { short }]: CompletedVerb['options'][number]): string[] =>
  short === undefined ? [`--${name}`] : [`-${short}`, `--${name}`]

function bashScript(verbs: readonly CompletedVerb[]): string {
  const valueCases = verbs.flatMap(({ name, options }) =>
    options.flatMap(([option, { offers, values = offers }]) =>
      values === undefined ? [] : [`    ${name}:--${option}) words='${values.join(' ')}' ;;`],
    ),
  )
  const verbCases = verbs.map(
    ({ name, words, options }) =>
      `    ${name}:*) words='${[...words, ...(words.length === 0 ? options.flatMap(written) : [])].join(' ')}' ;;`,
  )
  return `# Completion of anthill for bash, written by: anthill completion bash
_anthill() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} words='' k
  COMPREPLY=()
  # After -- come the words of another command.
  for ((k = 2; k < COMP_CWORD; k++)); do [[ \${COMP_WORDS[k]} == -- ]] && return; done
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${verbs.map(({ name }) => name).join(' ')}' -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]}:$before in
${[...valueCases, ...verbCases].join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  # An option is completed once it is begun; until then files are more likely.
  [[ $word != -* && $words == -* ]] && COMPREPLY=()
  return 0
}
complete -o default -F _anthill anthill
`
}

function zshScript(verbs: readonly CompletedVerb[]): string {
  const described = verbs.map(({ name, line }) => `    ${shellWord(`${name}:${line}`)}`)
  const valueCases = verbs.flatMap(({ name, options }) =>
    options.flatMap(([option, { offers, values = offers }]) =>
      values === undefined ? [] : [`    ${name}:--${option}) compadd -- ${values.join(' ')}; return ;;`],
    ),
  )
  const verbCases = verbs.map(({ name, words, options }) => {
    const plain = words.length === 0 ? '_files' : `compadd -- ${words.join(' ')}`
    const named = `compadd -- ${options.flatMap(written).join(' ')}`
    return `    ${name}) if [[ $PREFIX == -* ]]; then ${named}; else ${plain}; fi ;;`
  })
  return `#compdef anthill
# Completion of anthill for zsh, written by: anthill completion zsh
_anthill() {
  local -a verbs
  verbs=(
${described.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe verb verbs
    return
  fi
  # After -- come the words of another command.
  if ((\${words[(I)--]} > 0 && \${words[(I)--]} < CURRENT)); then
    _files
    return
  fi
  case $words[2]:$words[CURRENT-1] in
${valueCases.join('\n')}
  esac
  case $words[2] in
${verbCases.join('\n')}
  esac
}
if [[ $funcstack[1] == _anthill ]]; then _anthill "$@"; else compdef _anthill anthill; fi
`
}

function fishScript(verbs: readonly CompletedVerb[]): string {
  const lines = verbs.flatMap(({ name, line, words, options }) => {
    const condition = `-n '__anthill_verb ${name}'`
    return [
      `complete -c anthill -n __anthill_no_verb -f -a ${name} -d ${fishWord(line)}`,
      ...(words.length === 0 ? [] : [`complete -c anthill ${condition} -f -a '${words.join(' ')}'`]),
      ...options.map(([option, { kind, short, offers, values = offers }]) => {
        const argument =
          values !== undefined ? ` -x -a '${values.join(' ')}'` : kind === 'text' || kind === 'list' ? ' -r' : ''
        return `complete -c anthill ${condition}${short === undefined ? '' : ` -s ${short}`} -l ${option}${argument}`
      }),
    ]
  })
  return `# Completion of anthill for fish, written by: anthill completion fish
function __anthill_no_verb
  test (count (commandline -opc)) -eq 1
end
# Whether the line has this verb, and no -- yet: after that come the words of another command.
function __anthill_verb
  set -l words (commandline -opc)
  test (count $words) -gt 1; and test $words[2] = $argv[1]; and not contains -- -- $words
end
${lines.join('\n')}
`
}

/** A word in single quotes, in which fish reads \\' as a quote. */
const fishWord = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

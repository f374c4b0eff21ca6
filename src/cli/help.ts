/** `anthill help`: the verbs on one screen, or a topic. */

import { VERBS } from './verbs.ts'

type Topic = keyof (typeof import('./topics.ts'))['TOPIC_TEXTS']

/** The texts, and the tables that one of them is printed from, are loaded only when one is asked for. */
const TOPICS: readonly Topic[] = [
  'space',
  'where',
  'prior',
  'results',
  'sampler',
  'pruner',
  'fidelity',
  'exit',
  'words',
]

const OVERVIEW = `Usage: anthill VERB [options]

  anthill run -n 50 -j 2 --param lr=1e-5..1e-1~log --param opt=adam,sgd \\
      --metric 'val_loss=(\\S+)' -- python train.py --lr {lr} --opt {opt}
  anthill best --format flags

Tunes anything you can run. Start the same line as often as you like, on as
many machines as you like: all they need is a shared directory.

${verbLines().join('\n')}

Every verb takes -h and --json. The study is -s DIR, else the first argument
of a verb that only looks, else ANTHILL_STUDY, else ./anthill-study, else the
one around the working directory.

Exit status: see anthill help exit.
`

const SHORT = `Usage: anthill VERB [options]

  anthill run -n 50 --param lr=1e-5..1e-1~log -- python train.py --lr {lr}

Verbs: ${verbNames().join(',\n       ')}
More:  anthill help
`

/** Prints the overview or a topic. The help of a verb is in the verb's own file. */
export async function help(words: readonly string[]): Promise<number> {
  const json = words.includes('--json')
  const [word] = words.filter((other) => !other.startsWith('-'))
  if (word === undefined || word === 'help') return print(OVERVIEW, json)
  // Many look for 'pruners'.
  const topic = [word, word.replace(/s$/, '')].find(isTopic)
  if (topic !== undefined) return print((await import('./topics.ts')).TOPIC_TEXTS[topic], json)
  const { UsageError } = await import('./failure.ts')
  const { didYouMean } = await import('../space/nearest-name.ts')
  const names = [...TOPICS, ...VERBS.map(({ name }) => name)]
  throw new UsageError(`unknown help topic '${word}'${didYouMean(word, names)}`, 'anthill help')
}

/** `anthill` alone: a person who does not know yet how to begin, or a script that is wrong. */
export function withoutVerb(): number {
  process.stderr.write(SHORT)
  return 2
}

const isTopic = (word: string): word is Topic => (TOPICS as readonly string[]).includes(word)

function print(text: string, json: boolean): number {
  process.stdout.write(json ? `${JSON.stringify({ help: text })}\n` : text)
  return 0
}

/** The verbs and what they do, each group under its heading. */
function verbLines(): string[] {
  const half = TOPICS.length >> 1
  const help = [
    { name: 'help', group: 'Other', line: 'the help of a verb,' },
    { name: '', group: 'Other', line: `or of ${TOPICS.slice(0, half).join(', ')},` },
    { name: '', group: 'Other', line: TOPICS.slice(half).join(', ') },
  ]
  const lines = [...VERBS, ...help]
  return lines.map(({ name, group, line }, k) => {
    const heading = lines[k - 1]?.group === group ? '' : group
    return `${heading.padEnd(9)}${name.padEnd(13)}${line}`
  })
}

/** The names of the verbs, group by group, in lines of at most 70 characters. */
function verbNames(): string[] {
  const lines: string[] = []
  for (const heading of new Set(VERBS.map(({ group }) => group))) {
    const names = VERBS.filter(({ group }) => group === heading).map(({ name }) => name)
    const last = lines.at(-1)
    const longer = `${last}, ${names.join(' ')}`
    if (last !== undefined && longer.length <= 70) lines[lines.length - 1] = longer
    else lines.push(names.join(' '))
  }
  return lines
}

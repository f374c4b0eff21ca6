/**
 * The verbs, in the order of `anthill help`. Dispatch, the overview, completion and a test are made from this table:
 * a new verb is one new file and one entry here.
 *
 * Every start of the command loads this file. It holds strings and dynamic imports, nothing else.
 */

import type { VerbEntry } from './verb.ts'

export const VERBS: readonly VerbEntry[] = [
  {
    name: 'run',
    group: 'Work',
    line: 'run a command with new configs until the budget is reached',
    onlyLooks: false,
    load: async () => (await import('./run.ts')).run,
  },
  {
    name: 'ask',
    group: 'Work',
    line: 'take the next trial, for a loop of your own',
    onlyLooks: false,
    load: async () => (await import('./ask.ts')).ask,
  },
  {
    name: 'tell',
    group: 'Work',
    line: 'say how that trial ended',
    onlyLooks: false,
    load: async () => (await import('./tell.ts')).tell,
  },
  {
    name: 'report-value',
    group: 'Work',
    line: 'tell a value of a trial while it runs, from its program',
    onlyLooks: false,
    load: async () => (await import('./report-value.ts')).reportValue,
  },
  {
    name: 'add',
    group: 'Work',
    line: 'queue configs to try next',
    onlyLooks: false,
    load: async () => (await import('./add.ts')).add,
  },
  {
    name: 'import',
    group: 'Work',
    line: 'learn results from elsewhere: a table, another study',
    onlyLooks: false,
    load: async () => (await import('./import.ts')).importing,
  },
  {
    name: 'retry',
    group: 'Work',
    line: 'give a failed trial another attempt',
    onlyLooks: false,
    load: async () => (await import('./retry.ts')).retry,
  },
  {
    name: 'confirm',
    group: 'Work',
    line: 'measure the best configs again: which is really best?',
    onlyLooks: false,
    load: async () => (await import('./confirm.ts')).confirm,
  },
  {
    name: 'stop',
    group: 'Work',
    line: 'ask all workers of a study to start nothing more',
    onlyLooks: false,
    load: async () => (await import('./stop.ts')).stop,
  },
  {
    name: 'best',
    group: 'Look',
    line: 'the best trial',
    onlyLooks: true,
    load: async () => (await import('./best.ts')).best,
  },
  {
    name: 'front',
    group: 'Look',
    line: 'the trials that no other one beats, of several objectives',
    onlyLooks: true,
    load: async () => (await import('./front.ts')).front,
  },
  {
    name: 'status',
    group: 'Look',
    line: 'where a study stands',
    onlyLooks: true,
    load: async () => (await import('./status.ts')).status,
  },
  {
    name: 'ls',
    group: 'Look',
    line: 'the trials as a table, CSV or JSON',
    onlyLooks: true,
    load: async () => (await import('./ls.ts')).ls,
  },
  {
    name: 'show',
    group: 'Look',
    line: 'everything known about one trial',
    onlyLooks: true,
    load: async () => (await import('./show.ts')).show,
  },
  {
    name: 'log',
    group: 'Look',
    line: "what a trial's program printed",
    onlyLooks: true,
    load: async () => (await import('./log.ts')).log,
  },
  {
    name: 'report',
    group: 'Look',
    line: 'one HTML file with figures, advice and all trials',
    onlyLooks: true,
    load: async () => (await import('./report.ts')).report,
  },
  {
    name: 'why',
    group: 'Learn',
    line: 'why a config was tried',
    onlyLooks: true,
    load: async () => (await import('./why.ts')).why,
  },
  {
    name: 'predict',
    group: 'Learn',
    line: 'what the model expects of a config',
    onlyLooks: true,
    load: async () => (await import('./predict.ts')).predict,
  },
  {
    name: 'importance',
    group: 'Learn',
    line: 'which parameters matter',
    onlyLooks: true,
    load: async () => (await import('./importance.ts')).importance,
  },
  {
    name: 'advice',
    group: 'Learn',
    line: 'what to do about a study, and how sure that is',
    onlyLooks: true,
    load: async () => (await import('./advice.ts')).advice,
  },
  {
    name: 'plot',
    group: 'Learn',
    line: 'a figure of a study, in the terminal or as SVG',
    onlyLooks: true,
    load: async () => (await import('./plot.ts')).plot,
  },
  {
    name: 'replay',
    group: 'Learn',
    line: 'compute a suggestion again: is it the same?',
    onlyLooks: true,
    load: async () => (await import('./replay.ts')).replay,
  },
  {
    name: 'doctor',
    group: 'Maintain',
    line: 'is the file system good enough, and the study intact?',
    onlyLooks: true,
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'ask-tell',
    group: 'Other',
    line: 'the optimizer alone, over JSON lines, without a directory',
    onlyLooks: false,
    load: async () => (await import('./ask-tell.ts')).askTell,
  },
  {
    name: 'completion',
    group: 'Other',
    line: 'a script that completes words in bash, zsh or fish',
    onlyLooks: false,
    load: async () => (await import('./completion.ts')).completion,
  },
]

export const verbNamed = (name: string): VerbEntry | undefined => VERBS.find((verb) => verb.name === name)

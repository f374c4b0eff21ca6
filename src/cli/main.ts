#!/usr/bin/env node
/**
 * The command: installs the listeners that must be there first, then loads the one verb that was asked for.
 *
 * Nothing else is imported here, so that `anthill --help` and a finished line run again load next to nothing.
 */

import { listen } from './signals.ts'

const [first, ...rest] = process.argv.slice(2)

// Before any await: without a listener of its own, Node answers USR1 by opening its debugger, and schedulers send USR1.
listen(first === 'run')

/** A verb takes the words after it and gives the exit status. */
type Verb = (words: readonly string[]) => Promise<number>

const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  add: async () => (await import('./add.ts')).add,
  ask: async () => (await import('./ask.ts')).ask,
  'ask-tell': async () => (await import('./ask-tell.ts')).askTell,
  best: async () => (await import('./best.ts')).best,
  doctor: async () => (await import('./doctor.ts')).doctor,
  importance: async () => (await import('./importance.ts')).importance,
  log: async () => (await import('./log.ts')).log,
  ls: async () => (await import('./ls.ts')).ls,
  replay: async () => (await import('./replay.ts')).replay,
  retry: async () => (await import('./retry.ts')).retry,
  run: async () => (await import('./run.ts')).run,
  show: async () => (await import('./show.ts')).show,
  status: async () => (await import('./status.ts')).status,
  stop: async () => (await import('./stop.ts')).stop,
  tell: async () => (await import('./tell.ts')).tell,
  why: async () => (await import('./why.ts')).why,
}

const verbNamed = (word: string): (() => Promise<Verb>) | undefined =>
  Object.hasOwn(verbs, word) ? verbs[word] : undefined

async function dispatch(): Promise<number> {
  if (first === undefined) return (await import('./help.ts')).withoutVerb()
  if (first === '-v' || first === '--version') return (await import('./version.ts')).version(rest)
  if (first === 'help' || first === '-h' || first === '--help') {
    const load = verbNamed(rest[0] ?? '')
    return load === undefined ? (await import('./help.ts')).help(rest, Object.keys(verbs)) : (await load())(['--help'])
  }
  const load = verbNamed(first)
  if (load !== undefined) return (await load())(rest)
  throw (await import('./failure.ts')).unknownVerb(first, [...Object.keys(verbs), 'help'])
}

// `anthill ls | head -1`: the reader has what it wanted, which is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') {
    process.stderr.write(`anthill: standard output: ${error.message}\n`)
    process.exit(1)
  }
  // A run goes on without its reader; whatever only prints has nothing left to do.
  if (first !== 'run') process.exit(0)
})
process.stderr.on('error', () => {})

try {
  process.exitCode = await dispatch()
} catch (error) {
  const { reportFailure } = await import('./failure.ts')
  process.exitCode = reportFailure(error, process.argv.slice(2))
}

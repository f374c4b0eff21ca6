#!/usr/bin/env node
/**
 * The command: installs the listeners that must come first, then loads the one verb that was asked for.
 *
 * It imports next to nothing, so that `anthill --help` and a finished line that is started again load as little as
 * possible.
 */

import { installSignalListeners } from './signals.ts'
import type { VerbEntry } from './verb.ts'
import { VERBS, verbNamed } from './verbs.ts'

const [first, ...rest] = process.argv.slice(2)

// Before any await: without a listener, Node answers USR1 by opening its debugger, and schedulers send USR1.
installSignalListeners(first === 'run')

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') {
    process.stderr.write(`anthill: standard output: ${error.message}\n`)
    process.exit(1)
  }
  // `anthill ls | head -1`: the reader has what it wanted, and a verb that only prints is done. A run goes on.
  if (first !== 'run') process.exit(0)
})
process.stderr.on('error', () => {})

try {
  process.exitCode = await dispatch()
} catch (error) {
  const { reportFailure } = await import('./failure.ts')
  process.exitCode = reportFailure(error, process.argv.slice(2))
}

async function dispatch(): Promise<number> {
  if (first === undefined) return (await import('./help.ts')).withoutVerb()
  if (first === '-v' || first === '--version') return (await import('./version.ts')).version(rest)
  if (first === 'help' || first === '-h' || first === '--help') {
    const verb = verbNamed(rest[0] ?? '')
    return verb === undefined ? (await import('./help.ts')).help(rest) : perform(verb, ['--help'])
  }
  const verb = verbNamed(first)
  if (verb !== undefined) return perform(verb, rest)
  throw (await import('./failure.ts')).unknownVerb(first, [...VERBS.map(({ name }) => name), 'help'])
}

async function perform(entry: VerbEntry, words: readonly string[]): Promise<number> {
  const [{ usage, options, run }, { readWords }] = await Promise.all([entry.load(), import('./arguments.ts')])
  const read = readWords(entry, words, options)
  if (!read.has('help')) return run(read, VERBS)
  process.stdout.write(usage)
  return 0
}

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SIGNALS = fileURLToPath(new URL('../../dist/cli/signals.js', import.meta.url))
const SCRIPT = `
const { arrivedSignals, installSignalListeners } = await import(process.argv[1])
installSignalListeners(true)
for (const name of process.argv.slice(2)) process.emit(name, name)
const { stop, kill, drain, ending } = arrivedSignals
const heard = [stop.aborted && 'stop', kill.aborted && 'kill', drain.aborted && 'drain', ending]
console.log(heard.filter(Boolean).join(' '))
`

/** What a run has heard after some signals. `before` is what the shell that started it did. */
function heard(names: readonly string[], before = ':'): string {
  const words = [process.execPath, '--input-type=module', '-e', SCRIPT, SIGNALS, ...names]
  const { _, ...env } = process.env
  return execFileSync('sh', ['-c', `${before}; "$@"; :`, 'sh', ...words], { env, encoding: 'utf8' }).trim()
}

test('INT, TERM and HUP stop a run, and only a second INT kills', () => {
  expect(heard(['SIGINT'])).toBe('stop SIGINT')
  expect(heard(['SIGTERM', 'SIGINT', 'SIGTERM'])).toBe('stop SIGTERM')
  expect(heard(['SIGINT', 'SIGINT'])).toBe('stop kill SIGINT')
})

test('USR1 and USR2 drain a run', () => {
  expect(heard(['SIGUSR1'])).toBe('drain')
  expect(heard(['SIGUSR2'])).toBe('drain')
})

test('HUP is ignored where the parent ignores it, and where it ignores another signal it is not', () => {
  expect(heard(['SIGHUP'])).toBe('stop SIGHUP')
  expect(heard(['SIGHUP'], "trap '' INT")).toBe('stop SIGHUP')
  expect(heard(['SIGHUP'], "trap '' HUP")).toBe(process.platform === 'linux' ? '' : 'stop SIGHUP')
})

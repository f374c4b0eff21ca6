import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'

const SIGNALS = new URL('../../dist/cli/signals.js', import.meta.url).href
const SCRIPT = `
const heard = []
for (const [k, names] of JSON.parse(process.argv[2]).entries()) {
  const { arrivedSignals, installSignalListeners } = await import(process.argv[1] + '?' + k) // another one each time
  installSignalListeners(true)
  for (const name of names) process.emit(name, name)
  const { stop, kill, drain, ending } = arrivedSignals
  const words = [stop.aborted && 'stop', kill.aborted && 'kill', drain.aborted && 'drain', ending]
  heard.push(words.filter(Boolean).join(' '))
}
console.log(JSON.stringify(heard))
`

/** What runs have heard after some signals each. `before` is what the shell that started them did. */
function heard(lists: readonly (readonly string[])[], before = ':'): string[] {
  const words = [process.execPath, '--input-type=module', '-e', SCRIPT, SIGNALS, JSON.stringify(lists)]
  const { _, ...env } = process.env
  const text = execFileSync('sh', ['-c', `${before}; "$@"; :`, 'sh', ...words], { env, encoding: 'utf8' })
  return JSON.parse(text) as string[]
}

test('INT, TERM and HUP stop a run, only a second INT kills, and USR1 and USR2 drain', () => {
  expect(
    heard([['SIGINT'], ['SIGHUP'], ['SIGTERM', 'SIGINT', 'SIGTERM'], ['SIGINT', 'SIGINT'], ['SIGUSR1'], ['SIGUSR2']]),
  ).toEqual(['stop SIGINT', 'stop SIGHUP', 'stop SIGTERM', 'stop kill SIGINT', 'drain', 'drain'])
})

test('HUP is ignored where the parent ignores it, and where it ignores another signal it is not', () => {
  expect(heard([['SIGHUP']], "trap '' INT")).toEqual(['stop SIGHUP'])
  expect(heard([['SIGHUP']], "trap '' HUP")).toEqual([process.platform === 'linux' ? '' : 'stop SIGHUP'])
})

test('an INT that arrives while the process ends does not take its exit status away', async () => {
  const program = `
    const { installSignalListeners } = await import(process.argv[1])
    installSignalListeners(true)
    process.once('SIGINT', () => (process.exitCode = 130))
    process.stdout.write('ready')
    setTimeout(() => {}, 50)`
  for (let k = 0; k < 3; k++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, SIGNALS])
    const exited = once(child, 'exit')
    await once(child.stdout, 'data')
    const interrupting = setInterval(() => child.kill('SIGINT'), 1)
    const end = await exited
    clearInterval(interrupting)
    expect(end).toEqual([130, null])
  }
})

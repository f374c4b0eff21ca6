/**
 * A process that performs verbs of the built command, one after the other, and measures each of them.
 *
 * A message is {words, home}. The answer is {code, stdout, stderr, cpuMs, wallMs, waitedMs, peakKB}, where `waitedMs`
 * is how long this process was ready to go on while others had the processors. Two words are not of the command:
 * `:check` and `:fix` do what `anthill doctor` and `anthill doctor --fix` do with the study, without the examination of
 * the file system, which takes two seconds.
 *
 * Each verb loads the command's main file anew, as a start does, while all other modules stay loaded. So a verb takes
 * milliseconds, and what a verb leaves in memory can harm the next one.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { checkStudy } from '../../dist/doctor/study-check.js'
import { mend } from '../../dist/doctor/mend.js'

/** A run that waits for others is asked to end, as by a scheduler. */
const TERM_AFTER_MS = 3000

const main = new URL('../../dist/cli/main.js', import.meta.url).href
const SIGNALS = ['SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGTERM', 'SIGHUP']
let count = 0
let stdout = ''
let stderr = ''

for (const [stream, add] of [
  [process.stdout, (text) => (stdout += text)],
  [process.stderr, (text) => (stderr += text)],
]) {
  stream.setMaxListeners(0)
  stream.write = (chunk, encoding, callback) => {
    add(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())
    const done = typeof encoding === 'function' ? encoding : callback
    if (done !== undefined) process.nextTick(done)
    return true
  }
}
process.on('unhandledRejection', (error) => (stderr += `unhandled rejection: ${error?.stack}\n`))
process.on('uncaughtException', (error) => (stderr += `uncaught exception: ${error?.stack}\n`))
process.on('message', (job) => void perform(job).then((answer) => process.send(answer)))

async function perform({ words, home }) {
  count++
  stdout = stderr = ''
  process.env.HOME = home
  process.argv = [process.argv[0], 'anthill', ...words]
  process.exitCode = undefined
  globalThis.gc()
  writeFileSync('/proc/self/clear_refs', '5') // from here on, VmHWM is the peak of this verb
  const cpu = process.cpuUsage()
  const waited = waitedMs()
  const startMs = performance.now()
  let wasAsked = false
  const term = setTimeout(() => {
    wasAsked = true
    if (words[0] === 'run') process.kill(process.pid, 'SIGTERM')
  }, TERM_AFTER_MS)
  const code = words[0].startsWith(':') ? await lookAfter(words) : await start()
  clearTimeout(term)
  const { user, system } = process.cpuUsage(cpu)
  for (const signal of SIGNALS) process.removeAllListeners(signal)
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error')
  return {
    code,
    stdout,
    stderr,
    cpuMs: (user + system) / 1000,
    wallMs: performance.now() - startMs,
    waitedMs: waitedMs() - waited,
    peakKB: Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))[1]),
    pressure: pressure(),
    // The signal stays in the memory of this process: the next verb needs another one.
    isSpent: wasAsked && words[0] === 'run',
  }
}

async function start() {
  await import(`${main}?${count}`)
  return process.exitCode ?? 0
}

/** What the verb `doctor` does with a study. */
async function lookAfter([verb, root]) {
  try {
    const found = await checkStudy(root, 20)
    const said = verb === ':fix' && found !== undefined ? await mend(root, found) : []
    const after = said.length === 0 ? found : await checkStudy(root, 20)
    const damages = (after?.damages ?? []).map(({ words, mend: how }) => ({ words, isMendable: how !== undefined }))
    stdout += JSON.stringify({ damages, said, isStudy: after !== undefined })
    return damages.length === 0 ? 0 : 1
  } catch (error) {
    stdout += JSON.stringify({ damages: [{ words: error.message, isMendable: false }], said: [], isStudy: false })
    if (error.name !== 'StudyError') stderr += `${error.stack}\n`
    return 1
  }
}

function waitedMs() {
  return Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ')[1]) / 1e6
}

/** Which share of the last ten seconds some process waited for a processor, in percent. */
function pressure() {
  try {
    return Number(/avg10=([\d.]+)/.exec(readFileSync('/proc/pressure/cpu', 'latin1'))[1])
  } catch {
    return 0
  }
}

/** Processes that cannot hang a test: each is killed after a time limit. */

import { spawn } from 'node:child_process'
import type { Finished, Running } from './worker-process.ts'

/** Starts Node with a program. If it does not end within `limitMs`, it is killed, and its result has signal SIGABRT. */
export function startNode(words: readonly string[], env: NodeJS.ProcessEnv, limitMs: number): Running {
  const child = spawn(process.execPath, words, {
    env: { ...process.env, ANTHILL_STUDY: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  let hasHung = false
  const timer = setTimeout(() => {
    hasHung = child.kill('SIGKILL')
  }, limitMs)
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk)
  })
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal: hasHung ? 'SIGABRT' : signal, stdout, stderr })
    })
  })
  return { child, finished, words: () => stderr }
}

/** Real processes that run the built library or command, so that tests can kill and freeze them. */

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The built library, as a URL for `import`. */
export const library = new URL('../../dist/index.js', import.meta.url).href

/** The built command. */
export const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

export interface Finished {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
  /** Its standard error so far. */
  readonly words: () => string
}

/** Starts a program of a few lines, which may use `await`. The library is in scope as `anthill`. */
export function startLines(lines: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Running {
  const names = `const anthill = await import(${JSON.stringify(library)}); const args = process.argv.slice(1);`
  const program = `${names}\n${lines}`
  return start(process.execPath, ['--input-type=module', '-e', program, '--', ...args], {
    env: { ...process.env, ...env },
  })
}

/** Starts the command. */
export function startCommand(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Running {
  return start(process.execPath, [command, ...args], { ...options, env: { ...process.env, ...options.env } })
}

function start(program: string, args: readonly string[], options: { env: NodeJS.ProcessEnv; cwd?: string }): Running {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout!.on('data', (chunk) => {
    stdout += String(chunk)
  })
  child.stderr!.on('data', (chunk) => {
    stderr += String(chunk)
  })
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  return { child, finished, words: () => stderr }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits for a condition. After `limitMs` it fails, with what was waited for. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 20_000,
): Promise<void> {
  for (const startMs = performance.now(); !(await condition());) {
    if (performance.now() - startMs > limitMs) throw new Error(`waited ${limitMs} ms in vain until ${what}`)
    await sleep(10)
  }
}

/** The verbs that each changed study is given, and what every one of them must keep to. */

import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startCommand } from '../support/worker-process.ts'
import { plain } from '../support/command.ts'

const PROCESS = fileURLToPath(new URL('verb-process.mjs', import.meta.url))

/** What a verb may take: time on the processor, time on the clock while it could have gone on, and memory. */
const MOST_MS = 5000
const MOST_KB = 300 * 1024

/**
 * With more pressure on the processors than this, in percent, the time on the clock says nothing about a verb: its
 * child processes wait too. Then only processor time and HANGS_MS count.
 */
const BUSY = 30

/** A verb that takes this long on the clock hangs: it is killed. */
const HANGS_MS = 30_000

export interface Answer {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly cpuMs: number
  readonly wallMs: number
  readonly waitedMs: number
  readonly peakKB: number
  readonly pressure: number
  readonly isSpent: boolean
}

/** Looks at a study; the trials are the one that was changed, and one of each other state. */
export const looks = (root: string, trials: readonly string[]): string[][] => [
  ['ls', root],
  ['ls', root, '--csv'],
  ['status', root],
  ['status', root, '--json'],
  ['best', root],
  ['best', root, '--json'],
  ...['flags', 'env', 'json', 'dir'].map((format) => ['best', root, '--format', format]),
  ['best', root, '--model'],
  ['importance', root],
  ...trials.flatMap((trial) => [
    ['show', root, trial],
    ['show', root, trial, '--json'],
    ['log', root, trial],
    ['log', root, trial, '--stderr'],
    ['why', root, trial],
    ['replay', root, trial],
  ]),
]

/** Text that only a fault of ours prints. */
const INNER = new RegExp(
  [
    /^\s+at .*:\d+:\d+/.source,
    /Cannot (?:read|set|convert|destructure)/.source,
    /\bundefined\b|\[object |\bNaN\b/.source,
    /(?:Type|Range|Syntax|Reference)Error|is not (?:a function|iterable|defined|valid JSON)/.source,
    /node:internal|Unexpected token|call stack|Invalid (?:array|string) length|unhandled|uncaught/.source,
    /MaxListeners|\bERR_[A-Z]/.source,
  ].join('|'),
  'm',
)

let statuses: Map<string, ReadonlySet<number>> | undefined

/** The exit statuses that the help of each verb documents. */
export async function documentedStatuses(): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  if (statuses !== undefined) return statuses
  const verbs = ['run', 'ask', 'tell', 'add', 'retry', 'stop', 'best', 'status', 'ls', 'show', 'log', 'why']
  const entries = [...verbs, 'importance', 'replay', 'doctor'].map(async (verb) => {
    const { stdout } = await startCommand([verb, '--help'], { env: plain }).finished
    const words = stdout.slice(stdout.lastIndexOf('Exit status:'))
    return [verb, new Set([...words.matchAll(/\b\d+\b/g)].map(Number))] as const
  })
  statuses = new Map(await Promise.all(entries))
  return statuses
}

/** What a verb did wrong, in words; none if it kept to everything. */
export function faultsOf(
  words: readonly string[],
  answer: Answer,
  documented: ReadonlyMap<string, ReadonlySet<number>>,
): string[] {
  const { code, stdout, stderr, cpuMs, wallMs, waitedMs, peakKB } = answer
  const faults: string[] = []
  const status = documented.get(words[0]!)
  if (status?.has(code) === false) faults.push(`ended with status ${code}, which its help does not name`)
  const inner = INNER.exec(`${stdout}\n${stderr}`)
  if (inner !== null) faults.push(`printed '${around(`${stdout}\n${stderr}`, inner.index)}'`)
  if (cpuMs > MOST_MS) faults.push(`took ${Math.round(cpuMs)} ms of processor time`)
  if (answer.pressure < BUSY && wallMs - waitedMs > MOST_MS)
    faults.push(`took ${Math.round(wallMs)} ms, of which it waited ${Math.round(waitedMs)}`)
  if (peakKB > MOST_KB) faults.push(`took ${Math.round(peakKB / 1024)} MB`)
  if (words.includes('--json') && code === 0 && !isJson(stdout)) faults.push('printed something else than JSON')
  if (code !== 0 && stderr === '' && stdout === '') faults.push(`ended with status ${code} without a word`)
  return faults
}

const around = (text: string, at: number): string => text.slice(Math.max(0, at - 80), at + 300)

export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** A process that performs verbs. It is started anew after one that hung or died. */
export class VerbProcess {
  #child: ChildProcess | undefined
  readonly #uid: number | undefined

  /** @param uid  the user that the process has */
  constructor(uid: number | undefined) {
    this.#uid = uid
  }

  /** Performs a verb; gives undefined in the place of an answer if it hung or the process died. */
  async perform(words: readonly string[], home: string): Promise<Answer | string> {
    const child = (this.#child ??= this.#start())
    const answer = await new Promise<Answer | string>((resolve) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL')
        resolve(`hung: it was killed after ${HANGS_MS} ms`)
      }, HANGS_MS)
      const died = (code: number | null, signal: string | null): void =>
        resolve(`killed its process: ${code} ${signal}`)
      child.once('exit', died)
      child.once('message', (message) => {
        child.off('exit', died)
        resolve(message as Answer)
      })
      child.once('exit', () => clearTimeout(timer))
      child.once('message', () => clearTimeout(timer))
      child.send({ words, home })
    })
    child.removeAllListeners()
    if (typeof answer === 'string' || answer.isSpent) this.end()
    return answer
  }

  end(): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }

  #start(): ChildProcess {
    const options = this.#uid === undefined ? {} : { uid: this.#uid, gid: this.#uid }
    const env = { ...process.env, ...plain, NODE_OPTIONS: undefined, VITEST: undefined }
    const child = fork(PROCESS, [], {
      ...options,
      env,
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    child.setMaxListeners(0)
    return child
  }
}

/** The operations of all processes: what each asked for and was told, as worker.mjs wrote it down. */

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The fields of each kind of operation, as the worker wrote them. */
interface Kinds {
  open: { args: { trials: number | null }; result: { worker: string } }
  ask: { args: object; result: { number: number; id: string; attempt: number; config: string; worker: string } | null }
  report: { args: { number: number; attempt: number; value: number }; result: null }
  complete: { args: { number: number; attempt: number; value: number }; result: { ending: Ending } }
  prune: { args: { number: number; attempt: number; value: number }; result: { ending: Ending } }
  fail: { args: { number: number; attempt: number }; result: { ending: Ending } }
  enqueue: { args: { config: object }; result: { id: string; state: string } }
  best: { args: object; result: { number: number; id: string; value: number } | null }
  trials: { args: object; result: readonly ListedTrial[] }
  close: { args: object; result: null }
}

export type Ending = 'committed' | 'superseded'

export type ListedTrial = readonly [number: number, state: string, attempt: number, value: number | null]

export type What = keyof Kinds

/**
 * One call. If its process was killed before the answer, the outcome is unknown: it may take effect at any later time.
 */
export type Operation<W extends What = What> = {
  [K in W]: {
    readonly process: string
    readonly what: K
    readonly args: Kinds[K]['args']
    readonly invokedUs: number
    readonly endedUs: number
  } & ({ readonly outcome: 'ok'; readonly result: Kinds[K]['result'] } | { readonly outcome: 'fail' | 'unknown' })
}[W]

export type Answered<W extends What> = Extract<Operation<W>, { outcome: 'ok' }>

/** The operations of one kind that were answered, in the order of their answers. */
export function answered<W extends What>(history: readonly Operation[], ...kinds: readonly W[]): Answered<W>[] {
  const found = history.filter((o) => o.outcome === 'ok' && kinds.some((kind) => kind === o.what)) as Answered<W>[]
  return found.sort((a, b) => a.endedUs - b.endedUs)
}

/** Reads every history file in a directory. An unfinished last line, which a killed process leaves, is ignored. */
export function readHistories(directory: string): Operation[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => operationsIn(name, readFileSync(join(directory, name), 'utf8')))
}

/** The operations of one file. */
export function operationsIn(name: string, text: string): Operation[] {
  const operations = new Map<number, Record<string, unknown>>()
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    if (line === '') continue
    const event = JSON.parse(line) as {
      op: number
      atUs: number
      what?: What
      args?: object
      outcome?: string
      result?: unknown
    }
    if (event.what !== undefined) {
      operations.set(event.op, {
        process: name,
        what: event.what,
        args: event.args,
        invokedUs: event.atUs,
        endedUs: Infinity,
        outcome: 'unknown',
      })
    } else {
      Object.assign(operations.get(event.op)!, { endedUs: event.atUs, outcome: event.outcome, result: event.result })
    }
  }
  return [...operations.values()] as unknown as Operation[]
}

/** One case: a study, one change, every verb, and what must hold afterwards. */

import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { randomStream } from '../../src/numerics/random.ts'
import { outsideIn } from '../support/outside.ts'
import { CHANGES, randomOf } from './change.ts'
import type { Change } from './change.ts'
import type { Original } from './original.ts'
import { touchedBy } from './target.ts'
import type { Target, Touched } from './target.ts'
import { documentedStatuses, faultsOf, isJson, looks } from './verb-lines.ts'
import type { Answer, VerbProcess } from './verb-lines.ts'

/** A user that is not root. */
export const SOMEBODY = 65_534

/** Files of more bytes are compared by size and time. */
const MOST_COMPARED = 2 ** 20

/** A row for `add`. */
const QUEUE = '{"rate":0.02,"layers":3,"mode":"plain","isBiased":true,"solver":{"kind":"simple","steps":2}}\n'

/** A trial as `ls --json` has it. */
type Row = Readonly<Record<string, unknown>> & {
  readonly id: string
  readonly number: number | null
  readonly state: string
}

/** A study that is ready to be copied: for root, and for somebody else. */
export interface Stock extends Original {
  readonly rows: readonly Row[]
  readonly targets: readonly Target[]
}

export interface Case {
  readonly seed: number
  readonly number: number
  /** The user of the verbs; undefined: this one. */
  readonly uid: number | undefined
  readonly stock: Stock
  readonly target: Target
  readonly change: Change
}

/** The case of a number. */
export function caseOf(seed: number, number: number, stocks: ReadonlyMap<number | undefined, readonly Stock[]>): Case {
  const random = randomStream('hostile case', seed, number)
  const users = [...stocks.keys()]
  for (;;) {
    const uid = users[random.integer(users.length)]
    const all = stocks.get(uid)!
    const stock = all[random.integer(all.length)]!
    // Half of the cases choose the kind first: there are few indexes, logs and definitions among many claims.
    const kinds = [...new Set(stock.targets.map(({ kind }) => kind))].sort()
    const kind = random.integer(2) === 0 ? undefined : kinds[random.integer(kinds.length)]
    const some = stock.targets.filter((target) => kind === undefined || target.kind === kind)
    const target = some[random.integer(some.length)]!
    const changes = CHANGES.filter(({ fits, needsUser }) => fits(target) && (uid !== undefined || needsUser !== true))
    if (changes.length > 0)
      return { seed, number, uid, stock, target, change: changes[random.integer(changes.length)]! }
  }
}

export const wordsOf = ({ seed, number, uid, stock, target, change }: Case): string =>
  `seed ${seed}, case ${number}: '${target.path}' of study ${stock.name} ${change.name}` +
  (uid === undefined ? '' : ', for a user who is not root')

/** What a case found wrong, in words, and the largest figures. */
export interface Result {
  readonly faults: readonly string[]
  readonly slowest: { readonly ms: number; readonly words: string }
  readonly largest: { readonly kB: number; readonly words: string }
}

/**
 * Makes a case and gives its study every verb.
 *
 * @param place       an empty directory for this case
 * @param share       which part of the verbs it is given, chosen by seed; `ls --json` and the look of the doctor at it
 *   are always among them
 * @param withDoctor  also the whole examination by `anthill doctor`, which takes two seconds each time
 */
export async function tryCase(
  one: Case,
  verbs: VerbProcess,
  place: string,
  withDoctor: boolean,
  share: number,
): Promise<Result> {
  const { stock, target, change, uid } = one
  const documented = await documentedStatuses()
  chmodSync(place, 0o777)
  const outside = outsideIn(place)
  if (uid !== undefined) spawnSync('chown', ['-R', `${uid}:${uid}`, outside.root])
  const before = outside.now()
  const touched = touchedBy(stock.root, target)
  const told = new Set(touched.numbers)
  const result = { faults: [] as string[], slowest: { ms: 0, words: '' }, largest: { kB: 0, words: '' } }
  const fault = (words: readonly string[], what: string): void => void result.faults.push(`${words.join(' ')}: ${what}`)
  let copies = 0

  const fresh = (): string => {
    const parent = join(place, `copy${copies++}`)
    mkdirSync(parent)
    const root = join(parent, 's')
    spawnSync('cp', ['-a', stock.root, root])
    if (uid !== undefined) chownSync(parent, uid, uid)
    const where = { root, outside: outside.root, target, random: randomOf(one.seed, one.number) }
    for (const number of change.apply(where) ?? []) told.add(number)
    if (uid !== undefined && change.isAboutRights !== true)
      spawnSync('chown', ['-hR', `${uid}:${uid}`, join(root, target.path)])
    return root
  }
  const perform = async (...words: string[]): Promise<Answer | undefined> => {
    const answer = await verbs.perform(words, outside.root)
    const short = words.map((word) => word.replace(`${place}/`, ''))
    if (typeof answer === 'string') fault(short, answer)
    else {
      for (const what of faultsOf(words, answer, documented)) fault(short, what)
      const ms = Math.max(answer.cpuMs, answer.wallMs - answer.waitedMs)
      if (ms > result.slowest.ms) result.slowest = { ms, words: short.join(' ') }
      if (answer.peakKB > result.largest.kB) result.largest = { kB: answer.peakKB, words: short.join(' ') }
    }
    const now = outside.now()
    const changed = now.filter((line) => !before.includes(line)).concat(before.filter((line) => !now.includes(line)))
    if (changed.length > 0)
      fault(short, `changed something outside: ${changed.map((line) => line.slice(0, 100)).join('; ')}`)
    return typeof answer === 'string' ? undefined : answer
  }
  const checkRows = async (root: string, after: string): Promise<void> => {
    const answer = await perform('ls', root, '--json')
    if (answer === undefined || touched.all) return
    if (answer.code !== 0 || !isJson(answer.stdout)) return fault([`ls --json ${after}`], answer.stderr.trim())
    const rows = JSON.parse(answer.stdout) as Row[]
    for (const what of rowFaults(stock.rows, rows, { ...touched, numbers: told })) fault([`ls --json ${after}`], what)
  }

  const root = fresh()
  const whole = contentsOf(root)
  const naming = isSame(join(stock.root, target.path), join(root, target.path)) ? 'maybe' : change.naming(target)
  await checkRows(root, 'at first')
  const random = randomStream('hostile verbs', one.seed, one.number)
  const isDue = (): boolean => random.next() < share
  for (const words of looks(root, trialsToShow(stock, target))) if (isDue()) await perform(...words)
  await checkBest(one, root, told, perform, fault)
  const checked = await perform(':check', root)
  if (checked !== undefined && naming === 'yes' && !isNamed(checked, target))
    fault(['doctor'], `does not name it: ${checked.stdout}`)
  if (withDoctor) {
    const examined = await perform('doctor', root, '--with', '1')
    if (examined !== undefined && naming === 'yes') {
      if (examined.code !== 1) fault(['doctor'], `ends with status ${examined.code}`)
      if (!isNamed(examined, target)) fault(['doctor'], `does not name it: ${examined.stdout}`)
    }
  }
  for (const line of differences(whole, contentsOf(root))) fault(['looking'], `changed the study: ${line}`)

  const program = ['sh', '-c', 'echo loss=1 gain=2 cost=3']
  const metrics = stock.name === 'one' ? ['loss'] : ['gain', 'cost']
  const next = String(stock.rows.filter(({ number }) => number !== null).length + 2)
  const given = metrics.flatMap((name) => ['--metric', `${name}=${name}=(\\d+)`])
  if (isDue()) {
    const run = fresh()
    await perform('run', '-s', run, '-n', next, ...given, '--', ...program)
    await checkRows(run, 'after run')
  }
  if (isDue()) {
    const asking = fresh()
    const asked = await perform('ask', '-s', asking, '-n', next)
    const id = asked?.code === 0 && isJson(asked.stdout) ? (JSON.parse(asked.stdout) as { id: string }).id : '0'
    await perform('tell', '-s', asking, id, ...metrics.map((name) => `${name}=1`))
  }
  if (isDue()) {
    const adding = fresh()
    const queue = join(place, 'queue.jsonl')
    writeFileSync(queue, QUEUE)
    await perform('add', '-s', adding, '--file', queue)
    await perform('stop', '-s', adding)
  }
  if (isDue()) await perform('retry', '-s', fresh(), '--failed')
  const fixing = fresh()
  await perform(':fix', fixing)
  const again = await perform(':fix', fixing)
  if (again !== undefined)
    for (const words of mendableIn(again, change)) fault(['doctor --fix twice'], `still mends: ${words}`)
  await checkRows(fixing, 'after doctor --fix')
  rmSync(place, { recursive: true })
  return result
}

type Perform = (...words: string[]) => Promise<Answer | undefined>

/** The best trial must stay the best unless it, or a record that could be better, was changed. */
async function checkBest(
  { stock, target }: Case,
  root: string,
  told: ReadonlySet<number>,
  perform: Perform,
  fault: (words: readonly string[], what: string) => void,
): Promise<void> {
  if (told.size > 0 || !['best', 'link', 'heartbeat', 'log', 'index'].includes(target.kind)) return
  const [asIs, changed] = [await perform('best', stock.root, '--json'), await perform('best', root, '--json')]
  const idIn = (answer: Answer | undefined): unknown =>
    answer?.code === 0 ? (JSON.parse(answer.stdout) as { id: string }).id : answer?.stderr
  if (idIn(asIs) !== idIn(changed)) fault(['best'], `gives ${String(idIn(changed))} and not ${String(idIn(asIs))}`)
}

interface Checked {
  readonly damages: readonly { readonly words: string; readonly isMendable: boolean }[]
  readonly said: readonly string[]
}

/** What a doctor still mends. What this user has no right to change stays as it is each time. */
const mendableIn = ({ stdout }: Answer, { isAboutRights }: Change): string[] => {
  const { damages, said } = JSON.parse(stdout) as Checked
  if (isAboutRights === true) return said.filter((words) => !words.includes('not repaired'))
  return [...damages.filter(({ isMendable }) => isMendable).map(({ words }) => words), ...said]
}

/** Whether the words of a doctor have the path. The chain of best trials is named as a whole. */
const isNamed = ({ stdout }: Answer, { path, kind }: Target): boolean =>
  stdout.includes(path) ||
  (kind === 'best' && stdout.includes('.anthill/best')) ||
  (kind === 'study' && stdout.includes('study.json'))

/** The numbers of the changed trial and of some others: one is complete, one failed, one is open. */
function trialsToShow({ rows }: Stock, { path }: Target): string[] {
  const own = rows.find(({ id }) => path.startsWith(id))
  const some = ['complete', 'failed', 'interrupted'].map((state) => rows.find((row) => row.state === state))
  const chosen = own === undefined ? [some[0], some[2]] : [own, some[1]]
  return [...new Set(chosen.flatMap((row) => (row?.number == null ? [] : [String(row.number)])))]
}

/** Whether a change left a file as it was. */
function isSame(before: string, after: string): boolean {
  const [old, now] = [before, after].map((path) => lstatSync(path, { throwIfNoEntry: false }))
  if (old?.isFile() !== true || now?.isFile() !== true || old.mode !== now.mode || old.uid !== now.uid) return false
  return old.size === now.size && now.size < MOST_COMPARED && readFileSync(before).equals(readFileSync(after))
}

/** What is wrong with the trials that nobody touched. A trial that has not ended may have another state now. */
function rowFaults(before: readonly Row[], after: readonly Row[], { ids, numbers }: Touched): string[] {
  const isTouched = ({ id, number }: Row): boolean => ids.has(id) || (number !== null && numbers.has(number))
  return before
    .filter((row) => row.number !== null && !isTouched(row))
    .flatMap((row) => {
      const found = after.find(({ id }) => id === row.id)
      if (found === undefined) return [`trial ${row.number} is not there`]
      const hasEnded = ['complete', 'pruned', 'failed'].includes(row.state)
      const kept = hasEnded && found.state !== 'interrupted' ? Object.keys(row) : ['id', 'number', 'config']
      const wrong = kept.filter((key) => JSON.stringify(found[key]) !== JSON.stringify(row[key]))
      return wrong.map(
        (key) => `trial ${row.number} has ${key} ${JSON.stringify(found[key])}, not ${JSON.stringify(row[key])}`,
      )
    })
}

/** All of a study, without the times of folders: a look may create and remove a file of its own. */
function contentsOf(root: string | Buffer): string[] {
  return readdirSync(root, { encoding: 'buffer' }).flatMap((name) => {
    // Names need not be UTF-8.
    const path = Buffer.concat([Buffer.from(root), Buffer.from('/'), name])
    const stats = lstatSync(path)
    const content = stats.isFile() && stats.size < MOST_COMPARED ? readFileSync(path, 'base64') : stats.size
    const what = stats.isDirectory() ? '' : stats.isSymbolicLink() ? readlinkSync(path) : content
    const line = `${path.toString('latin1')} ${stats.mode} ${stats.isFile() ? stats.mtimeMs : ''} ${what}`
    return [line, ...(stats.isDirectory() ? contentsOf(path) : [])]
  })
}

function differences(before: readonly string[], after: readonly string[]): string[] {
  const [old, now] = [new Set(before), new Set(after)]
  return [...before.filter((line) => !now.has(line)), ...after.filter((line) => !old.has(line))].map((line) =>
    line.slice(0, 200),
  )
}

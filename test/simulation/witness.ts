/**
 * The witness sees every change on the server and hears what the processes were told, and says which invariants of
 * FORMAT.md are violated. It reads the files by itself: it never asks the code under test what they mean.
 */

import { createHash } from 'node:crypto'
import type { Node, Server } from './server.ts'
import { CONSTRAINTS, saidOf, WHY_PRUNED } from './workers.ts'

type Fields = Readonly<Record<string, unknown>>

/** What a process was told. */
export type Told =
  | { readonly what: 'opened'; readonly token: string }
  | { readonly what: 'claimed'; readonly id: string; readonly number: number; readonly attempt: number }
  | { readonly what: 'ending'; readonly id: string; readonly attempt: number }
  | {
      readonly what: 'ended'
      readonly id: string
      readonly attempt: number
      readonly status: string
      readonly value: number | undefined
      readonly answer: string
    }
  | { readonly what: 'queued'; readonly id: string }

const OF_STUDY = String.raw`\.anthill/(study\.json|slots/\d+/\d+(\.\d+)?|amend/\d+\.json|best/\d+\.json)`
const OF_TRIAL = String.raw`[0-9a-f]{20}/\.anthill/(lock\.\d+|failed\.\d+\.json|value(\.\d+)?\.json)`
const WRITE_ONCE = new RegExp(`^/s/(${OF_STUDY}|${OF_TRIAL})(\\.d)?$`)

export class Witness {
  readonly violations: string[] = []
  /** How often the things happened that a sweep should see. */
  readonly seen = { claims: 0, taken: 0, superseded: 0, epochs: 0, improvements: 0 }
  /** Whether synced bytes may be lost, as on a disk that lies. Then values may vanish, but nobody may wait for them. */
  isLenient = false
  /** What the record of a pruned trial must have as the prediction. */
  predicted: readonly number[] | undefined
  readonly #server: Server
  readonly #made = new Map<string, string>()
  /** Claims of attempts that were made when a value existed already. */
  readonly #late = new Set<string>()
  readonly #owners = new Map<string, string>()
  readonly #running = new Map<string, string>()
  readonly #commits = new Map<string, { value: number | undefined; status: string }>()
  readonly #notes = new Set<string>()
  #study: string | undefined

  constructor(server: Server) {
    this.#server = server
    server.onChange = (path, node) => this.#changed(path, node)
  }

  /** After a loss of power: what is on the server now counts as what was made. */
  begins(): void {
    const there = [...this.#made.keys()].filter(
      (path) => this.#server.at(path) !== undefined || this.#server.at(`${path}.d`) !== undefined,
    )
    for (const path of [...this.#made.keys()]) if (!there.includes(path)) this.#made.delete(path)
    for (const path of there) this.#made.set(path, this.#textAt(path) ?? '')
    this.#running.clear()
    for (const run of [...this.#owners.keys()])
      if (!this.#made.has(`/s/${run.replace(' ', '/.anthill/lock.')}`)) this.#owners.delete(run)
  }

  /** A person removed files that may be removed. */
  forgets(folder: string): void {
    for (const path of [...this.#made.keys()]) if (path.startsWith(folder)) this.#made.delete(path)
  }

  /** A process has ended, and its program with it. */
  seesDeath(process: string): void {
    for (const [run, owner] of this.#running) if (owner === process) this.#running.delete(run)
  }

  hears(process: string, told: Told): void {
    if (told.what === 'opened') {
      this.#study ??= told.token
      if (this.#study !== told.token) this.#blame('I1', `${process} works at another definition`)
    } else if (told.what === 'claimed') {
      this.#claimed(process, told)
    } else if (told.what === 'ending') {
      this.#running.delete(`${told.id} ${told.attempt}`)
    } else if (told.what === 'ended') {
      this.#ended(process, told)
    }
  }

  /** Judges the state on the server when all is quiet. `isOver`: a process has left because nothing was left to do. */
  judge(options: {
    readonly ceiling: number
    readonly isOver: boolean
    readonly queued: readonly string[]
    readonly mayBeExhausted: boolean
  }): void {
    for (const [path, text] of this.#made) if (this.#textAt(path) !== text) this.#blame('I3', `'${path}' has changed`)
    const numbers = this.#slots()
    const trials = this.#trials(numbers)
    for (const number of numbers.keys())
      if (number >= options.ceiling) this.#blame('I5', `number ${number} is not below ${options.ceiling}`)
    for (const [id, commit] of this.#commits) {
      const final = this.#finals(id).find(
        (d) => d.status === commit.status && Object.values(d.values as Fields)[0] === commit.value,
      )
      if (final === undefined) this.#blame('I4', `the ${commit.status} of '${id}' that was acknowledged is gone`)
    }
    for (const note of this.#notes)
      if (this.#textAt(note) === undefined) this.#blame('I4', `the end '${note}' that was acknowledged is gone`)
    if (!options.isOver) return
    if (!options.mayBeExhausted && numbers.size !== options.ceiling)
      this.#blame('I5', `${numbers.size} numbers are used of ${options.ceiling}`)
    for (const [number, id] of trials) {
      const finals = this.#finals(id)
      if (finals.length === 0 && !this.#rests(id)) this.#blame('I11', `trial ${number} has no end`)
      if (this.#server.textAt(`/s/${id}/config.json`) === undefined) this.#blame('I8', `trial ${number} has no face`)
    }
    for (const [number, documents] of numbers) {
      if (!trials.has(number) && documents.every((d) => d.closed === undefined && d.damaged === undefined))
        this.#blame('I11', `number ${number} has neither a trial nor an end`)
    }
    const isTaken = new Set(trials.values())
    for (const id of options.queued)
      if (!isTaken.has(id) && numbers.size < options.ceiling) this.#blame('queue', `'${id}' was queued and never tried`)
    this.#judgeBest(trials)
  }

  /** The config of each number, if the sampler alone chose it. */
  configs(): Map<number, string> {
    const configs = new Map<number, string>()
    for (const [number, [first]] of this.#slots())
      if (first?.origin !== 'queue' && typeof first?.config === 'string') configs.set(number, first.config)
    return configs
  }

  #changed(path: string, node: Node | undefined): void {
    if (path === '/s/best_instance') return this.#linked(node)
    if (!WRITE_ONCE.test(path)) return
    const file = path.replace(/\.d$/, '')
    const text = this.#textAt(file)
    const old = this.#made.get(file)
    if (node === undefined || text === undefined)
      return old === undefined ? undefined : this.#blame('I3', `'${file}' was removed`)
    if (old !== undefined && old !== text) return this.#blame('I3', `'${file}' was changed`)
    if (old !== undefined) return
    this.#made.set(file, text)
    if (!this.isLenient && parsed(text) === undefined) this.#blame('I10', `'${file}' came into being in part`)
    this.#follows(file)
  }

  /** Checks that the files exist that a new file presupposes. */
  #follows(path: string): void {
    const [, trial] = /^\/s\/([0-9a-f]{20})\/\.anthill\/(?:lock\.(?!1$)|failed|value)/.exec(path) ?? []
    if (
      trial !== undefined &&
      !this.isLenient &&
      this.#read(path)?.slot !== this.#read(`/s/${trial}/.anthill/lock.1`)?.slot
    ) {
      this.#blame('I5', `'${path}' names another number than the claim of that trial`)
    }
    const [, id, attempt] = /^\/s\/([0-9a-f]{20})\/\.anthill\/lock\.(\d+)$/.exec(path) ?? []
    if (id !== undefined && Number(attempt) > 1) {
      if (this.#textAt(`/s/${id}/.anthill/failed.${Number(attempt) - 1}.json`) === undefined)
        this.#blame('I2', `'${path}' came before the end of the attempt before`)
      const round = this.#read(path)?.round
      if (this.#finals(id).some((d) => d.round === round)) this.#late.add(`${id} ${attempt}`)
    }
    const [, number, epoch] = /^\/s\/\.anthill\/slots\/\d+\/(\d+)(?:\.(\d+))?$/.exec(path) ?? []
    if (number !== undefined && epoch !== undefined) {
      this.seen.epochs++
      const before = this.#read(`/s/.anthill/slots/000/${number}${epoch === '2' ? '' : `.${Number(epoch) - 1}`}`)
      const lock = before === undefined ? undefined : this.#textAt(`/s/${String(before.id)}/.anthill/lock.1`)
      const isOthers = lock !== undefined && (parsed(lock) === undefined || parsed(lock)!.slot !== Number(number))
      if (!isOthers && !this.isLenient) this.#blame('I5', `'${path}' came though nobody else had the config`)
    }
    const [, generation] = /^\/s\/\.anthill\/best\/(\d+)\.json$/.exec(path) ?? []
    if (generation !== undefined) {
      this.seen.improvements++
      const before = this.#read(`/s/.anthill/best/${String(Number(generation) - 1).padStart(8, '0')}.json`)
      const now = this.#read(path)
      if (before === undefined && Number(generation) > 1 && !this.isLenient)
        this.#blame('I6', `'${path}' came before the one before`)
      if (before !== undefined && now !== undefined && !isBefore(now, before))
        this.#blame('I6', `'${path}' is not an improvement`)
      if (now !== undefined && !this.#mayBeBest(String(now.id)))
        this.#blame('I6', `'${path}' names a trial that has no value or breaks the constraint`)
    }
    const [, amendment] = /^\/s\/\.anthill\/amend\/(\d+)\.json$/.exec(path) ?? []
    if (
      amendment !== undefined &&
      Number(amendment) > 1 &&
      this.#textAt(`/s/.anthill/amend/${String(Number(amendment) - 1).padStart(6, '0')}.json`) === undefined
    ) {
      this.#blame('amend', `'${path}' came before the one before`)
    }
  }

  #linked(node: Node | undefined): void {
    if (node === undefined) return // replaced in the same request
    if (node.kind !== 'symlink' || !this.#mayBeBest(node.target))
      this.#blame('I7', 'the link leads to no committed trial that keeps the constraint')
  }

  #claimed(process: string, { id, number, attempt }: Told & { what: 'claimed' }): void {
    this.seen.claims++
    if (attempt > 1) this.seen.taken++
    const run = `${id} ${attempt}`
    const owner = this.#owners.get(run)
    if (owner !== undefined) this.#blame('I2', `attempt ${attempt} at '${id}' has two owners, ${owner} and ${process}`)
    this.#owners.set(run, process)
    const lock = this.#read(`/s/${id}/.anthill/lock.${attempt}`)
    if (
      lock === undefined ||
      lock.slot !== number ||
      !String((lock.identity as Fields | undefined)?.worker).startsWith(`${process}-`)
    ) {
      this.#blame('I2', `${process} was given attempt ${attempt} at '${id}', whose lock says otherwise`)
    }
    if (this.#late.has(run)) this.#blame('I3', `${process} was given attempt ${attempt} at '${id}', which had a value`)
    for (let k = 1; k < attempt; k++) {
      const other = this.#running.get(`${id} ${k}`)
      if (other !== undefined && this.#read(`/s/${id}/.anthill/failed.${k}.json`)?.reason !== 'lost') {
        this.#blame('I12', `${process} runs '${id}' beside ${other}, which nobody suspected`)
      }
    }
    this.#running.set(run, process)
  }

  #ended(process: string, { id, attempt, status, value, answer }: Told & { what: 'ended' }): void {
    const isNote = status === 'failed' || status === 'interrupted' || status === 'paused'
    const note = `/s/${id}/.anthill/failed.${attempt}.json`
    if (isNote) {
      const mine = String(this.#read(note)?.worker).startsWith(`${process}-`)
      if (answer === 'committed' ? !mine : this.#textAt(note) === undefined)
        this.#blame('I12', `${process} was told '${answer}' of the end of attempt ${attempt} at '${id}'`)
      if (answer === 'committed') this.#notes.add(note)
      return
    }
    const mine = this.#finals(id).find((d) => d.attempt === attempt && String(d.worker).startsWith(`${process}-`))
    if (answer === 'committed') {
      if (mine === undefined || mine.status !== status || Object.values(mine.values as Fields)[0] !== value)
        this.#blame('I4', `${process} was told that '${id}' is ${status}, which it is not`)
      this.#commits.set(id, { value, status })
    } else {
      this.seen.superseded++
      if (mine !== undefined) this.#blame('I12', `${process} was told that its value of '${id}' lost, which counts`)
      if (this.#finals(id).length === 0)
        this.#blame('I12', `${process} was told that its value of '${id}' lost, to none`)
    }
  }

  #judgeBest(trials: ReadonlyMap<number, string>): void {
    let best: { slot: number; worth: number; id: string } | undefined
    for (const [number, id] of trials) {
      for (const d of this.#finals(id)) {
        this.#judgeWords(id, d)
        if (!mayBeBest(d)) continue
        const one = { slot: number, worth: saidOf(id).loss, id }
        if (best === undefined || isBefore(one, best)) best = one
      }
    }
    const chain = this.#server
      .namesIn('/s/.anthill/best')
      .filter((name) => !name.startsWith('.'))
      .sort()
      .map((name) => this.#read(`/s/.anthill/best/${name.replace(/\.d$/, '')}`))
    const link = this.#server.at('/s/best_instance')
    const top = chain.findLast((d) => d !== undefined)
    if (top?.id !== best?.id)
      this.#blame('I6', `the chain ends with '${String(top?.id)}', the best is '${String(best?.id)}'`)
    if ((link?.kind === 'symlink' ? link.target : undefined) !== best?.id)
      this.#blame('I7', `the link does not lead to the best, '${String(best?.id)}'`)
  }

  /** Checks that a terminal record has all that the program said, and why it was pruned. */
  #judgeWords(id: string, { status, values, detail, predicted }: Fields): void {
    if (status !== 'complete' && status !== 'pruned') return
    const said = JSON.stringify(saidOf(id))
    const kept = JSON.stringify(values)
    if (kept !== said && !(status === 'pruned' && kept === '{}'))
      this.#blame('I4', `'${id}' said ${said}, its record has ${kept}`)
    if (status === 'complete') return
    if (detail !== WHY_PRUNED || JSON.stringify(predicted) !== JSON.stringify(this.predicted))
      this.#blame('I4', `'${id}' was pruned because ${String(detail)}, with ${JSON.stringify(predicted)}`)
  }

  /** By number: the slot files of all its epochs. */
  #slots(): Map<number, Fields[]> {
    const numbers = new Map<number, Fields[]>()
    for (const folder of this.#server.namesIn('/s/.anthill/slots')) {
      for (const name of this.#server.namesIn(`/s/.anthill/slots/${folder}`)) {
        const [, digits, epoch] = /^(\d+)(?:\.(\d+))?(?:\.d)?$/.exec(name) ?? []
        if (digits === undefined) continue
        const number = Number(digits)
        if (!numbers.has(number)) numbers.set(number, [])
        const d = this.#read(`/s/.anthill/slots/${folder}/${name.replace(/\.d$/, '')}`)
        numbers.get(number)![Number(epoch ?? 1) - 1] = d ?? { damaged: true }
        if (d === undefined || d.closed !== undefined) continue
        const hash = createHash('sha256')
          .update(String(d.config))
          .update(d.repeat === 0 ? '' : `#${String(d.repeat)}`)
          .digest('hex')
          .slice(0, 20)
        if (hash !== d.id) this.#blame('I8', `number ${number} carries a config that is not its id's`)
      }
    }
    return numbers
  }

  /** The rule of numbers: slot n becomes the trial of its first epoch whose `lock.1` names n. */
  #trials(numbers: ReadonlyMap<number, readonly Fields[]>): Map<number, string> {
    const trials = new Map<number, string>()
    for (const [number, epochs] of numbers) {
      for (const d of epochs) {
        if (d?.damaged === true || d?.closed !== undefined || d === undefined) continue
        const lock = this.#read(`/s/${String(d.id)}/.anthill/lock.1`)
        const named =
          lock === undefined && this.#textAt(`/s/${String(d.id)}/.anthill/lock.1`) !== undefined
            ? this.#finals(String(d.id))[0]?.slot
            : lock?.slot
        if (named !== number) continue
        if (trials.has(number)) this.#blame('I5', `number ${number} has two trials`)
        trials.set(number, String(d.id))
      }
    }
    const ids = [...trials.values()]
    if (new Set(ids).size !== ids.length) this.#blame('I5', 'a trial has two numbers')
    return trials
  }

  /** The terminal records of a trial, of all rounds. */
  #finals(id: string): Fields[] {
    const finals: Fields[] = []
    for (const name of this.#server.namesIn(`/s/${id}/.anthill`)) {
      const [, round] = /^value(?:\.(\d+))?\.json(?:\.d)?$/.exec(name) ?? (name === 'value.json' ? ['', '1'] : [])
      if (!/^value(\.\d+)?\.json(\.d)?$/.test(name)) continue
      const d = this.#read(`/s/${id}/.anthill/${name.replace(/\.d$/, '')}`)
      finals.push(d ?? { status: 'damaged', values: {}, round: Number(round ?? 1) })
    }
    return finals
  }

  /** Whether the note of the last attempt says that the trial rests. */
  #rests(id: string): boolean {
    const names = this.#server.namesIn(`/s/${id}/.anthill`)
    const attempts = names.flatMap((name) => /^lock\.(\d+)(?:\.d)?$/.exec(name)?.[1] ?? [])
    return this.#read(`/s/${id}/.anthill/failed.${Math.max(...attempts.map(Number))}.json`)?.reason === 'paused'
  }

  #mayBeBest(id: string): boolean {
    return this.#finals(id).some(mayBeBest)
  }

  #textAt(path: string): string | undefined {
    return this.#server.textAt(path) ?? this.#server.textAt(`${path}.d/content`)
  }

  #read(path: string): Fields | undefined {
    const text = this.#textAt(path)
    return text === undefined ? undefined : parsed(text)
  }

  #blame(invariant: string, words: string): void {
    if (this.isLenient && ['I3', 'I4', 'I10', 'I12', 'queue'].includes(invariant)) return
    this.violations.push(`${invariant}: ${words}`)
  }
}

function parsed(text: string): Fields | undefined {
  if (!text.endsWith('\n')) return undefined
  try {
    return JSON.parse(text) as Fields
  } catch {
    return undefined
  }
}

/** Whether a terminal record is complete and keeps the constraint. */
const mayBeBest = ({ status, values }: Fields): boolean =>
  status === 'complete' && Number((values as Fields).memory) <= CONSTRAINTS.memory.atMost

/** Lower is better, then the lower number. */
const isBefore = (a: Fields, b: Fields): boolean => {
  const [x, y] = [Number(a.worth), Number(b.worth)]
  return x < y || (x === y && Number(a.slot) < Number(b.slot))
}

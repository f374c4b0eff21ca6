/**
 * A process that works at a study through the built library and writes down what it asked for and what it was told.
 *
 *   node worker.mjs work STUDY TRIALS LEASE_MS HISTORY SEED   random trials until none is left
 *   node worker.mjs once STUDY TRIALS LEASE_MS HISTORY SEED   each operation once, in order; then completes the rest
 *   node worker.mjs read STUDY HISTORY                        opens and reads the study repeatedly, until it is killed
 *
 * A line of the history is `{"op", "atUs", "what", "args"}` before a call and `{"op", "atUs", "outcome", "result"}`
 * after it. `outcome` is `ok`, `fail` (certainly not done) or `unknown` (the file system refused: done or not). Times
 * are those of CLOCK_MONOTONIC, which all processes of a host share. history.ts reads the files.
 */

import { openSync, writeSync } from 'node:fs'
import { float, int, openStudy } from '../../dist/index.js'

const SPACE = { x: float(0, 1), k: int(1, 1000) }
const RETRIES = 1

const [, , mode, directory, ...rest] = process.argv
const [trials, leaseMs, historyPath, seed] = mode === 'read' ? [undefined, undefined, rest[0], '0'] : rest

const history = openSync(historyPath, 'a')
let operations = 0

const nowUs = () => Number(process.hrtime.bigint() / 1000n)
const log = (event) => void writeSync(history, `${JSON.stringify(event)}\n`)
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Makes one call between two lines of the history; `described` gives the part of the result that the history keeps. */
async function told(what, args, call, described = (result) => result) {
  const op = ++operations
  log({ op, atUs: nowUs(), what, args })
  try {
    const result = await call()
    log({ op, atUs: nowUs(), outcome: 'ok', result: described(result) ?? null })
    return result
  } catch (error) {
    const isMisuse = error instanceof TypeError || error instanceof RangeError
    log({ op, atUs: nowUs(), outcome: isMisuse ? 'fail' : 'unknown', error: String(error) })
    throw error
  }
}

/** Repeats a call while the file system refuses it, for at most ten seconds. */
async function insisting(call) {
  for (let tries = 0; ; tries++) {
    try {
      return await call()
    } catch (error) {
      if (error?.code !== 'INPUT_OUTPUT' || tries === 200) throw error
      await sleep(50)
    }
  }
}

let state = (Number(seed) % 2147483646) + 1
const random = () => (state = (state * 48271) % 2147483647) / 2147483647

const openedFor = (options) =>
  told(
    'open',
    { trials: options.trials ?? null },
    () => openStudy(directory, options),
    (study) => ({ worker: study.workerId }),
  )
const best = (study) =>
  told(
    'best',
    {},
    () => study.best(),
    (b) => b && { number: b.number, id: b.id, value: b.value },
  )
const listing = (study) =>
  told(
    'trials',
    {},
    () => study.trials(),
    (all) => all.filter((t) => t.number !== null).map((t) => [t.number, t.state, t.attempt, t.value]),
  )
const enqueue = (study, config) =>
  told(
    'enqueue',
    { config },
    () => study.enqueue(config),
    ({ id, state: standing }) => ({ id, state: standing }),
  )
const ask = (study) =>
  told(
    'ask',
    {},
    () => study.ask(),
    (t) => t && { number: t.number, id: t.id, attempt: t.attempt, config: t.configText, worker: study.workerId },
  )

const ended = (ending) => ({ ending })
const facts = (t) => ({ number: t.number, attempt: t.attempt })
const report = (t, value) => told('report', { ...facts(t), value }, () => t.report(value))
const complete = (t) =>
  insisting(() => told('complete', { ...facts(t), value: valueOf(t) }, () => t.complete(valueOf(t)), ended))
const prune = (t) =>
  insisting(() => told('prune', { ...facts(t), value: valueOf(t) }, () => t.prune(valueOf(t)), ended))
const fail = (t) => insisting(() => told('fail', facts(t), () => t.fail('asked to fail'), ended))

/** The value of an attempt; it differs between the attempts at a trial. */
const valueOf = (t) => t.config.x + t.attempt

async function work() {
  const study = await insisting(() =>
    openedFor({ space: SPACE, trials: Number(trials), leaseMs: Number(leaseMs), retries: RETRIES, seed: 1 }),
  )
  let asked = 0
  for (;;) {
    if (asked < 20 && random() < 0.05)
      await insisting(() => enqueue(study, { x: random(), k: 1 + Math.floor(random() * 1000) }))
    const trial = await insisting(() => ask(study))
    if (trial === undefined) break
    asked++
    await runAtRandom(trial)
    if (random() < 0.2) await insisting(() => best(study))
    if (random() < 0.1) await insisting(() => listing(study))
  }
  await told('close', {}, () => study.close())
}

async function runAtRandom(trial) {
  // A process has a trial most of the time, so that most faults hit a trial.
  const steps = 1 + Math.floor(random() * 3)
  for (let step = 0; step < steps; step++) {
    await sleep(20 + random() * 80)
    await report(trial, trial.config.x + 1 / (step + 1))
  }
  const luck = random()
  if (luck < 0.08) await fail(trial)
  else if (luck < 0.16) await prune(trial)
  else await complete(trial)
}

/** Calls every operation once. A process that is started again like this finishes what is left. */
async function once() {
  const study = await openedFor({
    space: SPACE,
    trials: Number(trials),
    leaseMs: Number(leaseMs),
    retries: RETRIES,
    seed: 1,
  })
  await enqueue(study, { x: 0.25, k: 7 })
  const endings = [complete, prune, fail]
  for (let k = 0; ; k++) {
    const trial = await ask(study)
    if (trial === undefined) break
    await report(trial, 1)
    await (endings[k] ?? complete)(trial)
  }
  await best(study)
  await listing(study)
  await told('close', {}, () => study.close())
}

async function read() {
  for (;;) {
    await insisting(async () => {
      const study = await openedFor({ readOnly: true })
      await best(study)
      await listing(study)
      await study.close()
    })
    await sleep(100)
  }
}

await { work, once, read }[mode]()

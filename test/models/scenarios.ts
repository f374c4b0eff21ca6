/** The models and bounds to explore: normally those with `isQuick`, with `ANTHILL_MODELS=full` all of them. */

import { attemptsModel } from './attempts.ts'
import { bestModel } from './best.ts'
import type { Model } from './checker.ts'
import { indexModel } from './index.ts'
import { numbersModel } from './numbers.ts'
import { observeModel } from './observe.ts'

export interface Scenario {
  readonly part: string
  readonly isQuick: boolean
  readonly model: Model
}

const two = { workers: 2, numbers: 2, epochs: 2, configs: 4, staleLookups: true }
const any = { ...two, epochs: 3, configs: 5, anyOrder: true }
const pair = { workers: 2, limits: { lost: 2, failed: 2 }, staleLookups: true }
const again = { workers: 2, limits: { lost: 2, failed: 1 }, retries: 1, staleLookups: true }
const oneLog = { trials: [{ worker: 0, segment: 0 }] }
const twoLogs = {
  trials: [
    { worker: 0, segment: 0 },
    { worker: 1, segment: 1 },
  ],
}
const rolledLog = {
  trials: [
    { worker: 0, segment: 0 },
    { worker: 0, segment: 1 },
  ],
}

const of = (part: string, make: (name: string) => Model, name: string, isQuick = true): Scenario => ({
  part,
  isQuick,
  model: make(name),
})
const numbers = (name: string, bounds: Parameters<typeof numbersModel>[1], isQuick = true): Scenario =>
  of('slot and claim', (n) => numbersModel(n, bounds), name, isQuick)
const queue = (name: string, bounds: Parameters<typeof numbersModel>[1], isQuick = true): Scenario =>
  of('queue', (n) => numbersModel(n, bounds), name, isQuick)
const attempts = (name: string, bounds: Parameters<typeof attemptsModel>[1], isQuick = true): Scenario =>
  of('commit and reclaim', (n) => attemptsModel(n, bounds), name, isQuick)
const best = (name: string, bounds: Parameters<typeof bestModel>[1], isQuick = true): Scenario =>
  of('best chain and link', (n) => bestModel(n, bounds), name, isQuick)
const index = (name: string, bounds: Parameters<typeof indexModel>[1], isQuick = true): Scenario =>
  of('index and collection', (n) => indexModel(n, bounds), name, isQuick)
const observe = (name: string, bounds: Parameters<typeof observeModel>[1], isQuick = true): Scenario =>
  of('results from elsewhere', (n) => observeModel(n, bounds), name, isQuick)

export const SCENARIOS: readonly Scenario[] = [
  numbers('2 workers, 2 numbers, 2 kills, 1 wrong suspicion', { ...two, kills: 2, suspicions: 1 }),
  numbers('the same, numbers in any order, 1 kill', { ...any, kills: 1, suspicions: 1 }),
  numbers('the same, numbers in any order, 2 kills', { ...any, kills: 2, suspicions: 1 }, false),
  numbers('2 workers, any order, 2 creations told of an error', { ...any, lostAnswers: 2 }),
  numbers('2 workers, any order, leaving others at work, 1 wrong suspicion', {
    ...any,
    suspicions: 1,
    leavesOthers: true,
  }),
  numbers(
    '2 workers, 3 numbers, 1 kill, 1 wrong suspicion',
    { ...two, numbers: 3, epochs: 3, configs: 6, kills: 1, suspicions: 1 },
    false,
  ),
  numbers('3 workers, 1 kill', { ...two, workers: 3, epochs: 3, configs: 5, kills: 1 }),
  numbers(
    '3 workers, 1 kill, 1 wrong suspicion',
    { ...two, workers: 3, epochs: 3, configs: 5, kills: 1, suspicions: 1 },
    false,
  ),
  numbers('3 workers, any order, 1 kill', { ...any, workers: 3, kills: 1 }, false),
  numbers('slots that wait for a log, 1 real death, fresh logs, a full scan', {
    ...two,
    epochs: 3,
    configs: 6,
    staleLookups: false,
    kills: 1,
    lateLogs: false,
    wrong: 'intent in a log',
  }),

  queue('2 workers, 1 person, 2 kills, 1 wrong suspicion', { ...two, people: 1, kills: 2, suspicions: 1 }, false),
  queue('2 workers, 1 person, 1 kill, 1 wrong suspicion', { ...two, people: 1, kills: 1, suspicions: 1 }),
  queue('2 workers, any order, 2 people, nothing else to try', { ...any, configs: 2, people: 2, mayExhaust: true }),
  queue('2 workers, 2 people, 1 kill', { ...two, people: 2, kills: 1 }, false),
  queue('3 workers, 1 person, 1 kill', { ...two, workers: 3, epochs: 3, configs: 5, people: 1, kills: 1 }, false),

  attempts('2 workers, 1 kill, 1 wrong suspicion, 1 interruption', { ...pair, kills: 1, suspicions: 1, interrupts: 1 }),
  attempts(
    '2 workers, 2 kills, 1 wrong suspicion, 1 failure',
    { ...pair, kills: 2, suspicions: 1, failures: 1 },
    false,
  ),
  attempts('2 workers, 2 wrong suspicions, 1 interruption', { ...pair, suspicions: 2, interrupts: 1 }),
  attempts('2 workers, a retry, 1 kill, 2 failures', { ...again, kills: 1, failures: 2 }),
  attempts(
    '2 workers, two retries at once, 3 failures, 1 wrong suspicion',
    { ...again, retries: 2, suspicions: 1, failures: 3 },
    false,
  ),
  attempts('2 workers, 1 pause, 1 kill, 1 wrong suspicion', { ...pair, pauses: 1, kills: 1, suspicions: 1 }),
  attempts('2 workers, 2 pauses, 1 kill, 1 wrong suspicion', { ...pair, pauses: 2, kills: 1, suspicions: 1 }, false),
  attempts('2 workers, 2 pauses, a retry, 1 failure', { ...again, pauses: 2, failures: 1 }),
  attempts('3 workers, 1 pause, 1 kill', { ...pair, workers: 3, pauses: 1, kills: 1 }, false),
  attempts('3 workers, 1 kill', { ...pair, workers: 3, kills: 1 }),
  attempts('3 workers, 1 kill, 1 wrong suspicion', { ...pair, workers: 3, kills: 1, suspicions: 1 }, false),
  attempts('3 workers, 1 kill, 2 failures', { ...pair, workers: 3, kills: 1, failures: 2 }, false),

  best('2 workers, 2 kills', { workers: 2, kills: 2, staleLookups: true }),
  best('3 workers, nothing is old', { workers: 3 }),
  best('3 workers', { workers: 3, staleLookups: true }, false),
  best('3 workers, 1 kill', { workers: 3, kills: 1, staleLookups: true }, false),

  index(
    '1 worker, 2 compactors, 3 generations, a second look',
    { ...oneLog, generations: 3, keep: 1, compactors: 2, refreshes: 1 },
    false,
  ),
  index('1 worker, 3 generations, 1 kill, two later looks', {
    ...oneLog,
    generations: 3,
    keep: 2,
    kills: 1,
    refreshes: 2,
  }),
  index('1 worker, 2 generations, 2 hints lost', { ...oneLog, generations: 2, keep: 1, losses: 2 }),
  index(
    '1 worker with a rolled log, 2 generations, 1 kill, a second look',
    { ...rolledLog, generations: 2, keep: 1, kills: 1, refreshes: 1 },
    false,
  ),
  index(
    '1 worker with a rolled log, 3 generations, 1 kill',
    { ...rolledLog, generations: 3, keep: 2, kills: 1 },
    false,
  ),
  index('2 workers, 2 generations, 1 kill', { ...twoLogs, generations: 2, keep: 1, kills: 1 }, false),
  index('2 workers, 2 generations, 1 hint lost', { ...twoLogs, generations: 2, keep: 1, losses: 1 }, false),
  index('2 workers, 2 generations, a second look', { ...twoLogs, generations: 2, keep: 1, refreshes: 1 }, false),

  observe('2 people, 2 workers, 1 kill', { sets: [1, 2], workers: 2, kills: 1, staleLookups: true }),
  observe('3 people of whom 2 import the same, 1 worker, 1 kill', {
    sets: [1, 1, 2],
    workers: 1,
    kills: 1,
    staleLookups: true,
  }),
  observe('3 people, 2 workers, 2 kills', { sets: [1, 1, 2], workers: 2, kills: 2, staleLookups: true }, false),
]

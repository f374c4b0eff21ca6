import { beforeAll, expect, test } from 'vitest'
import { liveThrough } from './crash.ts'
import type { Crash, CrashOutcome } from './crash.ts'
import { CONSTRAINTS } from './workers.ts'

/**
 * `ANTHILL_CRASH_POINTS=all` tries all points of all kinds. Otherwise every third kill at a call that changes
 * something is tried, and some of the rest.
 */
const isSweep = process.env.ANTHILL_CRASH_POINTS === 'all'
const LIMIT_MS = isSweep ? 24 * 3_600_000 : 120_000

/**
 * Calls that change the server. Between two of them its state is the same, so one kill stands for all calls between.
 */
const CHANGES = /^(open-wx?|write|sync|close|link|unlink|mkdir|rmdir|rename|symlink) /

let calm: CrashOutcome
const table: { kind: string; points: number; violations: number }[] = []

beforeAll(async () => {
  calm = await liveThrough({})
})

const callsOf = (worker: number): { call: number; words: string }[] =>
  calm.calls[worker]!.map((words, i) => ({ call: i + 1, words }))
const changes = (): { call: number; words: string }[] => callsOf(0).filter(({ words }) => CHANGES.test(words))

/** Every n-th point in an ordinary run, all points in a sweep. */
const some = <T>(all: readonly T[], n: number): T[] => all.filter((_, i) => isSweep || i % n === 0)

/**
 * Tries each crash. The same numbers must have the same configs as without a crash, unless slots themselves were lost.
 */
async function tryAll(kind: string, crashes: Iterable<Crash>, most = 3): Promise<void> {
  const failures: string[] = []
  const row = { kind, points: 0, violations: 0 }
  for (const crash of crashes) {
    const { violations, configs } = await liveThrough(crash)
    const strays =
      crash.power?.liesFrom !== undefined
        ? []
        : [...configs]
            .filter(([number, config]) => calm.configs.has(number) && calm.configs.get(number) !== config)
            .map(([number]) => `I13: number ${number} has another config`)
    row.points++
    if (violations.length + strays.length === 0) continue
    row.violations++
    const at = calm.calls[0]![(crash.first?.call ?? 1) - 1]
    const broken = [...violations, ...strays].join('\n  ')
    if (failures.length < most) failures.push(`${JSON.stringify(crash)} at '${at}':\n  ${broken}`)
  }
  table.push(row)
  if (isSweep) console.table(table)
  expect(failures.join('\n')).toBe('')
  expect(row.points).toBeGreaterThan(0)
}

test('a worker that nobody stops does all there is to do, and leaves a study that breaks no invariant', () => {
  expect(calm.violations).toEqual([])
  const done = calm.calls[0]!.join('\n')
  for (const path of [
    'study.json',
    'slots/',
    'amend/',
    'lock.1',
    'lock.2',
    'failed.1.json',
    'value.json',
    'value.2.json',
    'best/',
    'best_instance',
    'workers/',
    'log/',
  ])
    expect(done).toContain(path)
})

test('the worker that nobody stops meets better trials that are pruned or break the constraint', () => {
  const records = calm.dump().flatMap((line) => {
    const [, text] = /\/\.anthill\/value(?:\.\d+)?\.json: (.*)$/.exec(line) ?? []
    return text === undefined ? [] : [JSON.parse(text) as { status: string; values: Record<string, number> }]
  })
  const of = (status: string) => records.filter((one) => one.status === status).map(({ values }) => values)
  const allowed = of('complete').filter(({ memory }) => memory! <= CONSTRAINTS.memory.atMost)
  const best = Math.min(...allowed.map(({ loss }) => loss!))
  expect(allowed.length).toBeGreaterThan(2)
  expect(of('complete').filter(({ loss, memory }) => loss! < best && memory! > CONSTRAINTS.memory.atMost)).not.toEqual(
    [],
  )
  expect(of('pruned').filter(({ loss, memory }) => loss! < best && memory! <= CONSTRAINTS.memory.atMost)).not.toEqual(
    [],
  )
  expect(calm.improvements).toBeGreaterThan(1)
})

test(
  'a worker killed at any call leaves nothing that others cannot finish',
  async () => {
    await tryAll(
      'killed before a call',
      (isSweep ? callsOf(0) : some(changes(), 3)).map(({ call }) => ({ first: { call, kind: 'kill-before' } })),
    )
    await tryAll('killed after the last call', [{ first: { call: calm.calls[0]!.length, kind: 'kill-after' } }])
    if (isSweep)
      await tryAll(
        'killed after a call',
        callsOf(0).map(({ call }) => ({ first: { call, kind: 'kill-after' } })),
      )
  },
  LIMIT_MS,
)

test(
  'a worker killed in the middle of any write leaves nothing that anybody believes',
  async () => {
    await tryAll(
      'killed with half of a write',
      some(
        callsOf(0).filter(({ words }) => words.startsWith('write')),
        2,
      ).map(({ call }) => ({ first: { call, kind: 'torn' } })),
    )
  },
  LIMIT_MS,
)

test(
  'a request that is done twice, refused, or done and not answered costs only time',
  async () => {
    for (const kind of ['repeat', 'error-before', 'error-after', 'stale', 'full'] as const) {
      const points =
        kind === 'repeat'
          ? callsOf(0).filter(({ words }) => /^(open-wx?|link|unlink|mkdir|rename|symlink) /.test(words))
          : callsOf(0)
      await tryAll(
        kind,
        some(points, kind === 'repeat' ? 3 : 15).map(({ call }) => ({ first: { call, kind } })),
      )
    }
  },
  LIMIT_MS,
)

test(
  'a worker killed while it carries on for another leaves nothing that a third cannot finish',
  async () => {
    const scenes = [
      /^(link|mkdir) .*slots/,
      /^link .*lock\.1/,
      /^link .*failed\.1/,
      /^link .*value\.json/,
      /^sync/,
      /^link .*lock\.2/,
      /^link .*amend/,
      /^link .*best/,
      /^symlink/,
    ]
    const crashes: Crash[] = []
    for (const scene of scenes) {
      const [first] = callsOf(0)
        .filter(({ words }) => scene.test(words))
        .slice(-1)
      const { calls } = await liveThrough({ first: { call: first!.call, kind: 'kill-after' } })
      const points = calls[1]!
        .map((words, i) => ({ call: i + 1, words }))
        .filter(({ words }) => isSweep || CHANGES.test(words))
      for (const { call } of some(points, 11))
        crashes.push({ first: { call: first!.call, kind: 'kill-after' }, second: { call, kind: 'kill-before' } })
    }
    await tryAll('the second killed before a call', crashes)
  },
  LIMIT_MS,
)

test(
  'after a loss of power, all that was acknowledged is there, and nobody waits for what is lost',
  async () => {
    const crashes: Crash[] = []
    for (const { call } of some(changes(), 7)) {
      const first = { call, kind: 'crash-before' } as const
      const { unsynced } = await liveThrough({ first, power: { kept: Infinity, tearing: 'kept' } })
      for (let kept = 0; kept <= unsynced; kept++)
        for (const tearing of ['lost', 'torn'] as const) crashes.push({ first, power: { kept, tearing } })
    }
    await tryAll('power lost', isSweep ? crashes : crashes.filter((_, i) => i % 3 === 0))
  },
  LIMIT_MS,
)

test(
  'after a disk lied about its syncs, nobody waits for what is lost, and no number has two trials',
  async () => {
    const crashes: Crash[] = []
    const begun = callsOf(0).find(({ words }) => words.startsWith('list') && words.includes('/log'))!.call
    for (const { call } of some(
      changes().filter((change) => change.call > begun + 20),
      9,
    )) {
      for (const lies of [10, 40, 120]) {
        for (const tearing of ['lost', 'torn'] as const)
          crashes.push({
            first: { call, kind: 'crash-before' },
            power: { kept: Infinity, tearing, liesFrom: Math.max(begun, call - lies) },
          })
      }
    }
    await tryAll('power lost behind a lying disk', isSweep ? crashes : crashes.filter((_, i) => i % 3 === 0))
  },
  LIMIT_MS,
)

test(
  'the same without hard links',
  async () => {
    const bare = await liveThrough({ hasNoLinks: true })
    expect(bare.violations).toEqual([])
    const points = bare.calls[0]!.map((words, i) => ({ call: i + 1, words })).filter(
      ({ words }) => isSweep || CHANGES.test(words),
    )
    await tryAll(
      'killed before a call, without links',
      some(points, 9).map(({ call }) => ({ first: { call, kind: 'kill-before' }, hasNoLinks: true })),
    )
  },
  LIMIT_MS,
)

test(
  'where trials rest and go on, a worker killed at any call leaves nothing that others cannot finish',
  async () => {
    const quiet = await liveThrough({ isLadder: true })
    expect(quiet.violations).toEqual([])
    expect(quiet.calls[0]!.join('\n')).toContain('lock.3')
    const points = quiet.calls[0]!.map((words, i) => ({ call: i + 1, words })).filter(
      ({ words }) => isSweep || CHANGES.test(words),
    )
    await tryAll(
      'killed before a call, with a fidelity',
      some(points, 5).map(({ call }) => ({ isLadder: true, first: { call, kind: 'kill-before' as const } })),
    )
  },
  LIMIT_MS,
)

test(
  'where a worker starts warm, each result of the earlier study counts once, whenever the worker is killed',
  async () => {
    const quiet = await liveThrough({ isWarm: true })
    expect(quiet.violations).toEqual([])
    const amendment = quiet.dump().find((line) => line.startsWith('/s/.anthill/amend/000001.json'))
    expect(amendment).toMatch(/"observe":\[.*"task":"[0-9a-f]{24}"/)
    const all = quiet.calls[0]!.map((words, i) => ({ call: i + 1, words }))
    const at = (words: RegExp): number => all.find((one) => words.test(one.words))!.call
    const [from, to] = [at(/amend/), at(/^link .*slots/)]
    const early = all.filter(({ call, words }) => call >= from && call <= to && (isSweep || CHANGES.test(words)))
    await tryAll(
      'killed before a call, while it learns from another study',
      (isSweep ? all : some(early, 3)).map(({ call }) => ({
        isWarm: true,
        first: { call, kind: 'kill-before' as const },
      })),
    )
    for (const kind of ['torn', 'error-after', 'repeat'] as const)
      await tryAll(
        `${kind}, while it learns from another study`,
        early
          .filter(({ words }) => (kind === 'torn' ? /^write/ : /^link .*amend/).test(words))
          .map(({ call }) => ({ isWarm: true, first: { call, kind } })),
      )
  },
  LIMIT_MS,
)

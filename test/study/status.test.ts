import { hostname } from 'node:os'
import { utimesSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { float, openStudy } from '../../src/index.ts'
import { heartbeatPath, logPath } from '../../src/paths.ts'
import { heartbeatBytes } from '../../src/store/life/heartbeat-record.ts'
import { scratch } from '../support/scratch.ts'

test('a worker on a host that is off counts as live for two heartbeats, not for the rest of the lease', async () => {
  const directory = scratch()
  await using study = await openStudy(directory, { space: { x: float(0, 1) }, trials: 2, leaseMs: 240_000 })
  await (await study.ask())!.complete(1)
  // Its log says nothing of its host, so only its heartbeat speaks for it.
  const worker = 'elsewhere-1906-0123456789'
  writeFileSync(logPath(directory, worker), '')
  const heartbeat = heartbeatPath(directory, worker)
  writeFileSync(heartbeat, heartbeatBytes(7, 'on'))
  const workersAfter = async (seconds: number): Promise<object> => {
    const then = Date.now() / 1000 - seconds
    utimesSync(heartbeat, then, then)
    await using looking = await openStudy(directory, { readOnly: true })
    return (await looking.status()).workers
  }
  expect(await workersAfter(15)).toEqual({ live: 2, silent: 0, done: 0 })
  expect(await workersAfter(45)).toEqual({ live: 1, silent: 1, done: 0 })
  expect(await workersAfter(200)).toEqual({ live: 1, silent: 1, done: 0 })
})

test('workers are named with their host and state, as trials name them and as the status counts them', async () => {
  const directory = scratch()
  const open = { space: { x: float(0, 1) }, trials: 3 }
  const first = await openStudy(directory, open)
  await (await first.ask())!.complete(1)
  await first.close()
  await using study = await openStudy(directory, open)
  await (await study.ask())!.complete(2)
  writeFileSync(logPath(directory, 'far-host-1906-0123456789'), '')
  await using looking = await openStudy(directory, { readOnly: true })
  const workers = await looking.workers()
  const [one, two] = (await looking.trials()).map(({ worker }) => worker)
  const stateOf = (name: string): string => workers.find((worker) => worker.name === name)!.state
  expect(stateOf(one!)).toBe('done')
  expect(stateOf(two!)).toBe('live')
  expect(workers.find(({ name }) => name === 'far-host-1906-0123456789')).toEqual({
    name: 'far-host-1906-0123456789',
    host: 'far-host',
    job: null,
    state: 'silent',
  })
  expect(new Set(workers.filter(({ state }) => state !== 'silent').map(({ host }) => host)).size).toBe(1)
  expect((await looking.status()).workers).toEqual({ live: 1, silent: 1, done: 1 })
  const own = (await study.workers()).find(({ name }) => name === two)!
  expect([own.state, own.host]).toEqual(['live', hostname()])
})

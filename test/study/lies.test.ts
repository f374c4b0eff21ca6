/** Hints that lie to a whole study. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { float } from '../../src/index.ts'
import { openStudy, openStudyOn } from '../../src/study/open-study.ts'
import { realFileSystem } from '../../src/store/disk/file-system.ts'
import type { FileSystem } from '../../src/store/disk/file-system.ts'
import { trialId } from '../../src/store/disk/trial-id.ts'
import { realLife } from '../../src/store/life/heartbeat.ts'
import { logLine } from '../../src/store/protocol/log.ts'
import { logFolder, logPath } from '../../src/paths.ts'
import { scratch } from '../support/scratch.ts'

const OPTIONS = { space: { x: float(0, 1) }, sampler: 'random' } as const

test('a log that calls every number taken ends no study before there are as many trials as asked for', async () => {
  const root = join(scratch(), 's')
  await (await openStudy(root, OPTIONS)).close()
  const liar = 'liar-1-0000000000'
  const signed = { worker: liar, token: 't', time: '' }
  const lines = [0, 1, 2].flatMap((slot) => {
    const config = `{"x": 0.${slot}}`
    const id = trialId(config)
    const end = { attempt: 1, round: 1, status: 'complete', values: { value: 1 }, curve: [], started: '' } as const
    return [
      logLine({ slot: { slot, epoch: 1, id, config, repeat: 0, origin: 'random', ...signed } }),
      logLine({ value: { slot, ...end, ...signed }, id }),
    ]
  })
  mkdirSync(logFolder(root), { recursive: true })
  writeFileSync(logPath(root, liar), Buffer.concat(lines))
  await using study = await openStudy(root, { ...OPTIONS, trials: 3 })
  let calls = 0
  await study.optimize(({ config }) => {
    calls++
    return config.x
  })
  expect(calls).toBe(3)
  expect((await study.trials()).map(({ number, state }) => [number, state])).toEqual([
    [0, 'complete'],
    [1, 'complete'],
    [2, 'complete'],
  ])
})

test('a log that calls a trial resting keeps nobody from taking it over', async () => {
  const root = join(scratch(), 's')
  await using study = await openStudy(root, { ...OPTIONS, fidelity: { epochs: [1, 9] }, trials: 1 })
  const { id, number, configText: config } = (await study.ask({ ttlMs: 1 }))!
  const signed = { worker: 'liar-1-0000000000', token: 't', time: '' }
  const slot = { slot: number, epoch: 1, id, config, repeat: 0, origin: 'random', ...signed }
  const note = { slot: number, attempt: 1, reason: 'paused' as const, detail: '', curve: [[1, 0]] as const, ...signed }
  writeFileSync(logPath(root, signed.worker), Buffer.concat([logLine({ slot }), logLine({ failed: note, id })]))
  await using other = await openStudy(root, { trials: 1 })
  expect((await other.trials()).map(({ state }) => state)).toEqual(['paused'])
  const taken = (await other.ask())!
  expect([taken.number, taken.attempt, taken.fidelity]).toEqual([0, 2, 1])
  await taken.handBack()
})

test('a heartbeat that cannot be looked at does not keep a process from looking at the others', async () => {
  const root = join(scratch(), 's')
  const leaseMs = 1200
  const workers = [await openStudy(root, { ...OPTIONS, leaseMs }), await openStudy(root, { ...OPTIONS, leaseMs })]
  const names: string[] = []
  for (const study of workers) {
    await study.ask()
    names.push((await study.trials()).at(-1)!.worker!)
  }
  const seen = new Set<string>()
  let isBroken = false
  const files: FileSystem = {
    ...realFileSystem,
    open: async (path, flags) => {
      const name = names.find((worker) => path.endsWith(`${worker}.hb`))
      if (isBroken && flags === 'r' && name !== undefined) {
        seen.add(name)
        throw Object.assign(new Error('too many open files'), { code: 'EMFILE' })
      }
      return realFileSystem.open(path, flags)
    },
  }
  const watcher = await openStudyOn({ files, life: realLife }, root, { ...OPTIONS, leaseMs })
  await watcher.ask()
  isBroken = true
  await vi.waitFor(() => expect([...seen].sort()).toEqual([...names].sort()), { timeout: 10_000 })
  isBroken = false
  await watcher.close()
  for (const study of workers) await study.close()
})

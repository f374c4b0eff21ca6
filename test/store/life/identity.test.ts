import { spawnSync } from 'node:child_process'
import { afterEach, expect, test, vi } from 'vitest'
import {
  isEarlierRunOf,
  isKnownAlive,
  isKnownDead,
  newIdentity,
  schedulerJob,
} from '../../../src/store/life/identity.ts'

const sight = vi.hoisted(() => ({ isBlind: false }))

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  const readFileSync = ((path: string, ...rest: never[]) => {
    if (sight.isBlind && /^\/proc\/\d+\/stat$/.test(path))
      throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })
    return fs.readFileSync(path, ...rest)
  }) as typeof fs.readFileSync
  return { ...fs, readFileSync }
})

afterEach(() => {
  sight.isBlind = false
})

test.runIf(process.platform === 'linux')(
  "a process is dead when its pid is gone or somebody else's, not when nobody can look",
  () => {
    const me = newIdentity()
    const gone = { ...me, pid: spawnSync('true').pid }
    expect([isKnownDead(me, me), isKnownAlive(me, me)]).toEqual([false, true])
    expect([isKnownDead(me, gone), isKnownAlive(me, gone)]).toEqual([true, false])
    expect(isKnownDead(me, { ...me, start: '1' })).toBe(true)
    expect(isKnownDead(me, { ...gone, boot: 'another' })).toBe(false)
    sight.isBlind = true
    expect([isKnownDead(me, me), isKnownAlive(me, me)]).toEqual([false, false])
    expect(isKnownDead(me, gone)).toBe(true)
  },
)

test('the same job id of another cluster is another task', () => {
  const job = { SLURM_JOB_ID: '7', SLURM_ARRAY_JOB_ID: '5', SLURM_ARRAY_TASK_ID: '2', SLURM_PROCID: '0' }
  const first = schedulerJob({ ...job, SLURM_CLUSTER_NAME: 'north' })
  expect(first).toEqual({ job: 'north:5/2/0', restart: 0 })
  const me = newIdentity()
  const again = { ...me, ...schedulerJob({ ...job, SLURM_CLUSTER_NAME: 'north', SLURM_RESTART_COUNT: '1' }) }
  const elsewhere = { ...me, ...schedulerJob({ ...job, SLURM_CLUSTER_NAME: 'south', SLURM_RESTART_COUNT: '1' }) }
  expect(isEarlierRunOf(again, { ...me, ...first })).toBe(true)
  expect(isEarlierRunOf(elsewhere, { ...me, ...first })).toBe(false)
})

test.each([
  [{}, ''],
  [{ SLURM_JOB_ID: '7' }, '7//'],
  [{ SLURM_JOB_ID: '7', SLURM_SUBMIT_HOST: 'login1', PBS_SERVER: 'other' }, 'login1:7//'],
  [{ PBS_JOBID: '7.north', PBS_ARRAY_INDEX: '3', PBS_O_HOST: 'login1' }, 'login1:7.north/3/'],
  [{ LSB_JOBID: '7', LSB_JOBINDEX: '1', LSB_SUB_HOST: 'login2' }, 'login2:7/1/'],
  [{ JOB_ID: '7', SGE_TASK_ID: '1', SGE_CLUSTER_NAME: 'p6444' }, 'p6444:7/1/'],
])('the task of %j is named', (environment, job) => {
  expect(schedulerJob(environment)).toEqual({ job, restart: 0 })
})

import { spawnSync } from 'node:child_process'
import { afterEach, expect, test, vi } from 'vitest'
import { isKnownAlive, isKnownDead, newIdentity } from '../../../src/store/life/identity.ts'

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

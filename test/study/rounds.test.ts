import { expect, test } from 'vitest'
import { int } from '../../src/space/parameter.ts'
import { openStudyOn } from '../../src/study/open-study.ts'
import type { Study } from '../../src/study/study.ts'
import { newIdentity } from '../../src/store/life/identity.ts'
import { Host, NO_CACHES } from '../simulation/host.ts'
import { Server } from '../simulation/server.ts'

const clock = { nowMs: () => performance.now() }
const life = {
  newIdentity,
  startHeartbeat: async (path: string) => ({ path, isBuried: () => false, stop: async () => undefined }),
}

test('two requests to retry one failure open one round, even if the second did not see the first', async () => {
  const server = new Server(clock)
  const open = async (absenceMs: number): Promise<Study<never>> =>
    await openStudyOn({ files: new Host(server, clock, { ...NO_CACHES, absenceMs }).files, life }, '/s', {
      space: { x: int(1, 9) },
      trials: 2,
    })
  const there = await open(0)
  const held = (await there.ask())!
  const here = await open(1e9)
  await (await here.ask())!.fail('no luck')
  await there.retry(1)
  const again = (await there.ask())!
  expect([again.number, again.attempt]).toEqual([1, 2])
  await here.retry(1)
  expect(await again.complete(1)).toBe('committed')
  await held.complete(2)
  const later = await open(0)
  expect(await later.trials()).toMatchObject([{ state: 'complete' }, { state: 'complete', value: 1, attempt: 2 }])
  expect(await later.best()).toMatchObject({ number: 1, value: 1 })
})

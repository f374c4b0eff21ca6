import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { until } from '../support/worker-process.ts'
import { isGroupAlive, signalGroup } from '../../src/runner/group.ts'

test('a group is never the own group, nor all processes', () => {
  for (const group of [0, 1, -1, 1.5, NaN]) expect(() => signalGroup(group, 0)).toThrow(RangeError)
})

test('a group lives until its last process has ended', async () => {
  const child = spawn('sh', ['-c', 'sleep 60 & echo; exit 0'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  await once(child, 'exit')
  const group = child.pid!
  expect(isGroupAlive(group)).toBe(true)
  signalGroup(group, 'SIGKILL')
  await until('the group is gone', () => !isGroupAlive(group))
})

test('a group that is gone is not an error', async () => {
  const child = spawn('true', { detached: true, stdio: 'ignore' })
  await once(child, 'exit')
  expect(signalGroup(child.pid!, 'SIGTERM')).toBe(false)
  expect(isGroupAlive(child.pid!)).toBe(false)
})

const canMakeZombies = process.platform === 'linux' && spawnSync('python3', ['--version']).status === 0

test.runIf(canMakeZombies)('a group of zombies that nobody collects counts as gone', async () => {
  const lines =
    'import os, time\npid = os.fork()\nif pid == 0:\n  os.setsid(); os._exit(0)\n' +
    'time.sleep(0.2); print(pid, flush=True); time.sleep(60)'
  const parent = spawn('python3', ['-c', lines], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const group = Number(String(line))
  expect(signalGroup(group, 0)).toBe(true)
  expect(isGroupAlive(group)).toBe(false)
  parent.kill('SIGKILL')
})

import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { realFileSystem } from '../../../src/store/disk/file-system.ts'
import { look } from '../../../src/store/life/heartbeat.ts'
import { heartbeatBytes, phaseOf } from '../../../src/store/life/heartbeat-record.ts'
import type { Watch } from '../../../src/store/life/heartbeat.ts'
import { scratch } from '../../support/scratch.ts'

test('a record has 64 bytes and tells its phase; a torn one tells nothing', () => {
  for (const phase of ['on', 'left'] as const) {
    const bytes = heartbeatBytes(7, phase)
    expect(bytes.length).toBe(64)
    expect(phaseOf(bytes.toString())).toBe(phase)
    expect(phaseOf(bytes.toString().slice(0, 40))).toBeUndefined()
    expect(phaseOf(bytes.toString().replace('7', '8'))).toBeUndefined()
  }
})

test('a heart is silent after a lease of looks, alive as soon as it moves, gone when it left', async () => {
  const path = join(scratch(), 'w.hb')
  const watch: Watch = new Map()
  const at = (nowMs: number): Promise<string> => look(realFileSystem, watch, 'w', path, 1200, nowMs)
  writeFileSync(path, heartbeatBytes(1, 'on'))
  expect(await at(0)).toBe('unsure')
  writeFileSync(path, heartbeatBytes(2, 'on'))
  expect(await at(100)).toBe('moved')
  for (let ms = 200; ms < 1300; ms += 100) expect(await at(ms)).toBe('moved')
  expect(await at(1300)).toBe('silent')
  writeFileSync(path, heartbeatBytes(3, 'on'))
  expect(await at(1400)).toBe('moved')
  writeFileSync(path, heartbeatBytes(0, 'left'))
  expect(await at(1500)).toBe('left')
})

test('a record that is removed, or comes out of an old cache, is no beat', async () => {
  const path = join(scratch(), 'w.hb')
  const watch: Watch = new Map()
  const at = (nowMs: number): Promise<string> => look(realFileSystem, watch, 'w', path, 1200, nowMs)
  expect(await at(0)).toBe('unsure')
  writeFileSync(path, heartbeatBytes(5, 'on'))
  expect(await at(100)).toBe('unsure')
  expect(await at(200)).toBe('unsure')
  rmSync(path)
  for (let ms = 300; ms < 1300; ms += 100) expect(await at(ms)).toBe('unsure')
  expect(await at(1300)).toBe('silent')
  writeFileSync(path, heartbeatBytes(6, 'on'))
  expect(await at(1400)).toBe('moved')
})

test('an observer that was suspended has seen two periods, not an hour', async () => {
  const watch: Watch = new Map()
  const at = (nowMs: number): Promise<string> =>
    look(realFileSystem, watch, 'w', join('/nonexistent', 'w.hb'), 1200, nowMs)
  await at(0)
  await at(10)
  expect(await at(3_600_000)).toBe('unsure')
  expect(await at(3_600_100)).toBe('unsure')
})

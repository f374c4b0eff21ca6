import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { realFileSystem } from '../../../src/store/disk/file-system.ts'
import { observe } from '../../../src/store/life/heartbeat.ts'
import type { Watch } from '../../../src/store/life/heartbeat.ts'
import { logLine, readEvents } from '../../../src/store/protocol/log.ts'
import { scratch } from '../../support/scratch.ts'

test('a reader takes whole lines only, goes on where it was, and skips lines with a wrong CRC', async () => {
  const path = join(scratch(), 'w.0001.jsonl')
  const tail = { path, offset: 0 }
  expect(await readEvents(realFileSystem, tail)).toEqual([])
  const second = logLine({ ask: 2 })
  writeFileSync(path, Buffer.concat([logLine({ ask: 1 }), second.subarray(0, 9)]))
  expect(await readEvents(realFileSystem, tail)).toMatchObject([{ ask: 1 }])
  expect(await readEvents(realFileSystem, tail)).toEqual([])
  appendFileSync(path, second.subarray(9))
  appendFileSync(path, logLine({ ask: 3 }).toString().replace('3', '4'))
  appendFileSync(path, 'no json\n')
  appendFileSync(path, logLine({ left: true }))
  expect(await readEvents(realFileSystem, tail)).toMatchObject([{ ask: 2 }, { left: true }])
})

test('a log that the disk cannot read is passed over, and a heartbeat is not a sign of life', async () => {
  const broken = {
    ...realFileSystem,
    read: async () => {
      throw Object.assign(new Error('i/o error'), { code: 'EIO' })
    },
  }
  const path = join(scratch(), 'w-1')
  writeFileSync(path, logLine({ ask: 1 }))
  expect(await readEvents(broken, { path, offset: 0 })).toEqual([])
  const watch: Watch = new Map()
  for (let nowMs = 0; nowMs <= 1200; nowMs += 100) await observe(broken, watch, 'w-1', path, 1000, nowMs)
  expect(watch.get('w-1')).toMatchObject({ record: '', isAbsent: false, hasMoved: false })
  expect(watch.get('w-1')!.quietMs).toBeGreaterThanOrEqual(1000)
})

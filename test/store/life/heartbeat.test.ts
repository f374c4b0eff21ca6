import { expect, test } from 'vitest'
import { heartbeatBytes, phaseOf } from '../../../src/store/life/heartbeat-record.ts'

test('a record has 64 bytes and tells its phase; a torn one tells nothing', () => {
  for (const phase of ['on', 'left'] as const) {
    const bytes = heartbeatBytes(7, phase)
    expect(bytes.length).toBe(64)
    expect(phaseOf(bytes.toString())).toBe(phase)
    expect(phaseOf(bytes.toString().slice(0, 40))).toBeUndefined()
    expect(phaseOf(bytes.toString().replace('7', '8'))).toBeUndefined()
  }
})

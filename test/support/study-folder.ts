/** A folder of the store over any file system, on a fresh study. */

import { join } from 'node:path'
import { orderOf } from '../../src/space/goals.ts'
import type { Primitive } from '../../src/store/disk/create-once.ts'
import { createDefinition } from '../../src/store/protocol/definition-file.ts'
import { openFolder } from '../../src/store/protocol/folder.ts'
import type { Folder } from '../../src/store/protocol/folder.ts'
import { realFileSystem } from '../../src/store/disk/file-system.ts'
import type { FileSystem } from '../../src/store/disk/file-system.ts'
import type { StudyDocument } from '../../src/store/disk/documents.ts'
import { trialId } from '../../src/store/disk/trial-id.ts'
import type { Proposal } from '../../src/store/protocol/claim.ts'
import { scratch } from './scratch.ts'

const STUDY: StudyDocument = {
  format: 1,
  space: {},
  objectives: { value: 'minimize' },
  sampler: 'auto',
  seed: 1,
  leaseMs: 60_000,
  attempts: { lost: 10, failed: 1 },
  primitive: 'link',
  token: 'test',
  time: '2026-01-01T00:00:00.000Z',
}

interface Options {
  root?: string
  files?: FileSystem
  ceiling?: number
  leaseMs?: number
  primitive?: Primitive
  indexAfterBytes?: number
}

/** Opens a study, a new one unless `root` names one. The lowest `value` is best. */
export async function openTestFolder(options: Options = {}): Promise<Folder> {
  const {
    root = join(scratch(), 's'),
    files = realFileSystem,
    ceiling = Infinity,
    leaseMs = 60_000,
    primitive = 'link',
    indexAfterBytes,
  } = options
  const study = await createDefinition(realFileSystem, root, { ...STUDY, leaseMs, primitive })
  return openFolder(
    files,
    root,
    study,
    { isReadOnly: false, ceiling, ...(indexAfterBytes === undefined ? {} : { indexAfterBytes }) },
    orderOf({ objectives: { value: 'minimize' } }),
  )
}

/** Proposes a different config for each number and draw. */
export function proposeFor(number: number, draw: number): Proposal {
  const config = `{"x": ${number}, "y": ${draw}}`
  return { id: trialId(config), config, repeat: 0, origin: 'test' }
}

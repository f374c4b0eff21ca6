import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { readAmendmentsFresh } from '../../../src/store/protocol/amend.ts'
import { line } from '../../../src/store/disk/documents.ts'
import { realFileSystem } from '../../../src/store/disk/file-system.ts'
import type { FileSystem } from '../../../src/store/disk/file-system.ts'
import { createDefinition } from '../../../src/store/protocol/definition-file.ts'
import { freshToken } from '../../../src/store/protocol/folder.ts'
import { leave, register } from '../../../src/store/protocol/registration.ts'
import { realLife } from '../../../src/store/life/heartbeat.ts'
import { amendFolder, amendPath, isTemporary, logFolder, studyPath, workersFolder } from '../../../src/paths.ts'
import { openTestFolder } from '../../support/study-folder.ts'

const failed = (code: string): Error => Object.assign(new Error(code), { code })

test.each(['workers', 'log'])(
  'a registration that a full disk stopped at %s is completed when there is room',
  async (place) => {
    let isFull = true
    const files: FileSystem = {
      ...realFileSystem,
      open: async (path, flags) => {
        const file = await realFileSystem.open(path, flags)
        if (!isFull || !path.includes(`/${place}/`)) return file
        await realFileSystem.close(file)
        throw failed('ENOSPC') // the name stays behind, as on a full ext4
      },
    }
    const folder = await openTestFolder({ files })
    await expect(register(folder, { hasHeartbeat: true })).rejects.toMatchObject({ code: 'INPUT_OUTPUT' })
    expect(readdirSync(workersFolder(folder.root))).toEqual([])
    isFull = false
    await register(folder, { hasHeartbeat: true })
    expect(readdirSync(workersFolder(folder.root))).toEqual([`${folder.me.worker}.hb`])
    expect(readdirSync(logFolder(folder.root))).toEqual([`${folder.me.worker}.0001.jsonl`])
    await leave(folder)
  },
)

test.each(['workers', 'log'])('a registration makes %s again if it is deleted meanwhile', async (place) => {
  let isDeleted = false
  const files: FileSystem = {
    ...realFileSystem,
    open: async (path, flags) => {
      if (!isDeleted && path.includes(`/${place}/`)) {
        isDeleted = true
        rmSync(dirname(path), { recursive: true })
      }
      return realFileSystem.open(path, flags)
    },
  }
  const folder = await openTestFolder({ files })
  await register(folder, { hasHeartbeat: true })
  expect(readdirSync(workersFolder(folder.root))).toEqual([`${folder.me.worker}.hb`])
  expect(readdirSync(logFolder(folder.root))).toEqual([`${folder.me.worker}.0001.jsonl`])
  await leave(folder)
})

test('a stop is seen before leaving, even if a cache says that there are no amendments', async () => {
  let isStale = true
  const files: FileSystem = {
    ...realFileSystem,
    open: async (path, flags) => {
      if (isStale && path.includes('/amend/')) throw failed('ENOENT')
      return realFileSystem.open(path, flags)
    },
    list: async (path) => {
      if (isStale && path.endsWith('/amend')) throw failed('ENOENT')
      return realFileSystem.list(path)
    },
    mkdir: async (path) => {
      if (path.endsWith('/amend')) isStale = false // the server answers, and the client learns
      return realFileSystem.mkdir(path)
    },
  }
  const folder = await openTestFolder({ files })
  mkdirSync(amendFolder(folder.root))
  writeFileSync(amendPath(folder.root, 1), line({ stop: true, by: 'w-1', token: 't', time: '' }))
  await readAmendmentsFresh(folder)
  expect(folder.known.stops).toBe(1)
})

test('a process that loses the race for the definition takes the one that won, without another look', async () => {
  const { root, study } = await openTestFolder()
  let looks = 0
  const files: FileSystem = {
    ...realFileSystem,
    open: async (path, flags) => {
      if (path === studyPath(root) && looks++ > 0) throw failed('ENOENT')
      return realFileSystem.open(path, flags)
    },
  }
  expect(await createDefinition(files, root, { ...study, seed: 2, token: 'another' })).toEqual(study)
})

test('a token cannot be guessed from the ones before, and has the form that readers know', () => {
  const me = realLife.newIdentity()
  const tokens = Array.from({ length: 100 }, () => freshToken(me))
  expect(new Set(tokens).size).toBe(100)
  // Ten digits of base 36 hold 48 random bits; the same digits never come twice.
  expect(new Set(tokens.map((token) => token.slice(-10))).size).toBe(100)
  for (const token of tokens) expect(isTemporary('trialMeta', `.lock.1.${token}`)).toBe(true)
})

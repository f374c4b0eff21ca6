import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createOnce } from '../../../src/store/disk/create-once.ts'
import {
  errorCode,
  isAbsent,
  makeDirectory,
  readFileFrom,
  realFileSystem,
  writeFile,
} from '../../../src/store/disk/file-system.ts'
import type { FileSystem } from '../../../src/store/disk/file-system.ts'
import { scratch } from '../../support/scratch.ts'

/** As Node throws them where libuv has no name. */
const STALE = Object.assign(new Error('Unknown system error -116'), { code: 'Unknown system error -116', errno: -116 })
const QUOTA = Object.assign(new Error('UNKNOWN: unknown error, write'), { code: 'UNKNOWN', errno: -122 })

test.runIf(process.platform === 'linux')('errors that libuv has no name for are known by their number', async () => {
  expect(errorCode(STALE)).toBe('ESTALE')
  expect(isAbsent(STALE)).toBe(true)
  expect(errorCode(QUOTA)).toBe('EDQUOT')
  expect(errorCode(Object.assign(new Error(), { code: 'ENOENT', errno: -2 }))).toBe('ENOENT')
  expect(errorCode(Object.assign(new Error(), { code: 'ERR_INVALID_ARG_TYPE' }))).toBe('ERR_INVALID_ARG_TYPE')
  expect(errorCode('text')).toBe('')
  const full: FileSystem = {
    ...realFileSystem,
    write: async () => {
      throw QUOTA
    },
  }
  await expect(createOnce(full, 'link', join(scratch(), 'f'), 'x\n', 't')).rejects.toThrow(/EDQUOT.*quota/)
})

test('a read that ends early is continued to the last byte', async () => {
  const path = join(scratch(), 'f')
  const text = `${'x'.repeat(9000)}\n`
  writeFileSync(path, text)
  const short: FileSystem = {
    ...realFileSystem,
    read: (file, target, position) => realFileSystem.read(file, target.subarray(0, 1000), position),
  }
  expect((await readFileFrom(short, path, 0))!.toString()).toBe(text)
  expect((await readFileFrom(realFileSystem, path, 8000))!.toString()).toBe(text.slice(8000))
})

test('a file is closed once, even where only its close says that the disk is full', async () => {
  const directory = scratch()
  let closes = 0
  const late: FileSystem = {
    ...realFileSystem,
    close: async (file) => {
      closes++
      await realFileSystem.close(file)
      throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    },
  }
  await expect(createOnce(late, 'link', join(directory, 'f'), 'x\n', 't')).rejects.toThrow(/full/)
  expect([closes, readdirSync(directory)]).toEqual([1, []])
  closes = 0
  const early: FileSystem = {
    ...late,
    write: async () => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    },
  }
  await expect(writeFile(early, join(directory, 'g'), Buffer.from('x'))).rejects.toThrow(/full/)
  expect(closes).toBe(1)
})

test.each(['link', 'rename-dir'] as const)(
  'a creation whose every request was done twice has still won (%s)',
  async (primitive) => {
    const twice: FileSystem = {
      ...realFileSystem,
      open: async (path, flags) => {
        if (flags === 'wx' || flags === 'w') await realFileSystem.close(await realFileSystem.open(path, flags))
        return realFileSystem.open(path, flags)
      },
      write: async (file, bytes, position) => {
        await realFileSystem.write(file, bytes, position)
        return realFileSystem.write(file, bytes, position)
      },
      link: async (a, b) => {
        await realFileSystem.link(a, b)
        await realFileSystem.link(a, b)
      },
      mkdir: async (path) => {
        await realFileSystem.mkdir(path)
        await realFileSystem.mkdir(path)
      },
      rename: async (a, b) => {
        await realFileSystem.rename(a, b)
        await realFileSystem.rename(a, b)
      },
      unlink: async (path) => {
        await realFileSystem.unlink(path)
        await realFileSystem.unlink(path)
      },
    }
    expect(await createOnce(twice, primitive, join(scratch(), 'deep', 'f'), 'x\n', 't')).toEqual({ verdict: 'won' })
  },
)

test('what is missing below a floor is made, but never the floor', async () => {
  const root = join(scratch(), 'study')
  await expect(makeDirectory(realFileSystem, join(root, 'a', 'b'), root)).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(createOnce(realFileSystem, 'link', join(root, 'a', 'b', 'f'), 'x\n', 't', root)).rejects.toThrow(
    /moved or removed/,
  )
  mkdirSync(root)
  await createOnce(realFileSystem, 'link', join(root, 'a', 'b', 'f'), 'x\n', 't', root)
  expect(readFileSync(join(root, 'a', 'b', 'f'), 'utf8')).toBe('x\n')
  rmSync(root, { recursive: true })
})

test('a directory behind a dangling link is refused, not tried forever', async () => {
  const directory = scratch()
  symlinkSync(join(directory, 'nowhere'), join(directory, 'link'))
  await expect(makeDirectory(realFileSystem, join(directory, 'link', 'a', 'b'))).rejects.toMatchObject({
    code: expect.stringMatching(/ENOENT|EEXIST/) as string,
  })
})

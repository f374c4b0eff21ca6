import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createOnce, probePrimitive, readOnce } from '../../../src/store/disk/create-once.ts'
import { realFileSystem } from '../../../src/store/disk/file-system.ts'
import type { FileSystem } from '../../../src/store/disk/file-system.ts'
import { scratch } from '../../support/scratch.ts'

const failed = (code: string): Error => Object.assign(new Error(code), { code })

describe.each(['link', 'rename-dir'] as const)('by %s', (primitive) => {
  test('the first wins, the second reads what the first wrote, no temporary file is left', async () => {
    const directory = scratch()
    const path = join(directory, 'deep', 'file')
    expect(await createOnce(realFileSystem, primitive, path, 'a 1\n', '1')).toEqual({ verdict: 'won' })
    expect(await createOnce(realFileSystem, primitive, path, 'b 2\n', '2')).toEqual({ verdict: 'lost', text: 'a 1\n' })
    expect(await readOnce(realFileSystem, primitive, path)).toBe('a 1\n')
    expect(readdirSync(join(directory, 'deep'))).toEqual([primitive === 'link' ? 'file' : 'file.d'])
  })

  test('if fifty try at once, exactly one wins, and all see the same', async () => {
    const path = join(scratch(), 'file')
    const all = await Promise.all(
      [...Array(50).keys()].map((i) => createOnce(realFileSystem, primitive, path, `${i}\n`, `t${i}`)),
    )
    expect(all.filter((c) => c.verdict === 'won').length).toBe(1)
    const winner = await readOnce(realFileSystem, primitive, path)
    for (const c of all) if (c.verdict === 'lost') expect(c.text).toBe(winner)
  })
})

test('a link that was made but answered EEXIST (a request sent twice) has won', async () => {
  const twice: FileSystem = {
    ...realFileSystem,
    link: async (a, b) => {
      await realFileSystem.link(a, b)
      throw failed('EEXIST')
    },
  }
  expect(await createOnce(twice, 'link', join(scratch(), 'f'), 'x\n', 't')).toEqual({ verdict: 'won' })
})

test('a full disk is named with its remedy, and leaves nothing behind', async () => {
  const directory = scratch()
  const full: FileSystem = {
    ...realFileSystem,
    write: async () => {
      throw failed('ENOSPC')
    },
  }
  await expect(createOnce(full, 'link', join(directory, 'f'), 'x\n', 't')).rejects.toMatchObject({
    code: 'INPUT_OUTPUT',
    message: expect.stringMatching(/'.*f' .*full/) as string,
  })
  expect(readdirSync(directory)).toEqual([])
})

test('a short write is finished, not believed', async () => {
  const path = join(scratch(), 'f')
  const slow: FileSystem = {
    ...realFileSystem,
    write: async (file, bytes, position) => realFileSystem.write(file, bytes.subarray(0, 3), position),
  }
  await createOnce(slow, 'link', path, 'abcdefghij\n', 't')
  expect(readFileSync(path, 'utf8')).toBe('abcdefghij\n')
})

test('the probe falls back where links are refused, and gives up where nothing excludes', async () => {
  const directory = scratch()
  const noLinks: FileSystem = {
    ...realFileSystem,
    link: async () => {
      throw failed('EPERM')
    },
  }
  const nothing: FileSystem = {
    ...noLinks,
    rename: async (from, to) => {
      mkdirSync(to, { recursive: true })
      writeFileSync(join(to, 'content'), readFileSync(join(from, 'content')))
      rmSync(from, { recursive: true })
    },
  }
  expect(await probePrimitive(realFileSystem, directory, 'a')).toBe('link')
  expect(await probePrimitive(noLinks, directory, 'b')).toBe('rename-dir')
  expect(await probePrimitive(nothing, directory, 'c')).toBeUndefined()
  expect(readdirSync(directory).filter((name) => name.includes('probe'))).toEqual([])
})

test('an error that passes does not choose the primitive of a study', async () => {
  let isShaky = true
  const shaky: FileSystem = {
    ...realFileSystem,
    write: async (file, bytes, position) => {
      const count = await realFileSystem.write(file, bytes, position)
      if (isShaky) throw failed('EIO')
      return count
    },
  }
  const directory = scratch()
  await expect(probePrimitive(shaky, directory, 'a')).rejects.toMatchObject({ code: 'INPUT_OUTPUT' })
  isShaky = false
  expect(await probePrimitive(shaky, directory, 'b')).toBe('link')
})

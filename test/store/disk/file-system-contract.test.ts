import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { errorCode, realFileSystem } from '../../../src/store/disk/file-system.ts'
import type { FileHandle, FileSystem } from '../../../src/store/disk/file-system.ts'
import { Host, memoryFileSystem } from '../../simulation/host.ts'
import { Server } from '../../simulation/server.ts'
import { scratch } from '../../support/scratch.ts'

const clock = { nowMs: () => performance.now() }
const WEEK_MS = 7 * 86_400_000

/** Every kind of file system, with an empty directory on it. */
const KINDS: Readonly<Record<string, () => Promise<{ files: FileSystem; root: string }>>> = {
  real: async () => ({ files: realFileSystem, root: scratch() }),
  'in memory': async () => await emptyOn(memoryFileSystem()),
  'simulated, with caches': async () =>
    await emptyOn(
      new Host(new Server(clock), clock, {
        attributesMs: WEEK_MS,
        presenceMs: WEEK_MS,
        absenceMs: WEEK_MS,
        listingMs: WEEK_MS,
        lengthMs: WEEK_MS,
        opensBlindly: true,
      }).files,
    ),
}

async function emptyOn(files: FileSystem): Promise<{ files: FileSystem; root: string }> {
  await files.mkdir('/mnt')
  return { files, root: '/mnt' }
}

describe.each(Object.keys(KINDS))('%s', (kind) => {
  const start = KINDS[kind]!

  const fails = async (code: string, call: Promise<unknown>): Promise<void> => {
    const error = await call.then(
      () => 'nothing was thrown',
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(Error)
    expect([error, errorCode(error)]).toEqual([error, code])
    expect((error as NodeJS.ErrnoException).errno).toBeLessThan(0)
  }

  const put = async (files: FileSystem, path: string, text: string): Promise<void> => {
    const file = await files.open(path, 'w')
    expect(await files.write(file, Buffer.from(text), null)).toBe(text.length)
    await files.close(file)
  }

  const textOf = async (files: FileSystem, file: FileHandle): Promise<string> => {
    const target = Buffer.alloc(100)
    return target.toString('utf8', 0, await files.read(file, target, 0))
  }

  const get = async (files: FileSystem, path: string): Promise<string> => {
    const file = await files.open(path, 'r')
    const text = await textOf(files, file)
    await files.close(file)
    return text
  }

  test('wx makes a file once, w makes it again and empty, and r and r+ never make one', async () => {
    const { files, root } = await start()
    const path = join(root, 'f')
    await fails('ENOENT', files.open(path, 'r'))
    await fails('ENOENT', files.open(path, 'r+'))
    const file = await files.open(path, 'wx')
    await files.write(file, Buffer.from('one'), null)
    await files.sync(file)
    await files.close(file)
    await fails('EEXIST', files.open(path, 'wx'))
    expect(await get(files, path)).toBe('one')
    await files.close(await files.open(path, 'w'))
    expect(await get(files, path)).toBe('')
    await fails('ENOENT', files.open(join(root, 'no', 'f'), 'wx'))
    await fails('ENOTDIR', files.open(join(path, 'f'), 'wx'))
    await fails('EISDIR', files.open(root, 'w'))
  })

  test('writes go where they are told, or behind the last one of the same handle; reads too', async () => {
    const { files, root } = await start()
    const path = join(root, 'f')
    const file = await files.open(path, 'w')
    await files.write(file, Buffer.from('abc'), null)
    await files.write(file, Buffer.from('def'), null)
    const reader = await files.open(path, 'r')
    expect(await textOf(files, reader)).toBe('abcdef')
    await fails('EBADF', files.write(reader, Buffer.from('x'), 0))
    await files.close(reader)
    await files.close(file)
    await fails('EBADF', files.close(file))
    const again = await files.open(path, 'r+')
    await files.write(again, Buffer.from('XY'), 1)
    await files.close(again)
    expect(await get(files, path)).toBe('aXYdef')
    const target = Buffer.alloc(3)
    const tail = await files.open(path, 'r')
    expect([await files.read(tail, target, 4), target.toString('utf8', 0, 2)]).toEqual([2, 'ef'])
    expect(await files.read(tail, target, 6)).toBe(0)
    expect(await files.read(tail, target, 60)).toBe(0)
    await files.close(tail)
  })

  test('a link is a second name of the same bytes, and never replaces a name', async () => {
    const { files, root } = await start()
    const [a, b] = [join(root, 'a'), join(root, 'b')]
    await put(files, a, 'text')
    await fails('ENOENT', files.link(join(root, 'c'), b))
    await fails('ENOENT', files.link(a, join(root, 'no', 'b')))
    await files.link(a, b)
    await fails('EEXIST', files.link(a, b))
    await fails('EEXIST', files.link(a, a))
    await files.unlink(a)
    await fails('ENOENT', files.unlink(a))
    expect([await files.exists(a), await files.exists(b), await get(files, b)]).toEqual([false, true, 'text'])
    await put(files, b, 'other')
    await files.link(b, a)
    expect(await get(files, a)).toBe('other')
  })

  test('a file that was removed or replaced stays readable for a process that has it open here', async () => {
    const { files, root } = await start()
    const [a, b] = [join(root, 'a'), join(root, 'b')]
    await put(files, a, 'old')
    const open = await files.open(a, 'r')
    await put(files, b, 'new')
    await files.rename(b, a)
    expect([await textOf(files, open), await get(files, a)]).toEqual(['old', 'new'])
    await files.unlink(a)
    expect(await textOf(files, open)).toBe('old')
    await files.close(open)
  })

  test('renaming replaces a file and an empty directory, and nothing else', async () => {
    const { files, root } = await start()
    const path = (name: string): string => join(root, name)
    await put(files, path('a'), 'a')
    await put(files, path('b'), 'b')
    await files.rename(path('a'), path('b'))
    expect([await get(files, path('b')), await files.exists(path('a'))]).toEqual(['a', false])
    await fails('ENOENT', files.rename(path('a'), path('c')))
    await fails('ENOENT', files.rename(path('b'), path('no/c')))
    for (const name of ['d', 'e', 'f', 'd/x', 'e/x']) await files.mkdir(path(name))
    await fails('ENOTEMPTY', files.rename(path('d'), path('e')))
    await fails('ENOTDIR', files.rename(path('d'), path('b')))
    await fails('EISDIR', files.rename(path('b'), path('d')))
    await files.rename(path('d'), path('f'))
    await put(files, path('f/x/deep'), 'deep')
    expect([await files.exists(path('d')), await get(files, path('f/x/deep'))]).toEqual([false, 'deep'])
    await files.rename(path('b'), path('b'))
    expect(await get(files, path('b'))).toBe('a')
  })

  test('a directory is made once, removed when it is empty, and lists what it holds', async () => {
    const { files, root } = await start()
    const path = join(root, 'd')
    await fails('ENOENT', files.mkdir(join(path, 'e')))
    await fails('ENOENT', files.list(path))
    await fails('ENOENT', files.rmdir(path))
    await files.mkdir(path)
    await fails('EEXIST', files.mkdir(path))
    expect(await files.list(path)).toEqual([])
    await put(files, join(path, 'f'), '')
    await files.mkdir(join(path, 'e'))
    await files.symlink('f', join(path, 'l'))
    expect((await files.list(path)).sort()).toEqual(['e', 'f', 'l'])
    await fails('ENOTEMPTY', files.rmdir(path))
    await fails('ENOTDIR', files.rmdir(join(path, 'f')))
    await fails('ENOTDIR', files.list(join(path, 'f')))
    await fails('EEXIST', files.mkdir(join(path, 'f')))
    for (const name of ['f', 'l']) await files.unlink(join(path, name))
    await files.rmdir(join(path, 'e'))
    await files.rmdir(path)
    expect([await files.exists(path), await files.list(root)]).toEqual([false, []])
  })

  test('a symbolic link tells its target, existing or not, and only rename replaces it', async () => {
    const { files, root } = await start()
    const [a, b] = [join(root, 'a'), join(root, 'b')]
    await fails('ENOENT', files.readlink(a))
    await files.symlink('somewhere', a)
    expect(await files.readlink(a)).toBe('somewhere')
    await fails('EEXIST', files.symlink('elsewhere', a))
    await files.symlink('elsewhere', b)
    await files.rename(b, a)
    expect(await files.readlink(a)).toBe('elsewhere')
    await fails('ENOENT', files.readlink(b))
    await put(files, b, 'file')
    await fails('EINVAL', files.readlink(b))
    await files.unlink(a)
    expect(await files.list(root)).toEqual(['b'])
  })

  test('an absent name does not exist, and neither must its parent; times go forward', async () => {
    const { files, root } = await start()
    const path = join(root, 'f')
    expect([await files.exists(path), await files.exists(join(root, 'no', 'f'))]).toEqual([false, false])
    await fails('ENOENT', files.modifiedMs(path))
    await put(files, path, '1')
    expect([await files.exists(path), await files.exists(root)]).toEqual([true, true])
    expect(await files.exists(join(path, 'f'))).toBe(false) // in every version of Node
    const first = await files.modifiedMs(path)
    await new Promise((resolve) => setTimeout(resolve, 15))
    await put(files, path, '2')
    expect(await files.modifiedMs(path)).toBeGreaterThan(first)
  })
})

/**
 * A host that has mounted the simulated server: what it may believe from its caches, and what it has not written back.
 *
 * It behaves as NFS, sshfs and others were measured to behave. A failed look-up is believed for a while, also by `open`
 * and `readlink`, until the directory is listed anew or this host changes something in it. Exclusive creation always
 * asks the server. `open` of an existing file sees the bytes of the last `close` elsewhere (close-to-open). Attributes
 * and listings may be old. What was written reaches the server with `sync` or `close`, which may fail. If another host
 * removes or replaces a file, it becomes stale for those that have it open.
 */

import type { FileHandle, FileSystem } from '../../src/store/disk/file-system.ts'
import { Server, systemError } from './server.ts'
import type { Directory, File, Node } from './server.ts'
import type { Clock } from './time.ts'

/** How old, in ms, a belief of the host may be. With all zero it asks the server each time. */
export interface Caches {
  /** When a file's bytes last changed. */
  readonly attributesMs: number
  /** Which node a name has. */
  readonly presenceMs: number
  /** That a name is absent. */
  readonly absenceMs: number
  readonly listingMs: number
  /** The length of a file that was opened before: a log may seem to end where it ended then. */
  readonly lengthMs: number
  /** Whether even `open` believes which node a name has; a file that was replaced is then stale. */
  readonly opensBlindly: boolean
}

export const NO_CACHES: Caches = {
  attributesMs: 0,
  presenceMs: 0,
  absenceMs: 0,
  listingMs: 0,
  lengthMs: 0,
  opensBlindly: false,
}

interface Place {
  readonly directory: Directory
  readonly name: string
}
interface Believed {
  readonly node: Node | undefined
  readonly atMs: number
}
interface Open {
  readonly file: File
  readonly place: Place
  readonly mayWrite: boolean
  end: number
  readonly limit: number
  dirty: { position: number; bytes: Buffer }[]
}

export class Host {
  readonly files: FileSystem
  readonly server: Server
  /** The error of the next write-back. It occurs once. */
  refusal: string | undefined
  readonly #caches: Caches
  readonly #clock: Clock
  readonly #names = new Map<Directory, Map<string, Believed>>()
  readonly #listings = new Map<Directory, { names: string[]; atMs: number }>()
  readonly #attributes = new Map<File, { modifiedMs: number; atMs: number }>()
  readonly #lengths = new Map<File, { length: number; atMs: number }>()
  /** Files that this host itself removed. It keeps them under another name while they are open. */
  readonly #kept = new Set<File>()
  readonly #open = new Map<FileHandle, Open>()
  #handles = 2

  constructor(server: Server, clock: Clock, caches: Caches = NO_CACHES) {
    this.server = server
    this.#clock = clock
    this.#caches = caches
    this.files = {
      open: async (path, flags) => this.#openFile(path, flags),
      read: async (file, target, position) => this.#read(file, target, position),
      write: async (file, bytes, position) => this.#write(file, bytes, position),
      sync: async (file) => {
        this.#writeBack(file, 'fsync')
        server.sync(this.#opened(file, 'fsync').file)
      },
      close: async (file) => this.#close(file),
      link: async (existing, path) => {
        const node = this.#find(existing, 'link', 'cached')
        if (node === undefined) throw systemError('ENOENT', 'link', existing)
        this.#change(path, 'link', ({ directory, name }) => server.link(node, directory, name))
      },
      unlink: async (path) =>
        this.#change(path, 'unlink', ({ directory, name }) => {
          this.#mustNotBeMissing(directory, name, 'unlink')
          this.#keep(server.unlink(directory, name))
        }),
      mkdir: async (path) => this.#change(path, 'mkdir', ({ directory, name }) => void server.mkdir(directory, name)),
      rmdir: async (path) => this.#change(path, 'rmdir', ({ directory, name }) => server.rmdir(directory, name)),
      rename: async (from, to) => {
        const target = this.#placeOf(to, 'rename')
        this.#change(from, 'rename', ({ directory, name }) => {
          this.#mustNotBeMissing(directory, name, 'rename')
          const replaced = target.directory.entries.get(target.name)
          server.rename(directory, name, target.directory, target.name)
          this.#keep(replaced)
        })
        this.#forget(target.directory)
      },
      symlink: async (target, path) =>
        this.#change(path, 'symlink', ({ directory, name }) => server.symlink(target, directory, name)),
      readlink: async (path) => {
        const node = this.#find(path, 'readlink', 'cached')
        if (node === undefined) throw systemError('ENOENT', 'readlink', path)
        if (node.kind !== 'symlink') throw systemError('EINVAL', 'readlink', path)
        return node.target
      },
      list: async (path) => this.#list(path),
      exists: async (path) => {
        try {
          return this.#find(path, 'stat', 'cached') !== undefined
        } catch (error) {
          if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
          throw error
        }
      },
      modifiedMs: async (path) => this.#modifiedMs(path),
      mustBeRegular: async () => undefined,
      stamp: async (handle) => {
        const { file } = this.#opened(handle, 'stat')
        return `${numberOf(file)} ${file.bytes.length} ${file.modifiedMs}`
      },
      remove: async (path, isOurs) => {
        const node = this.#find(path, 'stat', 'present')
        if (node === undefined) return false
        const names = node.kind === 'directory' ? this.#list(path) : []
        const kinds = { file: 'file', directory: 'folder', symlink: 'link' } as const
        const isAllOurs = isOurs('', kinds[node.kind]) && names.every((name) => isOurs(name, 'file'))
        if (!isAllOurs) throw new Error(`'${path}' is not ours`)
        for (const name of names) await this.files.unlink(`${path}/${name}`)
        await (node.kind === 'directory' ? this.files.rmdir(path) : this.files.unlink(path))
        return true
      },
    }
  }

  /** A process has ended: the system closes its files, and writes back what it can. */
  closeAll(handles: Iterable<FileHandle>): void {
    for (const file of handles) {
      try {
        this.#close(file)
      } catch {
        // There is no process left to report the error to.
      }
    }
  }

  /** The host has died, and all that it had not written back is lost. */
  crash(): void {
    for (const cache of [this.#names, this.#listings, this.#attributes, this.#lengths, this.#kept, this.#open])
      cache.clear()
  }

  #openFile(path: string, flags: string): FileHandle {
    const place = this.#placeOf(path, 'open')
    const { directory, name } = place
    let node: Node | undefined
    if (flags === 'wx' || flags === 'w') {
      this.#forget(directory)
      node = this.server.create(directory, name, flags === 'wx')
      this.#believe(directory, name, node)
    } else {
      node = this.#look(directory, name, this.#caches.opensBlindly ? 'cached' : 'present')
      if (node === undefined) throw systemError('ENOENT', 'open', path)
      if (node.kind === 'symlink') throw systemError('ELOOP', 'open', path)
      if (node.kind === 'directory') throw systemError('EISDIR', 'open', path)
      if (node.links === 0 && !this.#kept.has(node)) {
        this.#forget(directory)
        throw systemError('ESTALE', 'open', path)
      }
    }
    const handle = ++this.#handles
    this.#open.set(handle, {
      file: node,
      place,
      mayWrite: flags !== 'r',
      end: 0,
      limit: this.#lengthOf(node, flags),
      dirty: [],
    })
    return handle
  }

  /** Where the file ends for a process that opens it now. */
  #lengthOf(file: File, flags: string): number {
    const known = this.#lengths.get(file)
    if (flags === 'r' && known !== undefined && this.#clock.nowMs() - known.atMs < this.#caches.lengthMs)
      return known.length
    this.#lengths.set(file, { length: file.bytes.length, atMs: this.#clock.nowMs() })
    return Infinity
  }

  #read(handle: FileHandle, target: Uint8Array, position: number): number {
    const { file, limit } = this.#opened(handle, 'read')
    this.#mustNotBeStale(file, 'read')
    let bytes = file.bytes.subarray(0, limit)
    for (const open of this.#open.values()) {
      for (const written of open.file === file ? open.dirty : []) {
        const longer = Buffer.alloc(Math.max(bytes.length, written.position + written.bytes.length))
        bytes.copy(longer)
        written.bytes.copy(longer, written.position)
        bytes = longer
      }
    }
    return bytes.subarray(position).copy(target)
  }

  #write(handle: FileHandle, bytes: Uint8Array, position: number | null): number {
    const open = this.#opened(handle, 'write')
    if (!open.mayWrite) throw systemError('EBADF', 'write')
    const at = position ?? open.end
    open.dirty.push({ position: at, bytes: Buffer.from(bytes) })
    open.end = at + bytes.length
    return bytes.length
  }

  #close(handle: FileHandle): void {
    try {
      this.#writeBack(handle, 'close')
    } finally {
      this.#open.delete(handle)
    }
  }

  #writeBack(handle: FileHandle, call: string): void {
    const open = this.#opened(handle, call)
    const { dirty, file, place } = open
    if (dirty.length === 0) return
    open.dirty = []
    const { refusal } = this
    this.refusal = undefined
    if (refusal !== undefined) throw systemError(refusal, call)
    this.#mustNotBeStale(file, call)
    for (const { position, bytes } of dirty) this.server.write(file, position, bytes, place)
    this.#lengths.set(file, { length: file.bytes.length, atMs: this.#clock.nowMs() })
    this.#attributes.delete(file)
  }

  #list(path: string): string[] {
    const directory = this.#directoryAt(path, 'scandir')
    const known = this.#listings.get(directory)
    if (known !== undefined && this.#clock.nowMs() - known.atMs < this.#caches.listingMs) return [...known.names]
    const names = this.server.list(directory)
    this.#names.delete(directory)
    this.#listings.set(directory, { names, atMs: this.#clock.nowMs() })
    return [...names]
  }

  #modifiedMs(path: string): number {
    const node = this.#find(path, 'stat', 'cached')
    if (node === undefined) throw systemError('ENOENT', 'stat', path)
    if (node.kind !== 'file') return 0
    this.#mustNotBeStale(node, 'stat')
    const known = this.#attributes.get(node)
    if (known !== undefined && this.#clock.nowMs() - known.atMs < this.#caches.attributesMs) return known.modifiedMs
    this.#attributes.set(node, { modifiedMs: node.modifiedMs, atMs: this.#clock.nowMs() })
    return node.modifiedMs
  }

  /** This host changes something in a directory: what it believed of the directory is old, whatever the answer. */
  #change(path: string, call: string, request: (place: Place) => void): void {
    const place = this.#placeOf(path, call)
    try {
      request(place)
    } finally {
      this.#forget(place.directory)
    }
  }

  #forget(directory: Directory): void {
    this.#names.delete(directory)
    this.#listings.delete(directory)
  }

  #placeOf(path: string, call: string): Place {
    const slash = path.lastIndexOf('/')
    return { directory: this.#directoryAt(path.slice(0, slash), call), name: path.slice(slash + 1) }
  }

  #directoryAt(path: string, call: string): Directory {
    let directory = this.server.root
    for (const name of partsOf(path)) {
      const node = this.#look(directory, name, 'cached')
      if (node === undefined) throw systemError('ENOENT', call, path)
      if (node.kind !== 'directory') throw systemError('ENOTDIR', call, path)
      if (node.isGone) {
        this.#forget(directory)
        throw systemError('ESTALE', call, path)
      }
      directory = node
    }
    return directory
  }

  #find(path: string, call: string, trust: 'cached' | 'present'): Node | undefined {
    const { directory, name } = this.#placeOf(path, call)
    return this.#look(directory, name, trust)
  }

  /**
   * The node of a name: from the cache while that is young enough (`present`: only if the name is absent there), else
   * from the server.
   */
  #look(directory: Directory, name: string, trust: 'cached' | 'present'): Node | undefined {
    const known = this.#names.get(directory)?.get(name)
    const { presenceMs, absenceMs } = this.#caches
    const ageMs = known === undefined ? Infinity : this.#clock.nowMs() - known.atMs
    if (
      known !== undefined &&
      (known.node === undefined ? ageMs < absenceMs : trust === 'cached' && ageMs < presenceMs)
    )
      return known.node
    const node = this.server.lookUp(directory, name)
    this.#believe(directory, name, node)
    return node
  }

  #believe(directory: Directory, name: string, node: Node | undefined): void {
    let names = this.#names.get(directory)
    if (names === undefined) this.#names.set(directory, (names = new Map()))
    names.set(name, { node, atMs: this.#clock.nowMs() })
  }

  #mustNotBeMissing(directory: Directory, name: string, call: string): void {
    if (this.#look(directory, name, 'cached') === undefined) throw systemError('ENOENT', call, name)
  }

  #mustNotBeStale(file: File, call: string): void {
    if (file.links === 0 && !this.#kept.has(file)) throw systemError('ESTALE', call)
  }

  #keep(node: Node | undefined): void {
    if (node?.kind === 'file' && node.links === 0) this.#kept.add(node)
  }

  #opened(handle: FileHandle, call: string): Open {
    const open = this.#open.get(handle)
    if (open === undefined) throw systemError('EBADF', call)
    return open
  }
}

/** A number for each file, as an inode is. */
const NUMBERS = new WeakMap<File, number>()
let files = 0

function numberOf(file: File): number {
  const number = NUMBERS.get(file) ?? ++files
  NUMBERS.set(file, number)
  return number
}

/** Splits a path. Cached, since the few hundred paths of a study are split thousands of times. */
const PARTS = new Map<string, readonly string[]>()

function partsOf(path: string): readonly string[] {
  let parts = PARTS.get(path)
  if (parts === undefined) {
    if (PARTS.size > 10_000) PARTS.clear()
    PARTS.set(path, (parts = path.split('/').filter((part) => part !== '')))
  }
  return parts
}

/** The simplest case: one host without caches, on a server of its own. */
export function memoryFileSystem(clock: Clock = { nowMs: () => performance.now() }): FileSystem {
  return new Host(new Server(clock), clock).files
}

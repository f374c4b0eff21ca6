/**
 * The server of a simulated shared file system: the one true state, which changes by one whole request at a time.
 *
 * Requests name a directory and an entry in it, as in NFS. A client that holds a directory or a file that is gone is
 * told ESTALE. If the machine loses its power, what was not synced is lost: changes of names from the latest back (a
 * journal), and the bytes of each file independently.
 */

import { constants } from 'node:os'
import type { Clock } from './time.ts'

export interface File {
  readonly kind: 'file'
  bytes: Buffer
  /** What survives a loss of power. */ durable: Buffer
  modifiedMs: number
  links: number
}
export interface Symlink {
  readonly kind: 'symlink'
  readonly target: string
}
export interface Directory {
  readonly kind: 'directory'
  readonly entries: Map<string, Node>
  parent: Directory | undefined
  name: string
  isGone: boolean
}
export type Node = File | Symlink | Directory

/** What became of bytes that were never synced. */
export type Tearing = 'lost' | 'torn' | 'kept'

/** A name was made, removed, or given another node; or the bytes of its node changed. */
export type Change = (path: string, node: Node | undefined) => void

/** An error as Node throws it. If libuv has no name for it, it has a number only. */
export function systemError(code: string, call: string, path = ''): Error {
  const errno = -(constants.errno as Record<string, number>)[code]!
  const named = code === 'ESTALE' || code === 'EDQUOT' ? `Unknown system error ${errno}` : code
  const depth = Error.stackTraceLimit
  Error.stackTraceLimit = 0 // stack traces would take half of the time of a simulation
  const error = Object.assign(new Error(`${named}: ${call} '${path}'`), { code: named, errno, syscall: call, path })
  Error.stackTraceLimit = depth
  return error
}

export class Server {
  readonly root: Directory = { kind: 'directory', entries: new Map(), parent: undefined, name: '', isGone: false }
  /** Called after each change of a name or of a file's bytes. */
  onChange: Change = () => undefined
  /** Whether a sync reports success and does nothing. */
  liesAboutSync = false
  /** Whether the file system has no hard links. */
  refusesLinks = false
  /** Whether a link replaces an existing name, so that the last one wins. */
  linksReplace = false
  readonly #clock: Clock
  #journal: (() => void)[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  pathOf(directory: Directory, name: string): string {
    let path = `/${name}`
    for (let d = directory; d.parent !== undefined; d = d.parent) path = `/${d.name}${path}`
    return path
  }

  /** The node at a path, past all caches; undefined if there is none. */
  at(path: string): Node | undefined {
    let node: Node | undefined = this.root
    for (const name of path.split('/').filter((part) => part !== ''))
      node = node?.kind === 'directory' ? node.entries.get(name) : undefined
    return node
  }

  textAt(path: string): string | undefined {
    const node = this.at(path)
    return node?.kind === 'file' ? node.bytes.toString('utf8') : undefined
  }

  namesIn(path: string): string[] {
    const node = this.at(path)
    return node?.kind === 'directory' ? [...node.entries.keys()] : []
  }

  /** Removes everything at a path, as a person with a shell does. */
  removeAll(path: string): void {
    const node = this.at(path)
    if (node === undefined) return
    if (node.kind === 'directory') {
      for (const name of [...node.entries.keys()]) this.removeAll(`${path}/${name}`)
      node.isGone = true
    } else if (node.kind === 'file') {
      node.links--
    }
    const parent = this.at(path.slice(0, path.lastIndexOf('/'))) as Directory
    this.#unbind(parent, path.slice(path.lastIndexOf('/') + 1))
  }

  lookUp(directory: Directory, name: string): Node | undefined {
    this.#mustBeThere(directory, 'lookup', name)
    return directory.entries.get(name)
  }

  list(directory: Directory): string[] {
    this.#mustBeThere(directory, 'scandir', '')
    return [...directory.entries.keys()]
  }

  create(directory: Directory, name: string, isExclusive: boolean): File {
    this.#mustBeThere(directory, 'open', name)
    const old = directory.entries.get(name)
    if (old !== undefined && isExclusive) throw systemError('EEXIST', 'open', name)
    if (old?.kind === 'directory') throw systemError('EISDIR', 'open', name)
    if (old?.kind === 'symlink') throw systemError('ELOOP', 'open', name)
    if (old !== undefined) {
      if (old.bytes.length > 0) this.#change(directory, name, old, Buffer.alloc(0))
      return old
    }
    const file: File = {
      kind: 'file',
      bytes: Buffer.alloc(0),
      durable: Buffer.alloc(0),
      modifiedMs: this.#clock.nowMs(),
      links: 1,
    }
    this.#bind(directory, name, file)
    return file
  }

  write(
    file: File,
    position: number,
    bytes: Uint8Array,
    where: { readonly directory: Directory; readonly name: string },
  ): void {
    const whole = Buffer.alloc(Math.max(file.bytes.length, position + bytes.length))
    file.bytes.copy(whole)
    whole.set(bytes, position)
    this.#change(where.directory, where.name, file, whole)
  }

  sync(file: File): void {
    if (this.liesAboutSync) return
    file.durable = file.bytes
    this.#journal = []
  }

  link(file: Node, directory: Directory, name: string): void {
    this.#mustBeThere(directory, 'link', name)
    if (directory.entries.has(name) && !this.refusesLinks && !this.linksReplace)
      throw systemError('EEXIST', 'link', name)
    if (file.kind !== 'file' || this.refusesLinks) throw systemError('EPERM', 'link', name)
    if (file.links === 0) throw systemError('ESTALE', 'link', name)
    file.links++
    this.#bind(directory, name, file)
  }

  unlink(directory: Directory, name: string): Node {
    this.#mustBeThere(directory, 'unlink', name)
    const node = directory.entries.get(name)
    if (node === undefined) throw systemError('ENOENT', 'unlink', name)
    if (node.kind === 'directory') throw systemError('EISDIR', 'unlink', name)
    if (node.kind === 'file') node.links--
    this.#unbind(directory, name)
    return node
  }

  mkdir(directory: Directory, name: string): Directory {
    this.#mustBeThere(directory, 'mkdir', name)
    if (directory.entries.has(name)) throw systemError('EEXIST', 'mkdir', name)
    const made: Directory = { kind: 'directory', entries: new Map(), parent: directory, name, isGone: false }
    this.#bind(directory, name, made)
    return made
  }

  rmdir(directory: Directory, name: string): void {
    this.#mustBeThere(directory, 'rmdir', name)
    const node = directory.entries.get(name)
    if (node === undefined) throw systemError('ENOENT', 'rmdir', name)
    if (node.kind !== 'directory') throw systemError('ENOTDIR', 'rmdir', name)
    if (node.entries.size > 0) throw systemError('ENOTEMPTY', 'rmdir', name)
    node.isGone = true
    this.#unbind(directory, name)
  }

  symlink(target: string, directory: Directory, name: string): void {
    this.#mustBeThere(directory, 'symlink', name)
    if (directory.entries.has(name)) throw systemError('EEXIST', 'symlink', name)
    this.#bind(directory, name, { kind: 'symlink', target })
  }

  rename(from: Directory, oldName: string, to: Directory, newName: string): void {
    this.#mustBeThere(from, 'rename', oldName)
    this.#mustBeThere(to, 'rename', newName)
    const node = from.entries.get(oldName)
    const there = to.entries.get(newName)
    if (node === undefined) throw systemError('ENOENT', 'rename', oldName)
    if (node === there) return
    if (there !== undefined) {
      if (node.kind === 'directory' && there.kind !== 'directory') throw systemError('ENOTDIR', 'rename', newName)
      if (node.kind !== 'directory' && there.kind === 'directory') throw systemError('EISDIR', 'rename', newName)
      if (there.kind === 'directory' && there.entries.size > 0) throw systemError('ENOTEMPTY', 'rename', newName)
      if (there.kind === 'directory') there.isGone = true
      if (there.kind === 'file') there.links--
    }
    this.#unbind(from, oldName)
    if (node.kind === 'directory') {
      const { parent, name } = node
      this.#journal.push(() => {
        Object.assign(node, { parent, name })
      })
      Object.assign(node, { parent: to, name: newName })
    }
    this.#bind(to, newName, node)
  }

  /** How many changes of names would be lost if the power failed now. */
  get unsynced(): number {
    return this.#journal.length
  }

  /**
   * The machine loses its power. The first `kept` changes of names since the last sync are on disk, or all if there are
   * fewer. `tearing` says what became of bytes that were never synced.
   */
  losePower(kept: number, tearing: Tearing): void {
    while (this.#journal.length > kept) this.#journal.pop()!()
    this.#journal = []
    this.#tear(this.root, tearing)
  }

  #tear(directory: Directory, tearing: Tearing): void {
    for (const [name, node] of directory.entries) {
      if (node.kind === 'directory') this.#tear(node, tearing)
      if (node.kind !== 'file' || node.bytes === node.durable || tearing === 'kept') continue
      node.bytes =
        tearing === 'lost'
          ? node.durable
          : node.bytes.subarray(0, Math.max(node.durable.length, node.bytes.length >> 1))
      this.onChange(this.pathOf(directory, name), node)
    }
  }

  #mustBeThere(directory: Directory, call: string, name: string): void {
    if (directory.isGone) throw systemError('ESTALE', call, name)
  }

  #bind(directory: Directory, name: string, node: Node): void {
    this.#set(directory, name, node)
    this.onChange(this.pathOf(directory, name), node)
  }

  #unbind(directory: Directory, name: string): void {
    this.#set(directory, name, undefined)
    this.onChange(this.pathOf(directory, name), undefined)
  }

  #set(directory: Directory, name: string, node: Node | undefined): void {
    const old = directory.entries.get(name)
    const put = (value: Node | undefined): void =>
      void (value === undefined ? directory.entries.delete(name) : directory.entries.set(name, value))
    this.#journal.push(() => {
      put(old)
      if (old?.kind === 'directory') old.isGone = false
    })
    put(node)
  }

  #change(directory: Directory, name: string, file: File, bytes: Buffer): void {
    file.bytes = bytes
    file.modifiedMs = this.#clock.nowMs()
    this.onChange(this.pathOf(directory, name), file)
  }
}

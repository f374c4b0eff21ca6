/** Records what real processes do at the file-system interface, and checks whether that is a path of a model. */

import { basename } from 'node:path'
import { errorCode, realFileSystem } from '../../src/store/disk/file-system.ts'
import type { FileSystem } from '../../src/store/disk/file-system.ts'
import type { Model } from './checker.ts'

/** One call that matters: a file created or lost to another client, found or missed, the link renamed or read. */
export interface Call {
  readonly who: number
  readonly kind: 'creates' | 'loses' | 'finds' | 'misses' | 'renames' | 'reads'
  /** Relative to the study's directory. */
  readonly path: string
  /** The content of a created file, or the target of the link. */
  readonly text: string
}

/** The real file system for client `who`. It waits for its turn before each call, and records what it did. */
export function recorded(calls: Call[], root: string, who: number, turn: () => Promise<void>): FileSystem {
  const note = (kind: Call['kind'], path: string, text = ''): void => {
    if (path.startsWith(`${root}/`)) calls.push({ who, kind, path: path.slice(root.length + 1), text })
  }
  const contents = new Map<string, string>()
  const paths = new Map<number, string>()
  return {
    ...realFileSystem,
    open: async (path, flags) => {
      await turn()
      try {
        const file = await realFileSystem.open(path, flags)
        if (flags === 'r') note('finds', path)
        else paths.set(file, path)
        return file
      } catch (error) {
        if (flags === 'r' && errorCode(error) === 'ENOENT') note('misses', path)
        throw error
      }
    },
    write: async (file, bytes, position) => {
      await turn()
      const path = paths.get(file)
      if (path !== undefined) contents.set(path, Buffer.from(bytes).toString())
      return await realFileSystem.write(file, bytes, position)
    },
    link: async (existing, path) => {
      await turn()
      try {
        await realFileSystem.link(existing, path)
        note('creates', path, contents.get(existing))
      } catch (error) {
        if (errorCode(error) === 'EEXIST') note('loses', path)
        throw error
      }
    },
    exists: async (path) => {
      await turn()
      const isThere = await realFileSystem.exists(path)
      note(isThere ? 'finds' : 'misses', path)
      return isThere
    },
    rename: async (from, to) => {
      await turn()
      const isLink = basename(to) === 'best_instance'
      const target = isLink ? await realFileSystem.readlink(from) : ''
      await realFileSystem.rename(from, to)
      if (isLink) note('renames', to, target)
    },
    readlink: async (path) => {
      await turn()
      try {
        const target = await realFileSystem.readlink(path)
        note('reads', path, target)
        return target
      } catch (error) {
        note('reads', path)
        throw error
      }
    },
  }
}

/** A call in terms of a model: a step with any of `words`, about `what`. */
export interface Observation {
  /** The call in words. */
  readonly said: string
  readonly who: number
  readonly words: readonly string[]
  /** Whether the step may be about this. */
  readonly what: (what: number) => boolean
  /** A look may be superfluous for the model; a creation never is. */
  readonly isLook: boolean
}

/**
 * Follows observations through a model, in every state that fits them. Steps whose words begin with one of `silent`
 * leave no trace of their own: thoughts, and looks that find something, since a client may know it from a log. What
 * other clients think makes no difference to the observed one, unless they log it.
 *
 * @returns the index of the first observation that is not a step of the model from any of those states; −1 for none
 */
export function firstImpossible(model: Model, observations: readonly Observation[], silent: readonly string[]): number {
  const key = (state: Uint8Array): string => Buffer.from(state).toString('latin1')
  let states = new Map([[key(model.start), model.start]])
  for (const [index, { who, words, what, isLook }] of observations.entries()) {
    const reached = new Map(states)
    for (const state of reached.values()) {
      model.steps(state, (next, word, other) => {
        const isSilent = silent.some((s) => word.startsWith(s)) && (other === who || word.startsWith('logs'))
        if (isSilent && model.broken(next) === undefined) reached.set(key(next), next.slice())
      })
    }
    const after = isLook ? new Map(states) : new Map<string, Uint8Array>()
    for (const state of reached.values()) {
      model.steps(state, (next, word, other, about) => {
        if (other === who && words.includes(word) && what(about) && model.broken(next) === undefined)
          after.set(key(next), next.slice())
      })
    }
    if (after.size === 0) return index
    if (after.size > 200_000) throw new Error(`more than 200,000 states fit the first ${index + 1} observations`)
    states = after
  }
  return -1
}

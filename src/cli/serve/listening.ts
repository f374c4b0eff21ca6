/** Where the server of `anthill serve` listens: a port of this host, or a socket that only its owner may open. */

import { lstatSync, unlinkSync } from 'node:fs'
import { connect } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { UsageError } from '../failure.ts'

/** Rights that a new socket does not get: all but to read and write it, and those for its owner alone. */
const FOR_OWNER = 0o177

/** Systems cut a longer path of a socket off, and would make another one. */
const MOST_BYTES = 103

/** Listens on a port of the loopback address; 0 takes a free one. Returns the port. */
export async function listenOnPort(server: Server, port: number): Promise<number> {
  await listening(server, () => server.listen(port, '127.0.0.1'))
  return (server.address() as AddressInfo).port
}

/** Listens on a socket. One that a server has left behind is replaced; the end of the server removes its own. */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  const bytes = Buffer.byteLength(path)
  if (bytes > MOST_BYTES)
    throw new UsageError(`option '--socket': a path has at most ${MOST_BYTES} bytes, this one has ${bytes}`)
  if (await isLeft(path)) unlinkSync(path)
  await listening(server, () => {
    // The socket has its rights from its first moment on: `listen` makes it before it returns.
    const before = process.umask(FOR_OWNER)
    try {
      server.listen(path)
    } finally {
      process.umask(before)
    }
  })
}

/** Waits until it listens, or says why it cannot. Later errors are of single connections, and end nothing. */
async function listening(server: Server, listen: () => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.on('error', ({ code, message }: NodeJS.ErrnoException) =>
      reject(new UsageError(code === 'EADDRINUSE' ? `${message}; name another one, or leave it out` : message)),
    )
    server.once('listening', resolve)
    listen()
  })
}

/** Whether a socket is there to which nobody listens. One that may not be asked is somebody's. */
async function isLeft(path: string): Promise<boolean> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return false
  const probe = connect(path)
  const code = await new Promise<string | undefined>((resolve) => {
    probe.once('connect', () => resolve(undefined))
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  })
  probe.destroy()
  return code === 'ECONNREFUSED'
}

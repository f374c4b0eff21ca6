/** After a run: what a reader sees, and what is on the server. */

import type { FileSystem } from '../../src/store/disk/file-system.ts'
import { realLife } from '../../src/store/life/heartbeat.ts'
import { openStudyOn } from '../../src/study/open-study.ts'
import { Host } from './host.ts'
import { systemError } from './server.ts'
import type { Server } from './server.ts'
import type { Clock } from './time.ts'
import type { Witness } from './witness.ts'
import { ROOT } from './workers.ts'

/**
 * A reader on a read-only mount must see the same with the hints and without them. Gives the numbers of results from
 * elsewhere, and of those of earlier studies.
 */
export async function lookWithoutHints(
  server: Server,
  witness: Witness,
  clock: Clock,
): Promise<{ readonly imported: number; readonly earlier: number }> {
  let imported = 0
  let earlier = 0
  const look = async (): Promise<string> => {
    const study = await openStudyOn({ files: readOnly(new Host(server, clock).files), life: realLife }, ROOT, {
      readOnly: true,
    })
    const learned = await study.imported()
    imported = learned.length
    earlier = (await study.status()).earlier.results
    return JSON.stringify([await study.trials(), learned, earlier, (await study.best())?.id])
  }
  const before = await look()
  for (const folder of ['log', 'workers', 'best']) {
    witness.forgets(`${ROOT}/.anthill/${folder}/`)
    server.removeAll(`${ROOT}/.anthill/${folder}`)
  }
  const after = await look()
  // A log may report a value whose record a disk has lost.
  if (after !== before && !witness.isLenient)
    witness.violations.push(`I9: without the hints the study is another:\n${before}\n${after}`)
  return { imported, earlier }
}

/** A mount that may be read but not written, and says so. */
function readOnly(files: FileSystem): FileSystem {
  const refuse = (call: string) => async (): Promise<never> => {
    throw systemError('EROFS', call)
  }
  return {
    ...files,
    open: async (path, flags) => (flags === 'r' ? files.open(path, flags) : await refuse('open')()),
    write: refuse('write'),
    sync: refuse('fsync'),
    link: refuse('link'),
    unlink: refuse('unlink'),
    mkdir: refuse('mkdir'),
    rmdir: refuse('rmdir'),
    rename: refuse('rename'),
    symlink: refuse('symlink'),
  }
}

/** Every file and link at and below a path, with its content, one line each. */
export function dumpOf(server: Server, path: string): string[] {
  const node = server.at(path)
  if (node?.kind === 'directory') return server.namesIn(path).flatMap((name) => dumpOf(server, `${path}/${name}`))
  return [`${path}: ${node?.kind === 'symlink' ? node.target : server.textAt(path)?.trimEnd()}`]
}

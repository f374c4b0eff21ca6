/** The definition of a study, `study.json`: created once, read before anything else. */

import { StudyError } from '../../errors.ts'
import { META_NAME, slotsFolder, studyMetaFolder, studyPath } from '../../paths.ts'
import { createOnce, readOnce } from '../disk/create-once.ts'
import { FORMAT, line, readStudy } from '../disk/documents.ts'
import type { StudyDocument } from '../disk/documents.ts'
import { errorCode, isAbsent, makeDirectory } from '../disk/file-system.ts'
import type { FileSystem } from '../disk/file-system.ts'
import { ioError } from '../disk/io-error.ts'
import { wrongNameWords } from '../disk/wrong-name.ts'
import type { Folder } from './folder.ts'

/**
 * Reads the definition; undefined if there is no study.
 *
 * @throws StudyError `NOT_A_STUDY` if something else lies there, `DAMAGED` if the definition cannot be read or is
 *   missing from a directory with slots, `UNKNOWN_FORMAT` if another version made it
 */
export async function readDefinition(files: FileSystem, root: string): Promise<StudyDocument | undefined> {
  const study = await readStudyFile(files, root)
  if (study !== undefined) return study
  const entries = await files.list(root).catch((error: unknown) => {
    if (errorCode(error) === 'ENOTDIR')
      throw new StudyError('NOT_A_STUDY', wrongNameWords(root) ?? `'${root}' is a file; name a directory`, {
        cause: error,
      })
    if (isAbsent(error)) return undefined
    throw ioError(root, error, 'read')
  })
  const slots = await files.list(slotsFolder(root)).catch(() => [])
  if (slots.length > 0) {
    // Somebody may have created the study since our look: the definition comes before the first slot.
    for (let look = 0; look < 3; look++) {
      await files.list(studyMetaFolder(root)).catch(() => []) // this also makes the client drop a cached absence
      const created = await readStudyFile(files, root)
      if (created !== undefined) return created
    }
    throw new StudyError(
      'DAMAGED',
      `'${root}' holds trials but no .anthill/study.json; restore that file from a copy of the study`,
    )
  }
  if (entries?.some((name) => !name.startsWith('.')) === true && !entries.includes(META_NAME)) {
    throw new StudyError(
      'NOT_A_STUDY',
      `'${root}' holds other things and is not a study; name a new or an empty directory`,
    )
  }
  return undefined
}

/**
 * Makes sure that the study is still where it was opened. Where it was moved away, nothing says so by itself: absent
 * logs, slots and heartbeats are normal.
 *
 * @throws StudyError `INPUT_OUTPUT` if it is not
 */
export async function mustStand({ files, root, study }: Pick<Folder, 'files' | 'root' | 'study'>): Promise<void> {
  for (let look = 0; look < 2; look++) {
    const found = await readStudyFile(files, root)
    if (found?.token === study.token) return
    if (found !== undefined) break
    await files.list(studyMetaFolder(root)).catch(() => []) // this also makes the client drop a cached absence
  }
  const remedy = 'put it back, or start the same line again where it is now'
  throw new StudyError('INPUT_OUTPUT', `study: '${root}' was moved away, removed, emptied or unmounted; ${remedy}`)
}

/** Creates the definition. Gives the one that stands: another process may have been faster. */
export async function createDefinition(files: FileSystem, root: string, study: StudyDocument): Promise<StudyDocument> {
  const path = studyPath(root)
  await makeDirectory(files, studyMetaFolder(root)).catch((cause: unknown) => {
    throw ioError(path, cause)
  })
  const created = await createOnce(files, study.primitive, path, line(study), study.token)
  return created.verdict === 'won' ? study : definitionOf(created.text, root)
}

/** The definition says by which primitive it was created, so both places are tried. */
async function readStudyFile(files: FileSystem, root: string): Promise<StudyDocument | undefined> {
  const path = studyPath(root)
  for (const primitive of ['link', 'rename-dir'] as const) {
    const text = await readOnce(files, primitive, path).catch((cause: unknown) => {
      throw ioError(path, cause, 'read')
    })
    if (text !== undefined) return definitionOf(text, root)
  }
  return undefined
}

function definitionOf(text: string, root: string): StudyDocument {
  const study = readStudy(text)
  if (typeof study === 'string') throw damagedDefinition(root, study)
  if (study.format !== FORMAT) {
    throw new StudyError(
      'UNKNOWN_FORMAT',
      `'${root}' has format ${study.format}, this version reads ${FORMAT}; use the version of anthill that made it`,
    )
  }
  return study
}

/** The error for a definition that does not pass. */
export function damagedDefinition(root: string, what: string): StudyError {
  return new StudyError(
    'DAMAGED',
    `'${studyPath(root)}' is not the definition of a study: ${what}; restore it from a copy, or use another directory`,
  )
}

/**
 * The errors that anthill throws on purpose.
 *
 * Misuse of the library (a wrong argument, a second end of a trial) is a `TypeError` or `RangeError`. A state of the
 * world (no study there, another space, a full disk) is a `StudyError`. Its `code` is stable; its words are not.
 */

/** What a `StudyError` is about. */
export type StudyErrorCode =
  | 'NO_STUDY' // there is no study to open
  | 'NOT_A_STUDY' // something else is there
  | 'SPACE_MISMATCH' // the study has another space
  | 'OBJECTIVE_MISMATCH' // the study has other objectives
  | 'UNKNOWN_FORMAT' // a newer anthill made the study
  | 'NO_TRIAL' // no trial has this number or id
  | 'NO_RESULT' // no trial has a value yet
  | 'DAMAGED' // a file of the study is damaged
  | 'UNSUITABLE_FILE_SYSTEM' // the file system has no exclusive creation
  | 'INPUT_OUTPUT' // the file system refused

/** A state of the world that keeps a study from working. `cause` is the error of the file system, if there was one. */
export class StudyError extends Error {
  /** Stable, unlike the message. */
  readonly code: StudyErrorCode

  constructor(code: StudyErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'StudyError'
    this.code = code
  }
}

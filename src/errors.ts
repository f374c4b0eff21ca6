/**
 * The errors that anthill throws on purpose.
 *
 * Misuse of the library (a wrong argument, a second end of a trial) is a `TypeError` or `RangeError`. A state of the
 * world (no study there, another space, a full disk) is a `StudyError`; its `code` is stable, its words are not.
 */

export type StudyErrorCode =
  | 'NO_STUDY' // nothing there to open
  | 'NOT_A_STUDY' // something else lies there
  | 'SPACE_MISMATCH' // the study searches another space
  | 'OBJECTIVE_MISMATCH' // the study wants something else
  | 'UNKNOWN_FORMAT' // written by a newer anthill
  | 'NO_TRIAL' // no trial of that number or id
  | 'NO_RESULT' // no trial has finished yet
  | 'DAMAGED' // a protocol file does not hold what it must
  | 'UNSUITABLE_FILE_SYSTEM' // offers no exclusive creation
  | 'INPUT_OUTPUT' // the file system refused

export class StudyError extends Error {
  readonly code: StudyErrorCode

  constructor(code: StudyErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'StudyError'
    this.code = code
  }
}

/** A mutant: a small mistake that somebody could make in one file of `src`, and that a test must notice. */

export interface Mutant {
  /** Room and number. */
  readonly id: string
  /** Below `src`. */
  readonly file: string
  /** Text that stands in the file exactly once. It is short, so that most changes of the file leave it alone. */
  readonly find: string
  /** What stands there instead. */
  readonly put: string
  /** What is wrong then. */
  readonly breaks: string
  /** The tests that run first: files below `test`, without `.test.ts`. */
  readonly tests: readonly string[]
  /** Why no test can notice it, for a mutant that changes nothing. It is not run. */
  readonly equivalent?: string
}

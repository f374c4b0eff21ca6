/**
 * The working directory of this process while a trial runs that was asked for with `chdir`. A process has only one
 * working directory, however many studies it has open.
 */

/** What is needed of a trial. */
interface Placed {
  readonly number: number
  readonly directory: string
}

let moved: { readonly trial: Placed; readonly from: string } | undefined

/** @throws TypeError while a trial has moved the process */
export function mustBeAtHome(): void {
  if (moved === undefined) return
  const { number, directory } = moved.trial
  throw new TypeError(
    `option 'chdir': trial ${number} in '${directory}' runs with it in this process already; end that trial first, ` +
      `or use 'trial.directory'`,
  )
}

/** Changes the process into a trial's own directory. */
export function moveTo(trial: Placed): void {
  moved = { trial, from: process.cwd() }
  process.chdir(trial.directory)
}

/** Changes the process back, if this trial had moved it. */
export function moveBackFrom(trial: Placed): void {
  if (moved?.trial !== trial) return
  const { from } = moved
  moved = undefined
  process.chdir(from)
}

/** Where this process is while a trial runs that asked for it: in one place at a time, whatever number of studies it has open. */

/** A trial, as far as its place goes. */
interface Placed {
  readonly number: number
  readonly directory: string
}

let moved: { readonly trial: Placed; readonly from: string } | undefined

/** Throws a TypeError while another trial has moved the process. */
export function mustBeAtHome(): void {
  if (moved === undefined) return
  const { number, directory } = moved.trial
  throw new TypeError(
    `trial ${number} of '${directory}' already runs with 'chdir' in this process; end it first, or use 'trial.directory'`,
  )
}

/** Changes into a trial's own directory. */
export function moveTo(trial: Placed): void {
  moved = { trial, from: process.cwd() }
  process.chdir(trial.directory)
}

/** Changes back, if it was this trial that moved the process. */
export function moveBackFrom(trial: Placed): void {
  if (moved?.trial !== trial) return
  const { from } = moved
  moved = undefined
  process.chdir(from)
}

/** The text of `anthill help fidelity`. */

export const FIDELITY_TOPIC = `Usage: --fidelity NAME=FROM..TO, or NAME=FROM..TO~factor=F

  anthill run -n 100 --fidelity steps=1..81 --param lr=1e-5..1e-1~log \\
      -- python train.py --lr {lr} --steps {steps}

Tries most configs with little work, and only good ones with all of it. The
fidelity says how thoroughly a trial is tried, such as its number of steps. It
is not searched: more of it is always better, and the best trial has all of it.

How a trial goes on
  A trial begins with FROM. At its value there it rests: anthill ls calls it
  paused. While it is among the best third of those that came as far, it goes on
  to three times as much, and so on up to TO, where it is complete. steps=1..81
  has the rungs 1, 3, 9, 27 and 81; with ~factor=4 every fourth trial goes on.
  Nobody waits for others: a worker goes on with the highest trial that has
  earned it, and begins a new one if none has. -n counts trials, at any rung.

What the command must do
  {steps}            the rung to reach, also as ANTHILL_FIDELITY
  checkpoints        each attempt runs in the directory of its trial. Save the
                     state there, and load it at the next start: the work from 1
                     to 3 steps is then that of 2
  its answer         the value at the rung, as always: anthill help results
  values on the way  with their steps, for a pruner: anthill help pruner

At the end
  If no trial is complete once -n is reached or the hours of --max-hours are
  used up, the best one that rests is brought to TO, one trial at a time. So a
  study may go over its hours by what runs, and by what that trial still takes.
  Where three trials fail on the way from one rung to the next and none comes
  through, it is left at that. A larger -n goes on with those that rest.

With ask and tell: ask says how far to go ("fidelity"), tell takes the value
there, and then the trial rests. Until ask gives it out again, nobody works on
it, and tell changes nothing.

Models see all trials as if they had come to one rung, and with --sampler 'auto
perSecond=true' what each would take up to TO. A fidelity needs one objective,
and belongs to the study: a process that joins need not say it again. Not with
--runs, whose runs would share their checkpoints: --repeats measures a config
again in a directory of its own.

Exit status: a wrong fidelity ends a command with status 2.
`

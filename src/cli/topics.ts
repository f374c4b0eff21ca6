/** The texts of `anthill help TOPIC`. */

import { FIDELITY_TOPIC } from './fidelity-topic.ts'
import { PRIOR_TOPIC } from './prior-topic.ts'
import { WHERE_TOPIC } from './where-topic.ts'
import { PRUNER_TOPIC } from './pruner-topic.ts'
import { SAMPLER_TOPIC } from './sampler-topic.ts'

const SPACE = `Usage: --param NAME=SPEC, once for each parameter; or --space FILE

  --param lr=1e-5..1e-1~log --param layers=1..6 --param opt=adam,sgd

SPEC            parameter
  0..0.5        a float from 0 to 0.5, both included
  1e-5..1~log   a float on a logarithmic scale
  1..6          an integer, because both ends are written as integers.
                0..1 is refused: write 0.0..1.0, or 0,1 for 0 or 1
  1..1024~log   an integer on a logarithmic scale
  0.1..0.9~logit
                a float on another scale: logit or bilog
  normal(0,1)   a float from this distribution, or lognormal(0,1), which is cut
                where 1 in 10,000 lies beyond
  0..1:0.1      a float in steps of 0.1
  adam,sgd      a choice; 0.5,1 is a choice of numbers
  [16<32<64]    an ordinal: values with an order
  true,false    a boolean
  NAME:=10**u   a value that follows from others: see anthill help where
  SPEC~prior=gaussian
                where you believe the best value: see anthill help prior

Quote what your shell would interpret: '[16<32<64]'. A name consists of
letters, digits, '_', '-' and '.'. A dot nests: opt.lr becomes
{"opt": {"lr": ...}}. 'C[2]=-5.0..5.0' is a list of two: C.0 and C.1.

FILE is JSON of any shape. Every object with a "type" is a parameter:

  {"lr": {"type": "float", "low": 1e-5, "high": 0.1, "log": true},
   "layers": {"type": "int", "low": 1, "high": 6, "default": 2},
   "opt": {"name": {"type": "choice", "values": ["adam", "sgd"]},
           "epsilon": 1e-8}}

Type            with
  float         low, high; log, scale, mean, deviation, step, digits, prior,
                default. The scale is log, logit, bilog, normal or lognormal
  int           low, high; log, scale, step, prior, default
  choice        values; weights, default
  ordinal       values, in their order; weights, prior, default
  bool          default
  branch        key, branches; default. One of several spaces is chosen by name:
                {"model": {"type": "branch", "key": "kind", "branches":
                  {"svm": {"C": {"type": "float", "low": 0.1, "high": 10}},
                   "forest": {}}}} gives {"model": {"kind": "forest"}}
  derived       of: an expression, as in {"type": "derived", "of": "10 ** u"}
  repeat        of, count: a list of several
  group         space: for an object of yours that has a key "type" itself

Everything else is a constant. An object that looks like another tool's
parameter (min and max, choices, _type) is refused, unless it is in a group.
If there are defaults, the first trial tries them. --where 'CONDITION' leaves
out what makes no sense together: see anthill help where.

Exit status: a wrong space ends a command with status 2.
`

const RESULTS = `Usage: anthill run ... -- command {NAME} ...

  anthill run -n 20 --param x=0.0..1.0 --metric 'loss=(\\S+)' -- ./solve --x {x}

How a command gets its config
  {NAME}         the value of a parameter, as one word. No shell is involved;
                 pass it to a script like this: sh -c 'train "$1"' sh {NAME}
  {flags}        all parameters as words: --lr 0.01 --opt adam
  {anthill.dir}  also {anthill.seed}, {anthill.id}, {anthill.number} and so on;
                 {dir}, {seed} ... for short if no parameter has that name
  {{x}}          the text {x}; \${x} is left alone
  {steps}        how far it must go, if --fidelity has that name: anthill help
                 fidelity
  ANTHILL_CONFIG the path of config.json, in its working directory
  ANTHILL_TRIAL_DIR, ANTHILL_SEED, ANTHILL_ATTEMPT, ANTHILL_FIDELITY and so on

The command runs in the directory of its trial. An interrupted trial is tried
again in the same directory, so that the command finds its checkpoints.

How a command answers; the first that applies counts
  --metric REGEX      the last match of the first group in its output; with
                      --reduce, the first, min, max or mean of all matches
  value.json          a file that it writes into its directory
  JSON                the last line of its output that is JSON: 0.1 or
                      {"value": 0.1}; with several objectives one number for
                      each: {"loss": 0.1, "latency": 3}

A program that ends early, since it finds its config hopeless, answers
{"pruned": true}, perhaps with its value so far. How it tells values on the way:
anthill help pruner.

What else an object of value.json or JSON says (numbers, true, false, short
text) is kept with the trial, and constraints are judged by it: {"loss": 0.1,
"memory": 12.5, "valid": true}.

A number may be written as .9, 5., +1, 1e-3 or, by Fortran, 1.0D-3. Colors and
other control sequences do not matter. With several objectives, give --metric
'NAME=REGEX' once for each, and for what a constraint is about. The name of a
single objective may be left out: 'loss=(\\S+)' finds loss=0.5. It is a name
only where REGEX has a letter before its first group: 'loss=val: (\\S+)'. The
attempt has failed if the exit status is not 0, if there is no answer, or if the
number is not finite.

With --runs K the command runs K times, one run after the other, in the same
directory, with ANTHILL_RUN from 1 to K and {seed} and ANTHILL_SEED of that run.
The trial's values, and outputs that are numbers, are the means; the standard
deviation of the first objective is kept as the output NAME@sd (value@sd), in
place of any output by that name, and best and show print it after ±. An output
that is not a number is kept if all runs agree. A run that fails or is pruned
ends the attempt, and the next attempt begins with run 1. --trial-timeout and
pruners see one run: the timeout each, a pruner the first. The logs have the
output of all runs; value.json of run 2 becomes value.run-2.json.

Lines of words are passed over, but a line that was meant as a value and cannot
be read fails the trial, since a line before it would be an older value:
  1,234.5  0.5s  87%  1/3  "0.5"  [0.5]   a word that begins like a number
                      (a date or a time does not count)
  [1] 0.5   1 234.5   numbers only, with signs and brackets
  0.5 s   0.5 ± 0.1   a number and a unit of at most three letters, or its error
  7 x 10^-3  *****    a power of ten, or a number too long for Fortran's format
  None  NA  [1] NA    a word for a number that is missing
  tensor(0.5)         a number in a call
  loss = 0.5          the objective, value, result or ans, and one word
  {'value': 0.5}      braces with the objective or value that are not JSON
anthill run --test ... runs the defaults once and shows what was read.

Exit status: see anthill help exit.
`

const EXIT = `Usage: anthill VERB ...; echo $?

  anthill run ... ; [ $? -eq 75 ] && trap '' TERM &&
    job=\${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID} &&
    scontrol requeue "$job\${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}"

Exit status
    0   done: the budget is reached, or nothing is left to try (trials that
        other workers still run are listed on standard error)
    1   failed: a file cannot be read or written, or is damaged; the message
        says what to do
    2   usage: a bad option or space, a space or objective that differs from
        the study's, a directory that contains something else
    3   stopped after too many failures in a row (run --max-failures); once
        the cause is mended: anthill retry --failed
    4   not found: no such study or trial, no result yet, nothing to ask
    5   nothing has changed: anthill tell came after another end of the trial
   75   stopped with work left: by USR1 or USR2, or by anthill stop
  130, 143, 129   ended by INT, TERM, HUP

In a job, start node_modules/.bin/anthill (or dist/cli/main.js), not npx, which
does not pass signals on. INT, TERM and HUP end the running programs (TERM, then
KILL after --grace) and leave their trials to the next worker; a second INT
kills at once. HUP is ignored under nohup. Node hides whether HUP is ignored, so
anthill checks the shell's variable _ (bash, zsh, ksh), and whether its parent
process ignores HUP.

With --json an error is one line of JSON on standard error: {"error", "code",
"status", "next"}. Treat a status that is not listed here as a failure.
`

const WORDS = `Usage: anthill help words

  anthill status runs/mnist    shows most of these words in use

The search
  study        a directory that holds one search: its definition (space,
               objectives, seed, limits) and all its trials
  space        all configs that may be tried
  parameter    one value that the search chooses, such as a learning rate
  config       one value for each parameter
  condition    what every config must meet: --where
  prior        what you believe about the best value of a parameter before the
               first result: anthill help prior
  derived      said of a value that follows from others in its config
  objective    a number to minimize or maximize
  output       what a trial says beside its objectives
  constraint   what an output or objective must be for its trial to count
  front        the trials that no other one beats, which means: is no worse in
               any objective, and better in one; anthill front prints it
  trial        one config with a number, a directory and, in the end, a result;
               several trials of one config differ by their repeat
  budget       the number of trials in the study at which a process starts no
               more: -n; anthill status shows the largest of all processes
  imported     of a result from elsewhere: outside the budget, without a number
               or a directory, but samplers see it as a trial
  queue        configs that somebody asked to try next, before any that the
               sampler chooses: anthill add
  sampler      what chooses the next config
  model        what predicts results from the trials so far
  fidelity     how thoroughly a trial is tried, such as its number of steps; a
               rung is a value of it at which trials rest
  pruner       what ends trials early, by the values that they report while they
               run
  acquisition  what a config is worth to a model: how much better it may be
  best_instance   a link to the directory of the best trial

The work
  worker       one process that takes trials of the study
  attempt      one run of a trial's program. An interrupted trial gets another
               one, and so does a failed trial with --retries or anthill retry
  claim        the file by which one worker takes an attempt for itself
  draining     after USR1 or USR2: nothing more is started, and running programs
               go on to their end
  held         claimed by anthill ask, with no process behind it, until anthill
               tell or anthill retry ends that, or until --ttl has passed
  heartbeat    a file that a worker rewrites to show that it is alive
  lease        how long a heartbeat may stay unchanged before the worker counts
               as dead and others take over its trial
  silent       said of a worker whose process ended without saying goodbye, or
               whose heartbeat is late: anthill status says so after a sixth of
               the lease; after a whole one others take over its trial
  slot         the file in .anthill/slots that says which config a number tries

The states of a trial
  queued       its config waits in the queue
  running      a worker has claimed it
  complete     has a value
  failed       gave no value, and its attempts are used up; anthill retry gives
               it another one
  pruned       ended early, because it did not look promising; it never becomes
               the best
  interrupted  its last attempt ended without a final result, because its worker
               was stopped or died, or because it may be retried; the next
               worker takes it
  paused       has a value on its way to the end, and rests; it goes on in its
               directory if it is among the best there: anthill help fidelity
  superseded   said of an attempt, not of a trial: its end came too late, and
               another end counts

Exit status: see anthill help exit.
`

export const TOPIC_TEXTS = {
  space: SPACE,
  where: WHERE_TOPIC,
  prior: PRIOR_TOPIC,
  results: RESULTS,
  sampler: SAMPLER_TOPIC,
  pruner: PRUNER_TOPIC,
  fidelity: FIDELITY_TOPIC,
  exit: EXIT,
  words: WORDS,
} as const

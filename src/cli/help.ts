/** `anthill help`: the verbs on one screen, and the texts that belong to no verb. */

const overview = `Usage: anthill VERB [options]

  anthill run -n 50 -j 2 --param lr=1e-5..1e-1~log --param opt=adam,sgd \\
      --metric 'val_loss=(\\S+)' -- python train.py --lr {lr} --opt {opt}
  anthill best --format flags

Tunes anything you can run. Start the same line as often as you like, on as
many machines as you like: a shared folder is all that they need to agree on.

Work      run         try configurations of a command, as many as the budget has
          ask         the next trial, for a loop of your own
          tell        how it came out
          add         configurations to try next
          retry       another attempt for a failed trial
          stop        let all workers of a study start nothing more
Look      best        the best trial
          status      where a study stands
          ls          the trials as a table, CSV or JSON
          show        all that is known of one trial
          log         what its program wrote
Learn     why         why a configuration was tried
          importance  which parameters matter
          replay      is a suggestion the same, computed again?
Else      doctor      is this folder good enough, and whole?
          ask-tell    the optimiser alone, over JSON lines, without a folder
          help        VERB, or one of: space, results, exit

Every verb takes -h and --json. The study is -s DIR, else the first argument
of a verb that only looks, else ANTHILL_STUDY, else ./anthill-study.

Exit status: see anthill help exit.
`

const short = `Usage: anthill VERB [options]

  anthill run -n 50 --param lr=1e-5..1e-1~log -- python train.py --lr {lr}

Verbs: run ask tell add retry stop, best status ls show log,
       why importance replay, doctor ask-tell
More:  anthill help
`

const space = `Usage: --param NAME=SPEC, as often as there are parameters; or --space FILE

  --param lr=1e-5..1e-1~log --param layers=1..6 --param opt=adam,sgd

SPEC            parameter
  0..0.5        a float from 0 to 0.5, both included
  1e-5..1~log   a float on a logarithmic scale
  1..6          an integer: both ends are written as integers, so that 0..1
                is 0 or 1; a float is 0.0..1.0
  1..1024~log   an integer on a logarithmic scale
  0..1:0.1      a float in steps of 0.1
  adam,sgd      a choice; 0.5,1 is a choice of numbers
  [16<32<64]    an ordinal: values with an order
  true,false    a boolean

Quote what your shell would read: '[16<32<64]'. A name is made of letters,
digits, '_', '-' and '.'; dots nest: opt.lr becomes {"opt": {"lr": ...}}.

FILE is JSON of any shape, with a parameter wherever an object has a type:

  {"lr": {"type": "float", "low": 1e-5, "high": 0.1, "log": true},
   "layers": {"type": "int", "low": 1, "high": 6, "default": 2},
   "opt": {"name": {"type": "choice", "values": ["adam", "sgd"]},
           "epsilon": 1e-8}}

Type            with
  float         low, high; log, step, digits, default
  int           low, high; log, step, default
  choice        values; weights, default
  ordinal       values, in their order; default
  bool          default
  branch        key, branches; default: spaces by name, of which one is chosen
                {"model": {"type": "branch", "key": "kind", "branches":
                  {"svm": {"C": {"type": "float", "low": 0.1, "high": 10}},
                   "forest": {}}}} gives {"model": {"kind": "forest"}}
  group         space: an object of yours that itself has a key "type"

Everything else is a constant. Where a default is given, the first trial tries
the defaults.

Exit status: a wrong space ends a command with status 2.
`

const results = `Usage: anthill run ... -- command {NAME} ...

  anthill run -n 20 --param x=0.0..1.0 --metric 'loss=(\\S+)' -- ./solve --x {x}

How a command gets its configuration
  {NAME}         the value of a parameter, as one word; no shell is involved,
                 and to a script it goes as: sh -c 'train "$1"' sh {NAME}
  {flags}        all of them as words: --lr 0.01 --opt adam
  {anthill.dir}  {anthill.seed} {anthill.id} {anthill.number} and so on; short
                 {dir}, {seed} ... where no parameter has that name
  {{x}}          the text {x};  \${x} is left alone
  ANTHILL_CONFIG the path of config.json, in its working directory
  ANTHILL_TRIAL_DIR, ANTHILL_SEED, ANTHILL_ATTEMPT and so on

It runs in its trial's own directory. An interrupted trial is tried again
there, so that it finds the checkpoints it left.

How a command answers; the first that applies counts
  --metric REGEX      the last match of the first group in its output
  value.json          written into its directory
  the last line of its output that is JSON: 0.1 or {"value": 0.1}, or one
                      number for each objective: {"loss": 0.1, "latency": 3}

With several objectives: --metric 'NAME=REGEX', once for each. A status other
than 0, no answer, or a number that is not finite: the trial has failed.
anthill run --test ... runs the defaults once and shows what was read.

Exit status: see anthill help exit.
`

const exit = `Usage: anthill VERB ...; echo $?

  anthill run ... ; [ $? -eq 75 ] && scontrol requeue "$SLURM_JOB_ID"

Exit status
    0   done: the budget is reached, or nothing is left to try (what others
        still run is named on standard error)
    1   failed: input, output, a damaged file; the message says what to do
    2   usage: a bad option or space, a space or objective that differs from
        the study's, a directory that holds something else
    3   stopped after too many failures (run --max-failures)
    4   nothing there: no such study or trial, no result yet, nothing to ask
   75   stopped with work left: drained by USR1 or USR2, or by anthill stop
  130, 143, 129   ended by INT, TERM, HUP

In a job, start node_modules/.bin/anthill (or dist/cli/main.js), not npx, which
keeps signals to itself. INT, TERM and HUP end what runs (TERM, then KILL after
--grace) and hand it back for the next worker; a second INT kills at once. HUP
is ignored under nohup, as far as that can be seen: Node hides it, so it is read
from the shell's _ (bash, zsh) and from a parent that ignores HUP.

With --json an error is one line of JSON on standard error: {"error", "code",
"status", "next"}. Treat a status that is not listed here as a failure.
`

const topics: Readonly<Record<string, string>> = { space, results, exit }

/** Prints the overview or a topic. The help of a verb is the verb's own. */
export async function help(words: readonly string[], verbs: readonly string[]): Promise<number> {
  const json = words.includes('--json')
  const [word] = words.filter((other) => !other.startsWith('-'))
  if (word === undefined || word === 'help') return print(overview, json)
  if (Object.hasOwn(topics, word)) return print(topics[word]!, json)
  const { UsageError } = await import('./failure.ts')
  const { nearestName } = await import('../space/nearest-name.ts')
  const near = nearestName(word, [...Object.keys(topics), ...verbs])
  throw new UsageError(`no help on '${word}'${near === undefined ? '' : `: did you mean '${near}'?`}`, 'anthill help')
}

/** `anthill` alone: a person who has to be told how to begin, or a script that is wrong. */
export function withoutVerb(): number {
  process.stderr.write(short)
  return 2
}

function print(text: string, json: boolean): number {
  process.stdout.write(json ? `${JSON.stringify({ help: text })}\n` : text)
  return 0
}

/**
 * Ways in which a program may end, as data: its script, and what must come of it. The command and the library run the
 * same table.
 *
 * Each script is a shell's, runs in the directory of its trial with 1 s of grace and a time-out of 5 s, and may be run
 * beside the others.
 */

export interface ProgramEnding {
  readonly name: string
  readonly script: string
  /** The state in the record; with a value, the trial is complete. */
  readonly state: 'complete' | 'failed' | 'interrupted'
  readonly value?: number
  /** What the person before the screen is told. */
  readonly says?: string | RegExp
  /** What it leaves running, which must be named and ended; by default it leaves nothing. */
  readonly left?: RegExp
}

const log = '.anthill/stdout.1.log'
const deaf = `sh -c 'trap "" TERM HUP INT; while :; do sleep 0.1; done'`

const complete = (name: string, script: string, value = 3, left?: RegExp): ProgramEnding => ({
  name,
  script,
  state: 'complete',
  value,
  ...(left === undefined ? {} : { left }),
})

const failed = (name: string, script: string, says: string | RegExp): ProgramEnding => ({
  name,
  script,
  state: 'failed',
  says,
})

/** A program that prints 9, an older value, and then `text`, by the rules of `printf`. */
const printed = (text: string): string => `echo 9; printf -- '${text}'`
const value = (name: string, text: string, expected: number): ProgramEnding => complete(name, printed(text), expected)
const unread = (name: string, text: string, says: string | RegExp): ProgramEnding => failed(name, printed(text), says)
const file = (name: string, make: string, says: string | RegExp): ProgramEnding =>
  failed(`value.json: ${name}`, `${make}; echo 9`, says)

const answers: readonly ProgramEnding[] = [
  value('no new line at the end', '0.5', 0.5),
  value('lines of Windows', '1\\r\\n0.5\\r\\n', 0.5),
  value('colors around the number', '\\033[1;32m0.5\\033[0m\\n', 0.5),
  value('a progress bar before it', '10%%\\r 50%%\\r100%%\\r0.5', 0.5),
  value('a number by Fortran', '1.0D-3\\n', 0.001),
  value('no digit before the point', '.9\\n', 0.9),
  value('a sign and no digit after the point', '+5.\\n', 5),
  value('a mark of UTF-8 in the line', '\\357\\273\\2770.5\\n', 0.5),
  complete('UTF-16', `printf '\\377\\3760\\000.\\0005\\000\\n\\000'`, 0.5),
  complete('the last of lines of JSON', `printf '{"step":1,"value":9}\\n{"value":2}\\n{"done":true}\\n'`, 2),
  unread('underscores in a number', '1_000\\n', "the line '1_000'"),
  unread('commas in a number', '1,234.5\\n', "the line '1,234.5'"),
  unread('a hexadecimal number', '0x10\\n', "the line '0x10'"),
  unread('digits of another script', '٠٫٥\\n', "the line '٠٫٥'"),
  unread('wide digits', '０.５\\n', "the line '０.５'"),
  unread('not a number', 'nan\\n', "'value' is not finite: NaN"),
  unread('infinity', '-inf\\n', "'value' is not finite: -Infinity"),
  unread('too large for a number', '1e400\\n', "'value' is not finite: Infinity"),
  unread('None', 'None\\n', "the line 'None'"),
  failed('no output', 'true', 'no answer: there is neither a value.json nor a line'),
  failed('closed output', 'exec 1>&- 2>&-; exit 0', 'no answer'),
  failed('binary output', 'head -c 100000 /dev/urandom | tr -d "0-9"', /no answer/),
  failed('one line of 100 MB', 'truncate -s 100M log; tr "\\0" a < log; rm log', 'no answer'),
  complete('a log of 2 GB', `truncate -s 2G ${log}; printf '\\n0.5\\n'`, 0.5),
  complete('standard input', 'cat; echo 3'),
]

const files: readonly ProgramEnding[] = [
  file('a pipe', 'mkfifo value.json', 'is a pipe where a file must be'),
  file('a folder', 'mkdir value.json', 'is a folder where a file must be'),
  file('a link to nothing', 'ln -s nowhere value.json', 'is a link to nothing'),
  file('a link to itself', 'ln -s value.json value.json', 'is a link to nothing'),
  file('a link to a device', 'ln -s /dev/zero value.json', 'is not a file'),
  file('a file elsewhere', 'ln -s /etc/hostname value.json', 'is a link where a file must be'),
  file('10 GB of nothing', 'truncate -s 10G value.json', 'too large: 10737418240 bytes'),
  file('deep', `tr '\\0' '[' < /dev/zero | head -c 200000 > value.json`, 'not JSON'),
  file('empty', ': > value.json', 'is empty'),
  file('half', `printf '{"value": 0.' > value.json`, 'only half of it'),
  file('NaN', `echo '{"value": NaN}' > value.json`, "'value' is not finite"),
  file('a text', `echo '{"value": "0.5"}' > value.json`, "'value' is not a number"),
  file('another name', `echo '{"loss": 1}' > value.json`, 'must have a number'),
  file('failed and a value', `echo '{"value": 1, "failed": true}' > value.json`, "'failed': true"),
  complete('value.json: a link within', 'echo 0.5 > r; ln -s r value.json; echo 9', 0.5),
  complete('value.json: UTF-16', `printf '\\377\\3760\\000.\\0005\\000' > value.json; echo 9`, 0.5),
  complete('value.json: renamed by what ran on', 'echo 9; (sleep 0.05; echo 0.5 > v; mv v value.json) &', 0.5),
  failed(
    'value.json, then a crash',
    'echo 0.5 > value.json; exit 3',
    /value 0\.5 .*retry -s \S+ \d+ && anthill tell -s/,
  ),
  failed('value.json, then a time-out', 'echo 0.5 > value.json; exec sleep 60', /longer than 5 s; .*value 0\.5/),
  complete('its log is a link', `echo 9; ln -sf /etc/passwd ${log}; echo 3`),
  complete('its log is a pipe', `echo 9; rm ${log}; mkfifo ${log}; echo 3`),
  complete('its log is a folder', `rm ${log}; mkdir ${log}; echo 3`),
  complete('its log is deleted', `rm ${log}; echo 3`),
  complete('its log is emptied', `echo 9; : > ${log}; echo 3`),
  complete('its directory is emptied', 'rm -rf ./* ./.anthill; echo 3'),
  complete('its directory is removed', 'd=$PWD; cd /; rm -rf "$d"; echo 3'),
  complete('its directory is moved', 'mv "$PWD" "$PWD.old"; echo 3'),
  failed('its logs are replaced, then a crash', `echo words >&2; rm .anthill/std*; mkfifo ${log}; exit 1`, 'status 1'),
]

const statuses: readonly ProgramEnding[] = [
  ...Object.entries({
    SEGV: 'segmentation fault',
    ABRT: 'aborted',
    TERM: 'terminated',
    HUP: 'hung up',
    PIPE: 'broken pipe',
    XCPU: 'CPU time limit',
    KILL: 'memory ran out',
  }).map(([name, words]) => failed(`signal ${name}`, `echo 9; kill -${name} $$; sleep 9`, words)),
  ...Object.entries({
    126: 'exit status 126',
    127: 'exit status 127',
    137: 'memory ran out',
    139: 'segmentation fault (SEGV)',
    143: 'terminated (TERM)',
    255: 'exit status 255',
  }).map(([code, words]) => failed(`status ${code}`, `echo 9; exit ${code}`, words)),
  failed('status 130, again and again', 'exit 130', /given up too often, 10 attempts: .* exit status 130/),
  complete('status 75, once', '[ $ANTHILL_ATTEMPT = 2 ] && echo 3 && exit 0; exit 75'),
  failed('its whole group is killed', 'echo 9; kill -KILL 0', 'memory ran out'),
]

const family: readonly ProgramEnding[] = [
  complete('GNU timeout', 'timeout 900 sleep 881 & echo 3', 3, /timeout 900 sleep 881/),
  complete('setsid', 'setsid sleep 882 & echo 3', 3, /sleep 882/),
  complete('nohup', 'nohup sleep 883 & echo 3', 3, /sleep 883/),
  complete('a child that holds its output open', 'sleep 884 & echo 3', 3, /sleep 884/),
  complete('a child that ignores TERM', `setsid ${deaf} & sleep 0.1; echo 3`, 3, /trap/),
  complete('a stopped child', `setsid sh -c 'kill -STOP $$; sleep 885' & sleep 0.2; echo 3`, 3, /STOP/),
  complete(
    'a daemon without environment',
    '(env -i setsid sleep 886 < /dev/null > /dev/null 2>&1 &); echo 3',
    3,
    /886/,
  ),
  complete(
    'a child that begins another when it is ended',
    `printf 'trap "setsid sh r & exit" TERM; while :; do sleep 0.05; done' > r; setsid sh r & sleep 0.2; echo 3`,
    3,
    /sh r /,
  ),
  complete(
    'a chain of children, each of which ends at once',
    `printf '[ $1 -gt 40 ] && exec sleep 887; setsid sh f $(($1 + 1)) & sleep 0.01' > f; sh f 0 & sleep 0.1; echo 3`,
  ),
  complete('100 children', 'for i in $(seq 100); do setsid sleep 888 & done; echo 3', 3, /sleep 888/),
  complete(
    'another name',
    'setsid sh -c "printf \'x) S 1 1 1\' > /proc/self/comm; sleep 889" & sleep 0.1; echo 3',
    3,
    /889/,
  ),
  complete('no free descriptor', 'ulimit -n 3; echo 3'),
  complete('a changed environment', 'unset ANTHILL_TRIAL_DIR; export ANTHILL_ATTEMPT=9; sleep 890 & echo 3', 3, /890/),
]

/** All endings. */
export const endings: readonly ProgramEnding[] = [...answers, ...files, ...statuses, ...family]

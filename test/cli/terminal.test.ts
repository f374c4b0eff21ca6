import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshStudy, plain, run } from '../support/command.ts'
import { scratch } from '../support/scratch.ts'
import { command } from '../support/worker-process.ts'

// Python's pty gives the command a terminal of 60 columns, and copies what it shows there to standard output.
const PTY = `
import fcntl, os, pty, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 60, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
while True:
    try:
        shown = os.read(terminal, 4096)
    except OSError:
        break
    if not shown:
        break
    sys.stdout.buffer.write(shown)
    sys.stdout.buffer.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`
const hasPty = spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']).status === 0

/** Runs the command in a terminal. Returns its status and what a person sees, byte for byte. */
const inTerminal = (env: NodeJS.ProcessEnv, ...words: string[]): { status: number | null; shown: string } => {
  const { status, stdout } = spawnSync('python3', ['-c', PTY, process.execPath, command, ...words], {
    encoding: 'utf8',
    env: { ...process.env, ...plain, TERM: 'xterm', ...env },
  })
  return { status, shown: stdout.replaceAll('\r\n', '\n') }
}

const runWords = (study: string, n: number, script: string): string[] => [
  'run',
  '-s',
  study,
  '-n',
  String(n),
  '-p',
  'x=1..90',
  '--',
  'sh',
  '-c',
  script,
]

test.runIf(hasPty)('in a terminal one line is refreshed, fits, and gives way to new bests and to the end', () => {
  const study = freshStudy()
  const { status, shown } = inTerminal({}, ...runWords(study, 3, 'sleep 1.1; echo 0.5'))
  expect(status).toBe(0)
  expect(shown).toMatch(/\r\x1b\[Kbest {5}0\.5 \(trial 0\): the first value {2}x=\d+\n/)
  expect(shown.match(/improved|the first/g)).toHaveLength(1)
  expect(shown).toMatch(
    /\r\x1b\[Kended {4}3 complete by this process in \d+\.\ds\ntrials {3}3 complete \(3 of 3 ended\)\n/,
  )
  const refreshed = shown
    .replace(/best .*the first.*\n/, '')
    .split('\r\x1b[K')
    .slice(1, -1)
    .filter((line) => line !== '')
  expect(refreshed.length).toBeGreaterThanOrEqual(2)
  expect(new Set(refreshed).size).toBeGreaterThan(1)
  for (const line of refreshed) {
    expect(line).toMatch(/^\d\/3 ended/)
    expect(line.length).toBeLessThan(60)
  }
  expect(shown).not.toMatch(/^trial \d/m)
  expect(shown).toMatch(/\nbest {5}\x1b\[32m0\.5\x1b\[39m \(trial 0\)\n/)
})

test.runIf(hasPty)(
  'the first failure gets a line of its own above the refreshed one, without colors if they are not wanted',
  () => {
    const { status, shown } = inTerminal(
      { NO_COLOR: '1' },
      ...runWords(freshStudy(), 3, '[ $ANTHILL_NUMBER != 0 ] || sleep 2.5; echo "no such module" >&2; exit 3'),
    )
    expect(status).toBe(3)
    expect(shown.match(/\r\x1b\[Ktrial 0 {2}failed {2}exit status 3/g)).toHaveLength(1)
    expect(shown.match(/failed {2}exit status/g)).toHaveLength(1)
    expect(shown.match(/ {2}\| no such module\n/g)).toHaveLength(1)
    expect(shown).not.toMatch(/\x1b\[\d*m/)
  },
)

test.runIf(hasPty)('a dumb terminal gets plain lines', () => {
  const { shown } = inTerminal({ TERM: 'dumb' }, ...runWords(freshStudy(), 2, 'echo 0.5'))
  expect(shown).not.toContain('\x1b')
  expect(shown.match(/^trial \d {2}complete/gm)).toHaveLength(2)
})

test('a verb that only looks does not fail when its reader goes away or its output is closed', async () => {
  const study = freshStudy()
  expect(await run(study, '-n', '1', '-p', 'x=1..9', '--', 'echo', '1')).toMatchObject({ code: 0 })
  const bash = (script: string) =>
    spawnSync(
      'bash',
      ['-c', `set -o pipefail; anthill() { "${process.execPath}" "${command}" "$@"; }; ${script}`, 'bash', study],
      { encoding: 'utf8', env: { ...process.env, ...plain } },
    )
  for (const words of ['ls "$1"', 'best "$1" --json', 'status "$1"', 'show "$1" 0', 'help']) {
    expect(bash(`{ sleep 0.1; anthill ${words}; } | true`), words).toMatchObject({ status: 0, stderr: '' })
  }
  expect(bash('anthill best "$1" >&-; anthill ls "$1" --json >&-')).toMatchObject({ status: 0, stderr: '' })
  expect(bash('anthill run -s "$1" -n 2 --json -- echo 1 >&- 2>&-')).toMatchObject({ status: 0 })
  expect(
    bash('{ sleep 0.1; anthill run -s "$1" -n 4 --json -- sh -c "sleep 0.1; echo 1"; } 2>&1 | true'),
  ).toMatchObject({ status: 0, stderr: '' })
  expect(JSON.parse(bash('anthill status "$1" --json').stdout)).toMatchObject({ trials: { complete: 4 } })
})

test('a test run shows what was substituted and what was read, for a person and as JSON', async () => {
  const study = join(scratch(), 'study')
  const words = [
    '--test',
    '-p',
    'x=1.0..1.0',
    '-p',
    `opt="it's $(id)",b`,
    '--',
    'sh',
    '-c',
    'echo "$2" >&2; echo "$1"',
    'sh',
    '{x}',
    '{opt}',
  ]
  const { code, stdout, stderr } = await run(study, ...words)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^parameters\n {2}x +float 1\.\.1\n {2}opt +choice .*\nconfig\n/)
  expect(stdout).toMatch(/\nconfig\n {2}x +1\.0\n {2}opt +(b|'it'\\''s \$\(id\)')\ncommand\n/)
  expect(stdout).toMatch(
    /\ncommand\n {2}\S+\/sh -c 'echo "\$2" >&2; echo "\$1"' sh 1\.0 (b|'it'\\''s \$\(id\)')\nenvironment\n/,
  )
  expect(stdout).toMatch(/\n {2}ANTHILL_PARAM_X=1\.0\n/)
  expect(stdout).toMatch(
    /\nstandard output\n {2}1\.0\nstandard error\n {2}(b|it's \$\(id\))\ntook \d+\.\ds\nread: value = 1 \(/,
  )
  expect(stdout).toMatch(/ \(from the last line of output that is an answer\)\n$/)
  const json = await run(study, '--json', ...words)
  expect(JSON.parse(json.stdout)).toMatchObject({
    good: true,
    config: { x: 1 },
    code: 0,
    signal: null,
    answer: { values: { value: 1 }, source: 'stdout' },
    stdout: ['1.0'],
  })
  expect(await run(study, '--test', '-p', 'x=1..9', '--', 'sh', '-c', 'exit 3')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('failed: exit status 3; nothing was read'),
  })
  expect(await run(study, '--test', '-p', 'x=1..9', '--trial-timeout', '100ms', '--', 'sleep', '9')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('took longer than --trial-timeout'),
  })
})

import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { freshStudy, plain, run } from '../../support/command.ts'
import { command } from '../../support/worker-process.ts'

// Python's pty gives the command a terminal. Each step waits for words on it, and then sends keys, a signal or a size.
const PTY = `
import fcntl, os, pty, select, signal, struct, sys, termios, time
steps = sys.argv[1].split('|')
pid, terminal = pty.fork()
def resize(columns, rows):
    fcntl.ioctl(terminal if pid else 1, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
if pid == 0:
    resize(80, 24)
    os.execvp(sys.argv[2], sys.argv[2:])
shown = b''
def read():
    global shown
    if not select.select([terminal], [], [], 0.05)[0]: return True
    try: part = os.read(terminal, 65536)
    except OSError: return False
    shown += part
    return part != b''
def state():
    return open('/proc/%d/stat' % pid).read().rsplit(') ', 1)[1][0]
for step in steps:
    what, _, word = step.partition(':')
    start = time.time()
    if what == 'see':
        at = len(shown) if word.startswith('+') else 0
        while word.lstrip('+').encode() not in shown[at:] and time.time() - start < 30 and read(): pass
    elif what == 'keys': os.write(terminal, word.encode().decode('unicode_escape').encode('latin1'))
    elif what == 'kill': os.kill(pid, getattr(signal, 'SIG' + word))
    elif what == 'size': resize(*map(int, word.split('x')))
    elif what == 'stopped':
        while state() != 'T' and time.time() - start < 30: read()
        shown += b'[stopped]'
while read(): pass
sys.stdout.buffer.write(shown)
sys.stdout.buffer.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`
const hasPty = spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']).status === 0

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J'
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l'

/** Runs the board through some steps. Returns its status, and all that was written to the terminal. */
const watched = (
  study: string,
  env: NodeJS.ProcessEnv,
  ...steps: string[]
): { status: number | null; shown: string } => {
  const words = ['-c', PTY, steps.join('|'), process.execPath, command, 'status', study, '--watch']
  const { status, stdout } = spawnSync('python3', words, {
    encoding: 'utf8',
    env: { ...process.env, ...plain, TERM: 'xterm', LC_ALL: 'C.UTF-8', ...env },
  })
  return { status, shown: stdout }
}

const smallStudy = async (): Promise<string> => {
  const study = freshStudy()
  expect(await run(study, '-n', '3', '-p', 'x=1..90', '--', 'echo', '0.5')).toMatchObject({ code: 0 })
  return study
}

test.runIf(hasPty)('the board is drawn, stops and goes on, fits a new size, and gives the terminal back', async () => {
  const study = await smallStudy()
  const steps = ['see:q quit', 'kill:TSTP', 'stopped', 'kill:CONT', 'see:+q quit', 'keys:\\r', 'see:q back', 'keys:q']
  const { status, shown } = watched(study, {}, ...steps, 'size:40x8', 'see:3 of 3 ended   0 live', 'keys:q')
  expect(status).toBe(0)
  expect(shown.startsWith(`${ENTER}\x1b[?2026h`)).toBe(true)
  expect(shown).toContain('minimize value   3 of 3 ended')
  expect(shown).toMatch(/⏎ show/)
  expect(shown).toContain(`${LEAVE}[stopped]${ENTER}`)
  expect(shown).toMatch(/show 2 ─+/)
  expect(shown.endsWith(LEAVE)).toBe(true)
})

test.runIf(hasPty)('a signal ends it with its status, on a Linux console in ASCII, without colors', async () => {
  const study = await smallStudy()
  const env = { TERM: 'linux', NO_COLOR: '1' }
  const { status, shown } = watched(study, env, 'see:q quit', 'kill:TERM')
  expect(status).toBe(143)
  expect(shown.endsWith(LEAVE)).toBe(true)
  expect(shown).not.toMatch(/[^\0-\x7f]|\x1b\[\d+m/)
})

test('on a pipe it gives a plain line for each change, and ends with the study', async () => {
  const study = await smallStudy()
  const env = { ...process.env, ...plain }
  const lines = (...words: string[]) =>
    spawnSync(process.execPath, [command, 'status', study, ...words], { encoding: 'utf8', env })
  expect(lines('--watch')).toMatchObject({ status: 0, stdout: 'study   3 of 3 ended   0 live   best 0.5 (trial 0)\n' })
  expect(JSON.parse(lines('--watch', '--json').stdout)).toMatchObject({ budget: 3, trials: { complete: 3 } })
})

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isAlive, numberIn } from '../support/process.ts'
import { scratch } from '../support/scratch.ts'
import { sleep, startLines, until } from '../support/worker-process.ts'
import type { Running } from '../support/worker-process.ts'

const built = (name: string): string => new URL(`../../dist/runner/${name}.js`, import.meta.url).href

/**
 * A worker with a guardian. It starts `script`, tells the guardian its group unless `isTold` is false, and lives on.
 */
const worker = (
  directory: string,
  script: string,
  options: { graceMs?: number; isTold?: boolean; then?: string } = {},
): Running =>
  startLines(
    `
const { startGuardian } = await import(${JSON.stringify(built('guardian'))})
const { startChild } = await import(${JSON.stringify(built('child'))})
const guardian = startGuardian(${options.graceMs ?? 20_000})
const child = await startChild({
  program: '/bin/sh', args: ['-c', args[1]], directory: args[0], 
  environment: { PATH: process.env.PATH, ANTHILL_GUARDIAN: guardian.token },
  stdoutPath: args[0] + '/stdout', stderrPath: args[0] + '/stderr', graceMs: 20000,
})
if (${options.isTold ?? true}) guardian.add(child.group)
${options.then ?? 'await new Promise(() => setInterval(() => undefined, 1000))'}`,
    [directory, script],
  )

/** Kills a worker once its program has written its process id; gives that id. */
const killedAt = async (directory: string, running: Running): Promise<number> => {
  const sign = join(directory, 'sign')
  await until('the program has begun', () => existsSync(sign))
  const pid = numberIn(sign)
  expect(isAlive(pid)).toBe(true)
  running.child.kill('SIGKILL')
  await running.finished
  return pid
}

const begin = 'echo $$ > new; mv new sign'

test('a program whose worker is killed gets TERM, and ends', async () => {
  const directory = scratch()
  const pid = await killedAt(
    directory,
    worker(directory, `trap "echo > bye; exit" TERM; ${begin}; while :; do sleep 0.05; done`),
  )
  await until('the program is gone', () => !isAlive(pid))
  expect(existsSync(join(directory, 'bye'))).toBe(true)
})

test('a program that is stopped hears TERM all the same', async () => {
  const directory = scratch()
  const script = `trap "echo > bye; exit" TERM; ${begin}; kill -STOP $$; while :; do sleep 0.05; done`
  const pid = await killedAt(directory, worker(directory, script))
  await until('the program is gone', () => !isAlive(pid))
  expect(existsSync(join(directory, 'bye'))).toBe(true)
})

test('a program that ignores TERM is killed after the grace, and so is what it started', async () => {
  const directory = scratch()
  const pid = await killedAt(
    directory,
    worker(
      directory,
      `trap "" TERM; sh -c 'echo $$ > inner; while :; do sleep 0.05; done' & sleep 0.1; ${begin}; wait`,
      { graceMs: 200 },
    ),
  )
  await until('the program is gone', () => !isAlive(pid))
  await until('what it started is gone', () => !isAlive(numberIn(join(directory, 'inner'))))
})

test.runIf(existsSync('/proc/self/environ'))(
  'a program that the guardian was not told about is found by its token, and so is one that left its group',
  async () => {
    const directory = scratch()
    const pid = await killedAt(
      directory,
      worker(
        directory,
        `setsid sh -c 'echo $$ > inner.new; mv inner.new inner; sleep 60' &
        while [ ! -e inner ]; do sleep 0.02; done; ${begin}; sleep 60`,
        { isTold: false },
      ),
    )
    await until('the program is gone', () => !isAlive(pid))
    await until('the one that left its group is gone', () => !isAlive(numberIn(join(directory, 'inner'))))
  },
)

test('a guardian that is killed is replaced, and the new one knows which programs run', async () => {
  const directory = scratch()
  const running = worker(directory, `${begin}; sleep 60`, {
    then: `const { execFileSync } = await import('node:child_process')
const { writeFileSync, readdirSync, readFileSync } = await import('node:fs')
const isGuardian = (pid) => readFileSync('/proc/' + pid + '/cmdline', 'latin1').includes('anthill-guardian')
const parentOf = (pid) => readFileSync('/proc/' + pid + '/stat', 'latin1').split(') ')[1].split(' ')[1]
const guardians = () => readdirSync('/proc').filter((pid) => {
  try { return isGuardian(pid) && parentOf(pid) === String(process.pid) } catch { return false }
})
const [old] = guardians()
process.kill(Number(old), 'SIGKILL')
while (guardians().length !== 1 || guardians()[0] === old) await new Promise((resolve) => setTimeout(resolve, 10))
writeFileSync(args[0] + '/replaced', '')
await new Promise(() => setInterval(() => undefined, 1000))`,
  })
  await until('the guardian is replaced', () => existsSync(join(directory, 'replaced')))
  const pid = await killedAt(directory, running)
  await until('the program is gone', () => !isAlive(pid))
})

test('a guardian does not touch a group that was struck out, and does not keep its worker alive', async () => {
  const directory = scratch()
  const running = worker(directory, `${begin}; exec sleep 60`, {
    then: 'guardian.remove(child.group); guardian.close(); process.exit(0)',
  })
  expect(await running.finished).toMatchObject({ code: 0, stderr: '' })
  await until('the program has begun', () => existsSync(join(directory, 'sign')))
  await sleep(300)
  const pid = numberIn(join(directory, 'sign'))
  expect(isAlive(pid)).toBe(true)
  process.kill(pid, 'SIGKILL')
})

/** The studies that are changed: everything that a study can hold, made by the library and the command. */

import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bayesian, bool, branch, choice, float, int, openStudy } from '../../dist/index.js'
import { orderOf } from '../../src/space/goals.ts'
import { realFileSystem } from '../../src/store/disk/file-system.ts'
import { readDefinition } from '../../src/store/protocol/definition-file.ts'
import { openFolder } from '../../src/store/protocol/folder.ts'
import { makeIndex } from '../../src/store/protocol/index-maker.ts'
import { refreshAll } from '../../src/store/protocol/refresh.ts'
import { leave, register } from '../../src/store/protocol/registration.ts'
import { run } from '../support/command.ts'
import { startCommand, startLines, until } from '../support/worker-process.ts'
import type { Goals } from '../../src/trial.ts'

/** A short lease, so that no verb waits long for a worker that is gone. */
const LEASE_MS = 1000

const SPACE = {
  rate: float(1e-4, 1, { log: true }),
  layers: int(1, 6),
  mode: choice(['plain', 'odd name']),
  isBiased: bool(),
  solver: branch('kind', { newton: { damping: float(0, 1) }, simple: { steps: int(1, 9) } }),
}

export interface Original {
  readonly name: string
  readonly root: string
}

/**
 * Makes a study in a directory: some 16 trials, of which some failed, were pruned or were tried again; one is held and
 * one belongs to a worker that was killed; three indexes, the logs that go on behind them, programs' output, a queue.
 *
 * @param withTwo  it has two objectives, and more of the first is better
 */
export async function makeOriginal(parent: string, withTwo: boolean): Promise<Original> {
  const root = join(parent, withTwo ? 'two' : 'one')
  const objectives = withTwo ? ({ gain: 'maximize', cost: 'minimize' } as const) : ({ loss: 'minimize' } as const)
  const [first, ...others] = Object.keys(objectives)
  const result = (x: number): Record<string, number> =>
    Object.fromEntries([[first!, x], ...others.map((name) => [name, 1 - x])])
  {
    await using study = await openStudy(root, {
      space: SPACE,
      objectives,
      trials: 6,
      seed: 5,
      leaseMs: LEASE_MS,
      sampler: bayesian({ initial: 4 }),
    })
    await study.enqueue({ rate: 0.5, layers: 2, mode: 'plain', isBiased: true, solver: { kind: 'simple', steps: 3 } })
    for (let trial = await study.ask(); trial !== undefined; trial = await study.ask()) {
      await trial.report(0.5, { step: 1 })
      if (trial.number === 2 || trial.number === 3) await trial.fail(`trial ${trial.number} went wrong`)
      else if (trial.number === 4) await trial.prune(result(trial.config.rate))
      else await trial.complete(result(trial.config.rate))
    }
    await study.retry(2)
    const elsewhere = {
      rate: 0.75,
      layers: 3,
      mode: 'plain',
      isBiased: true,
      solver: { kind: 'simple', steps: 4 },
    } as const
    await study.learn([{ config: elsewhere, values: result(0.9) }], { from: 'elsewhere' })
  }
  const printed = withTwo ? 'echo gain=0.3; echo cost=0.7' : 'echo loss=0.3'
  const metrics = Object.keys(objectives).flatMap((name) => ['--metric', `${name}=${name}=(.*)`])
  const program = ['--', 'sh', '-c', `echo hello >&2; test "$ANTHILL_SEED" || exit 1; ${printed}`]
  await run(root, '-n', '9', ...metrics, ...program)
  for (let k = 0; k < 3; k++) await index(root)
  await run(root, '-n', '11', ...metrics, ...program)
  await startCommand(['ask', '-s', root, '-n', '12']).finished
  await leaveOneBehind(root)
  {
    await using study = await openStudy(root, { trials: 0 })
    await study.enqueue({
      rate: 0.25,
      layers: 1,
      mode: 'odd name',
      isBiased: false,
      solver: { kind: 'newton', damping: 0.5 },
    })
    await study.retry(3)
  }
  writeFileSync(join(root, idsIn(root)[0]!, 'model.bin'), 'what a program left\n')
  return { name: withTwo ? 'two' : 'one', root }
}

/** The ids of the trials that have a directory. */
export const idsIn = (root: string): string[] =>
  readdirSync(root)
    .filter((name) => /^[0-9a-f]{20}$/.test(name))
    .sort()

/** Makes an index, as a worker does that has logged enough. */
async function index(root: string): Promise<void> {
  const study = (await readDefinition(realFileSystem, root))!
  const order = orderOf(study as unknown as Goals)
  const folder = openFolder(realFileSystem, root, study, { isReadOnly: false, ceiling: 9 }, order)
  await refreshAll(folder, 0)
  await register(folder, { hasHeartbeat: false })
  await makeIndex(folder, 0)
  await leave(folder)
}

/** Lets a worker report once and then kills it. */
async function leaveOneBehind(root: string): Promise<void> {
  const lines =
    'const study = await anthill.openStudy(args[0], { trials: 13 }); const trial = await study.ask();' +
    'await trial.report(0.25, { step: 1 }); console.error("ready"); setInterval(() => {}, 1000)'
  const worker = startLines(lines, [root])
  await until('it has a trial', () => worker.words().includes('ready'))
  worker.child.kill('SIGKILL')
  await worker.finished
}

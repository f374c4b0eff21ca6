import { expect, test } from 'vitest'
import { openStudy } from '../../src/study/open-study.ts'
import { choice, float } from '../../src/space/parameter.ts'
import { scratch } from '../support/scratch.ts'
import { inProcess } from '../support/in-process.ts'
import { join } from 'node:path'

/** A study in which one of two kinds always fails. */
async function failingStudy(): Promise<string> {
  const directory = join(scratch(), 'study')
  const space = { x: float(0, 1), kind: choice(['good', 'bad']) }
  await using study = await openStudy(directory, { space, trials: 20, sampler: 'sobol', seed: 1 })
  for (let trial = await study.ask(); trial !== undefined; trial = await study.ask()) {
    if (trial.config.kind === 'bad') await trial.fail('no such kind')
    else await trial.complete(trial.config.x)
  }
  return directory
}

test('advice has sentences with their certainty and a line to type, or JSON; status has the first two', async () => {
  const study = await failingStudy()
  const { code, stdout } = await inProcess(['advice', study])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ 1 {2}All \d+ failures have kind is bad; nothing there has worked\./)
  expect(stdout).toMatch(/They end with\n? +'no such kind'\.\n {4}\(by chance [^)]+\)\n {4}anthill log -s \S+ \d+\n/)
  expect(stdout).toMatch(/\n {4}anthill plot -s \S+ failures {2}# shows it\n/)
  expect(stdout).toMatch(/No model: \d+ values so far; a model needs 20\.\n$/)
  const json = JSON.parse((await inProcess(['advice', study, '--no-model', '--json'])).stdout)
  expect(json).toMatchObject({ noModel: 'models were left out', advice: [{ kind: 'failures', evidence: 'failure' }] })
  const status = await inProcess(['status', study])
  expect(status.stdout).toMatch(/\nadvice {3}All \d+ failures have kind is bad; [\s\S]*\n {9}anthill log -s \S+ \d+\n$/)
})

test('a study that shows nothing to change says so; contradicting options and a missing study are errors', async () => {
  const directory = join(scratch(), 'study')
  await (await openStudy(directory, { space: { x: float(0, 1) } })).close()
  expect(await inProcess(['advice', directory, '--no-model'])).toMatchObject({
    code: 0,
    stdout: 'Nothing that the trials show calls for a change.\nNo model: models were left out.\n',
  })
  expect(await inProcess(['advice', directory, '--no-model', '--forecast'])).toMatchObject({ code: 2 })
  expect(await inProcess(['advice', join(scratch(), 'none')])).toMatchObject({ code: 4 })
})

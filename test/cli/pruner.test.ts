import { expect, test } from 'vitest'
import { freshStudy, plain } from '../support/command.ts'
import { inProcess, runHere } from '../support/in-process.ts'

const anthill = (...words: string[]) => inProcess(words, plain)
const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname

test('a study with a pruner ends a program early, and ls, show and why say so', async () => {
  const study = freshStudy()
  const script = `node ${MAIN} report-value 0.5 --step 1; node ${MAIN} report-value 5 --step 2; sleep 60`
  const words = ['-p', 'x=0.0..1.0', '--sampler', 'random', '--', 'sh', '-c', script]
  const ran = await runHere(study, '-n', '1', '--pruner', 'threshold atMost=1', ...words)
  const reason = 'its value at step 2 is 5, and must be at most 1'
  expect(ran).toMatchObject({ code: 0 })
  expect(ran.stderr).toContain(`trial 0  pruned`)
  expect(ran.stderr).toContain(reason)
  const shown = JSON.parse((await anthill('show', study, '0', '--json')).stdout) as object
  const curve = [
    [1, 0.5],
    [2, 5],
  ]
  expect(shown).toMatchObject({ state: 'pruned', value: 5, detail: reason, curve })
  const { stdout } = await anthill('why', study, '0')
  expect(stdout.replace(/\s+/g, ' ')).toContain(`It was pruned at value 5: ${reason}.`)
})

test('report-value is refused outside of a program of anthill run', async () => {
  const bare = { ...plain, ANTHILL_TRIAL_DIR: undefined, ANTHILL_ATTEMPT: undefined }
  const report = (words: string[], env: NodeJS.ProcessEnv) => inProcess(['report-value', ...words], env)
  expect(await report(['1'], bare)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('only a program that anthill run has started can report values'),
  })
  expect(await report(['x'], bare)).toMatchObject({ code: 2, stderr: expect.stringContaining("got 'x'") })
})

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readWords } from '../../src/cli/arguments.ts'
import { linesOf } from '../../src/cli/sampler-topic.ts'
import { DEFINITION_OPTIONS, definitionFromOptions } from '../../src/cli/study-options.ts'
import { kinds, whole } from '../../src/space/option-values.ts'
import { openStudy } from '../../src/index.ts'
import { float } from '../../src/space/parameter.ts'
import { plain } from '../support/command.ts'
import { inProcess } from '../support/in-process.ts'
import { scratch } from '../support/scratch.ts'

const main = new URL('../../dist/cli/main.js', import.meta.url).pathname

const definitionOf = (...words: string[]) =>
  definitionFromOptions(readWords({ name: 'run', onlyLooks: false }, words, DEFINITION_OPTIONS))

test('a sampler may be a name, a name with options, or a file', async () => {
  const file = join(scratch(), 'sampler.json')
  writeFileSync(file, '{"kind": "bayesian", "repeats": 2, "models": ["plain", "forest"]}')
  const options = { repeats: 2, models: ['plain', 'forest'] }
  expect((await definitionOf('--sampler', 'sobol')).sampler).toEqual({ name: 'sobol', options: {} })
  expect((await definitionOf('--sampler', 'bayesian repeats=2 models=plain,forest')).sampler).toEqual({
    name: 'bayesian',
    options,
  })
  expect((await definitionOf('--sampler', file)).sampler).toEqual({ name: 'bayesian', options })
})

test('a sampler may be said in the words of another tool, or be its file', async () => {
  const [scenario, file] = ['scenario.json', 'sampler.json'].map((name) => join(scratch(), name))
  writeFileSync(scenario!, '{"optimization_objectives": ["Value"], "optimization_method": "local_search"}')
  writeFileSync(file!, '{"kind": "skopt", "base_estimator": "dummy"}')
  const { sampler } = await definitionOf('--sampler', 'deephyper acq_func=UCB kappa=2.5 scheduler.type=none')
  expect(sampler).toMatchObject({ name: 'auto', options: { acquisition: { kind: 'lcb', kappa: 2.5 } } })
  expect((await definitionOf('--sampler', `hypermapper ${scenario}`)).sampler?.name).toBe('local')
  expect((await definitionOf('--sampler', file!)).sampler).toEqual({ name: 'random', options: {} })
  await expect(definitionOf('--sampler', 'skopt random_state=3')).rejects.toThrow("option '--sampler': option 'random")
})

test('a wrong sampler is a wrong command line, with the help that explains samplers', async () => {
  const file = join(scratch(), 'sampler.json')
  writeFileSync(file, '{"modles": ["plain"]}')
  for (const [text, message] of [
    ['auto modles=plain', "option '--sampler': option 'modles': sampler 'auto' has none of this name; did you mean"],
    [file, "option '--sampler': option 'modles': sampler 'auto' has none of this name; did you mean 'models'?"],
    ['/no/such/sampler.json', "file '/no/such/sampler.json': cannot be read"],
  ] as const) {
    await expect(definitionOf('--sampler', text)).rejects.toThrow(message)
    await expect(definitionOf('--sampler', text)).rejects.toThrow(
      expect.objectContaining({ next: 'anthill help sampler' }),
    )
  }
})

test('--repeats is short for an option of the sampler, and must not contradict it', async () => {
  expect(await definitionOf('--sampler', 'auto models=plain', '--repeats', '3')).toMatchObject({ repeats: 3 })
  expect(await definitionOf('--sampler', 'auto repeats=3', '--repeats', '3')).toMatchObject({ repeats: 3 })
  await expect(definitionOf('--sampler', 'auto repeats=2', '--repeats', '3')).rejects.toThrow(
    "option '--repeats': is 3, but the sampler has repeats=2; leave one of the two out",
  )
})

test('the help lists the options of a word below it', () => {
  const wish = {
    value: kinds({ near: {}, far: { steps: { value: whole(1), default: 3, line: 'how far' } } }),
    line: 'a',
  }
  expect(linesOf({ wish })).toBe(
    '  wish=near|far\n               a\n      wish.steps=N\n                   how far (default: 3)',
  )
})

test('who joins a study from the command line uses its sampler, and --repeats keeps the other options', async () => {
  const root = join(scratch(), 'study')
  let value = 1
  const ask = async (...words: string[]) => {
    const { stdout, stderr, code } = await inProcess(['ask', '-s', root, ...words], plain)
    expect(code).toBe(0)
    await inProcess(['tell', '-s', root, JSON.parse(stdout).id, String(value++)], plain)
    return stderr
  }
  {
    const first = ['--param', 'x=0.0..1.0', '--sampler', 'auto initial=3 models=forest']
    await ask(...first)
    expect(await ask(...first)).not.toContain('this process suggests')
  }
  for (let k = 0; k < 2; k++) expect(await ask()).not.toContain('this process suggests')
  const repeating = await ask('--repeats', '2')
  expect(repeating).toContain(`this process suggests with sampler 'bayesian' and options {"initial":3,"repeats":2,`)
  await using study = await openStudy(root, { readOnly: true })
  for (const number of [3, 4]) {
    expect((await study.why(number)).explanation).toMatchObject({ by: 'model', model: 'forest' })
    expect(await study.replay(number)).toMatchObject({ verdict: 'same' })
  }
})

test('ask-tell takes a sampler too', () => {
  const input = `${JSON.stringify({ space: { x: float(0, 1) } })}\n{"ask": 3}\n`
  const words = [main, 'ask-tell', '--sampler', 'grid points=3']
  const { stdout } = spawnSync(process.execPath, words, { input, encoding: 'utf8' })
  const { trials } = JSON.parse(stdout.split('\n')[1]!) as { trials: { config: { x: number } }[] }
  expect(trials.map(({ config }) => config.x)).toEqual([0, 0.5, 1])
})

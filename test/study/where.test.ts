import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readWords } from '../../src/cli/arguments.ts'
import { DEFINITION_OPTIONS, definitionFromOptions } from '../../src/cli/study-options.ts'
import { bayesian, float, int, openStudy } from '../../src/index.ts'
import { answer, conversation } from '../../src/interop/ask-tell.ts'
import { studyPath } from '../../src/paths.ts'
import { scratch } from '../support/scratch.ts'
import { plain } from '../support/command.ts'
import { inProcess } from '../support/in-process.ts'

const SPACE = { layers: int(1, 8), width: int(16, 1024, { log: true }), lr: float(0, 1) }
const WHERE = ['layers * width <= 256', 'lr < layers / 8']

async function create(root: string, trials = 12): Promise<void> {
  await using study = await openStudy(root, { space: SPACE, where: WHERE, trials, seed: 3 })
  await study.optimize(({ config }) => (config.layers - 3) ** 2 + Math.log(config.width) + config.lr)
}

test('a study keeps its conditions, all its trials meet them, and replay is the same', async () => {
  const root = join(scratch(), 's')
  await create(root)
  expect(JSON.parse(readFileSync(studyPath(root), 'utf8')).where).toEqual(WHERE)
  await using study = await openStudy(root, { space: SPACE, trials: 15 })
  expect(study.where).toEqual(WHERE)
  await study.optimize(({ config }) => config.lr)
  const trials = await study.trials()
  expect(trials.length).toBe(15)
  for (const { number, config } of trials) {
    const { layers, width, lr } = config
    expect(layers * width <= 256 && lr < layers / 8).toBe(true)
    expect((await study.replay(number!)).verdict).toBe('same')
  }
})

test('other conditions than those of the study are an error that prints the difference', async () => {
  const root = join(scratch(), 's')
  await create(root, 1)
  const other = ['lr<layers/8', 'layers > 2']
  await expect(openStudy(root, { space: SPACE, where: other })).rejects.toMatchObject({
    code: 'SPACE_MISMATCH',
    message: expect.stringContaining(
      "where 'layers > 2': the study has no such condition, this run wants it\n" +
        "  where 'layers * width <= 256': the study has this condition, this run does not\n",
    ),
  })
  await (await openStudy(root, { where: [...WHERE].reverse() })).close()
  await expect(openStudy(root, { where: 7 as never })).rejects.toThrow("option 'where': must be a condition or a list")
})

test('a forbidden config is not enqueued, and the condition is named', async () => {
  const root = join(scratch(), 's')
  await create(root, 1)
  await using study = await openStudy(root)
  await expect(study.enqueue({ layers: 8, width: 1024, lr: 0 })).rejects.toThrow(
    "config: does not meet 'layers * width <= 256' (layers = 8, width = 1024); change one of these values",
  )
  expect((await study.enqueue({ layers: 8, width: 32, lr: 0 })).state).toBe('queued')
})

test('nothing is created where nothing is allowed, or a condition is wrong', async () => {
  const root = join(scratch(), 's')
  await expect(openStudy(root, { space: SPACE, where: 'layers > 8' })).rejects.toThrow(
    "no config was found that meets 'layers > 8'",
  )
  await expect(openStudy(root, { space: SPACE, where: 'layer > 8' })).rejects.toThrow("did you mean 'layers'?")
  expect(existsSync(studyPath(root))).toBe(false)
})

test('a definition with a condition that cannot be read is damaged, and says so', async () => {
  const root = join(scratch(), 's')
  await create(root, 1)
  const text = readFileSync(studyPath(root), 'utf8')
  writeFileSync(studyPath(root), text.replace('layers * width <= 256', 'leyers * width <= 256'))
  await expect(openStudy(root)).rejects.toMatchObject({
    code: 'DAMAGED',
    message: expect.stringContaining("unknown name 'leyers'"),
  })
})

test('the command takes conditions, and says when the allowed configs are used up', async () => {
  const words = ['--param', 'a=1..4', '--where', 'a > 1', '--where', 'a < 4']
  const definition = await definitionFromOptions(
    readWords({ name: 'run', onlyLooks: false }, words, DEFINITION_OPTIONS),
  )
  expect(definition.where).toEqual(['a > 1', 'a < 4'])
  const root = join(scratch(), 's')
  const program = ['--', 'sh', '-c', 'echo "$1"', 'sh', '{a}']
  const run = await inProcess(['run', '-s', root, '-n', '9', ...words, ...program], plain)
  expect(run.stderr).toContain('the space has 2 configs that meet its conditions, and all of them have been tried')
  const add = await inProcess(['add', '-s', root, 'a=4'], plain)
  expect(add.code).toBe(2)
  expect(add.stderr).toContain("does not meet 'a < 4' (a = 4)")
})

test('a conversation over lines has conditions beside the space', () => {
  const state = conversation(1)
  const space = '{"a": {"type": "int", "low": 1, "high": 9}, "b": {"type": "int", "low": 1, "high": 9}}'
  expect(answer(state, `{"space": ${space}, "where": ["a < c"]}`).error).toContain("unknown name 'c'")
  expect(answer(state, `{"space": ${space}, "where": ["a < b"]}`)).toEqual({ ok: true })
  const { trials } = answer(state, '{"ask": 36}') as { trials: { config: { a: number; b: number } }[] }
  expect(trials.length).toBe(36)
  for (const { config } of trials) expect(config.a).toBeLessThan(config.b)
  expect(answer(state, '{"tell": [{"config": {"a": 2, "b": 2}, "value": 1}]}').error).toContain("not meet 'a < b'")
})

test('nothing is created for models or objectives that the sampler cannot have', async () => {
  const directory = join(scratch(), 'study')
  const space = { x: float(0, 1) }
  for (const sampler of [
    bayesian({ models: [{ kind: 'process', kernel: 'hamming' }] }),
    bayesian({ scalarize: 'linear' }),
  ])
    await expect(openStudy(directory, { space, sampler })).rejects.toThrow(/kernel 'hamming'|needs several objectives/)
  expect(existsSync(directory)).toBe(false)
  await (await openStudy(directory, { space })).close()
  await expect(openStudy(directory, { sampler: bayesian({ scalarize: 'linear' }) })).rejects.toThrow(
    /several objectives/,
  )
})

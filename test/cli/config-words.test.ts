import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configOfWords, configsOfFile } from '../../src/cli/config-words.ts'
import { bool, branch, choice, float, int } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'

const space = parseSpace({
  lr: float(1e-5, 1, { default: 0.1 }),
  layers: int(1, 6),
  opt: { name: choice(['adam', 'sgd', null]), fast: bool({ default: false }) },
  model: branch('kind', { svm: { c: float(0, 1) }, forest: { trees: int(1, 9) } }, { default: 'svm' }),
})

test('a config is built from words, and what is left out takes its default', () => {
  expect(configOfWords(space, ['layers=3', 'opt.name=adam', 'opt.fast=true', 'model.c=1'], 'add')).toEqual({
    lr: 0.1,
    layers: 3,
    opt: { name: 'adam', fast: true },
    model: { kind: 'svm', c: 1 },
  })
  expect(
    configOfWords(space, ['layers=3', 'opt.name=null', 'model.kind=forest', 'model.trees=4'], 'add'),
  ).toMatchObject({
    opt: { name: null },
    model: { kind: 'forest', trees: 4 },
  })
})

test('a wrong word is named with its remedy', () => {
  expect(() => configOfWords(space, ['layer=3'], 'add')).toThrow(
    "parameter 'layer': not in the study; did you mean 'layers'?",
  )
  expect(() => configOfWords(space, ['opt.name=adm'], 'add')).toThrow(
    "parameter 'layers': left out, but it has no default; give layers=VALUE",
  )
  expect(() => configOfWords(space, ['layers=3', 'opt.name=adm'], 'add')).toThrow(
    "parameter 'opt.name': must be one of adam, sgd, null, got 'adm'; did you mean 'adam'?",
  )
  expect(() => configOfWords(space, ['layers=three'], 'add')).toThrow(
    "parameter 'layers': must be a number, got 'three'",
  )
  expect(() => configOfWords(space, ['layers=7', 'opt.name=adam', 'model.c=1'], 'add')).toThrow("'layers'")
  expect(() => configOfWords(space, ['layers=3', 'opt.name=adam', 'model.c=1', 'model.trees=3'], 'add')).toThrow(
    "parameter 'model.trees': not active in this config",
  )
  expect(() => configOfWords(space, ['layers'], 'add')).toThrow("argument 'layers': must be NAME=VALUE")
})

test('rows come from lines of JSON or from one array', () => {
  const directory = mkdtempSync(join(tmpdir(), 'anthill-rows-'))
  try {
    const row = { lr: 0.5, layers: 2, opt: { name: 'sgd', fast: false }, model: { kind: 'svm', c: 0.5 } }
    const path = join(directory, 'rows')
    writeFileSync(path, `${JSON.stringify(row)}\n\n${JSON.stringify({ ...row, layers: 3 })}\n`)
    expect(configsOfFile(space, path).map((config) => config.layers)).toEqual([2, 3])
    writeFileSync(path, JSON.stringify([row], null, 2))
    expect(configsOfFile(space, path)).toEqual([row])
    writeFileSync(path, `${JSON.stringify(row)}\n{"lr"`)
    expect(() => configsOfFile(space, path)).toThrow(`file '${path}:2': must be JSON`)
    writeFileSync(path, JSON.stringify([row, { ...row, layers: 9 }]))
    expect(() => configsOfFile(space, path)).toThrow('config 2')
    expect(() => configsOfFile(space, join(directory, 'none'))).toThrow('cannot be read')
  } finally {
    rmSync(directory, { recursive: true })
  }
})

/** `anthill import`: all rows of all files, or none; wrong ones by line and reason. */

import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { openStudy } from '../../src/index.ts'
import { amendFolder } from '../../src/paths.ts'
import { choice, float, int } from '../../src/space/parameter.ts'
import { written } from '../support/in-process.ts'
import { scratch } from '../support/scratch.ts'

const SPACE = { lr: float(0, 1), opt: { name: choice(['adam', 'sgd']) } }

let root: string
let folder: string

beforeEach(async () => {
  folder = scratch()
  root = join(folder, 's')
  await using study = await openStudy(root, { space: SPACE, minimize: 'loss', trials: 1, sampler: 'sobol' })
  await study.optimize(() => 0.5)
})

const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const run = (...words: string[]): Promise<{ out: string; status: number }> =>
  written(false, 'import', '-s', root, ...words)
const imports = (): string[] =>
  readdirSync(join(root, '.anthill')).includes('amend')
    ? readdirSync(amendFolder(root)).filter((name) => name.endsWith('.json'))
    : []

test('a table with a byte order mark is imported once, and shown apart', async () => {
  const table = file('last.csv', '\ufefflr,opt.name,loss,seconds\r\n0.5,adam,0.25,9\r\n0.75,sgd,0.75,9\r\n')
  const dry = await run(table, '--dry-run')
  expect(dry).toMatchObject({ status: 0, out: expect.stringContaining('2 would be imported; nothing was written') })
  expect(dry.out).toContain('not of this study, and left out: seconds')
  expect(imports()).toEqual([])
  expect((await run(table)).out).toContain('2 imported (anthill ls')
  expect((await run(table)).out).toContain('0 imported, 2 were there already')
  expect(imports()).toEqual(['000001.json'])
  const { out } = await written(false, 'ls', root)
  expect(out).toContain('\n\n2 imported, outside the budget:\n')
  expect(out).toMatch(/\n[0-9a-f]{8} {2}complete {2}0.25 {2}last.csv {2}lr=0.5 opt.name=adam\n/)
  const status = (await written(false, 'status', root)).out
  expect(status).toContain('2 imported, outside the budget')
  expect(status).toContain('an imported result is better: 0.25 (last.csv), with lr=0.5 opt.name=adam')
  const best = (await written(false, 'best', root)).out
  expect(best).toContain('an imported result is better: 0.25')
  expect(best).toMatch(/value +0.5\n/)
})

test('one study is imported into another, by its directory, its CSV and its JSON', async () => {
  const other = join(folder, 'other')
  await openStudy(other, { space: SPACE, minimize: 'loss' }).then((study) => study.close())
  const answer = async (path: string): Promise<object> =>
    JSON.parse((await written(false, 'import', '-s', other, path, '--json')).out) as object
  expect(await answer(root)).toMatchObject({ imported: 1, known: 0, wrong: [] })
  for (const way of ['--csv', '--json'])
    expect(await answer(file(`ls${way}`, (await written(false, 'ls', root, way)).out))).toMatchObject({
      imported: 0,
      known: 1,
    })
  await using study = await openStudy(other)
  expect((await study.imported()).map(({ origin, value }) => [origin, value])).toEqual([['import: s', 0.5]])
})

test('neither the study itself, by any path, nor one with another goal or space is imported', async () => {
  symlinkSync(root, join(folder, 'lane'))
  cpSync(root, join(folder, 'copy'), { recursive: true })
  for (const path of [root, join(folder, 'lane'), join(folder, 'copy')]) {
    const { status, out } = await run(path)
    expect([status, out], path).toEqual([2, expect.stringContaining('is the study itself, or a copy of it')])
  }
  const opposite = join(folder, 'opposite')
  await openStudy(opposite, { space: SPACE, maximize: 'loss' }).then((study) => study.close())
  expect((await run(opposite)).out).toContain("asks to maximize 'loss', but this study to minimize it")
  const strange = join(folder, 'strange')
  {
    await using study = await openStudy(strange, { space: { x: int(1, 9) }, minimize: 'loss', trials: 1 })
    await study.optimize(() => 0.5)
  }
  const { status, out } = await run(strange)
  expect(status).toBe(2)
  expect(out).toMatch(/strange, trial 0: parameter 'x': not in the space.*\n1 of 1 rows are wrong.*\n.*--warm-start/)
  expect(imports()).toEqual([])
})

test('one wrong row in one of several files, and nothing is imported', async () => {
  const good = file('good.jsonl', '{"config":{"lr":0.5,"opt":{"name":"adam"}},"value":1}\n')
  const bad = file('bad.csv', 'lr,opt.name,loss\n0.1,adam,1\n7,adam,1\n0.2,rmsprop,1\n')
  const { out, status } = await run(good, bad)
  expect(status).toBe(2)
  expect(out).toMatch(/bad\.csv:3: parameter 'lr'/)
  expect(out).toMatch(/bad\.csv:4: parameter 'opt\.name': must be one of adam, sgd, got 'rmsprop'/)
  expect(out).toContain('2 of 4 rows are wrong; nothing was imported')
  expect(imports()).toEqual([])
  const told = JSON.parse((await run(good, bad, '--json')).out) as { wrong: object[] }
  expect(told).toMatchObject({
    imported: 0,
    wrong: [
      { file: bad, line: 3 },
      { file: bad, line: 4 },
    ],
  })
})

test('HYP-27, MIP-63, SKO-139: what a CSV of HyperMapper has is not tried again', async () => {
  const lattice = join(folder, 'lattice')
  const table = file('output_samples.csv', 'x1,x2,Value,Timestamp\r\n1,1,6,10\r\n1,2,5,20\r\n2,2,7,30\r\n')
  const space = { x1: int(1, 2), x2: int(1, 2) }
  await openStudy(lattice, { space, minimize: 'Value' }).then((study) => study.close())
  expect((await written(false, 'import', '-s', lattice, table)).out).toContain('3 imported')
  await using study = await openStudy(lattice, { trials: 9 })
  const tried: object[] = []
  await study.optimize(({ config }) => tried.push(config))
  expect(tried).toEqual([{ x1: 2, x2: 1 }])
})

test('what is not a file with results is refused with the reason', async () => {
  mkdirSync(join(folder, 'empty'))
  for (const [path, words, status] of [
    [file('wide.csv', Buffer.from('lr,loss\n', 'utf16le')), 'no column is a parameter', 2],
    [
      file('marked.csv', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('lr,loss\n', 'utf16le')])),
      'is UTF-16',
      2,
    ],
    [file('latin.csv', Buffer.from('lr,größe\n', 'latin1')), 'is not UTF-8', 2],
    [file('comma.csv', 'lr;opt.name;loss\n0,5;adam;1\n'), "got '0,5'; write it with a decimal point", 2],
    [join(folder, 'none.csv'), 'cannot be read', 2],
    ['/dev/null', 'not a regular file', 2],
    [join(folder, 'empty'), 'no study', 4],
  ] as const) {
    const answer = await run(path)
    expect([answer.status, answer.out], path).toEqual([status, expect.stringContaining(words)])
  }
  expect((await written(false, 'import', '-s', root)).out).toContain('nothing to import')
  expect(imports()).toEqual([])
})

/** `--constraint`, `--prefer` and outputs at the command, from `run` to `ls`. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshStudy, plain } from '../support/command.ts'
import { inProcess, runHere as run } from '../support/in-process.ts'
import type { Finished } from '../support/worker-process.ts'

const anthill = (...words: string[]): Promise<Finished> => inProcess(words, plain)
const shown = async (...words: string[]): Promise<string> => (await anthill(...words)).stdout

const BOWL = 'x=$1; echo "{\\"loss\\": $x, \\"memory\\": $((20 - x)), \\"valid\\": true}"'

test('run keeps constraints, and every verb shows what trials said', async () => {
  const study = freshStudy()
  const line = ['-n', '6', '--param', 'x=0..5', '--minimize', 'loss', '--constraint', 'memory<=16', '--sampler', 'grid']
  const ran = await run(study, ...line, '--constraint', 'valid', '--', 'sh', '-c', BOWL, 'sh', '{x}')
  expect(ran).toMatchObject({ code: 0 })
  expect(ran.stderr).toMatch(/trial \d  complete  0  breaks memory <= 16 /)
  expect(JSON.parse(await shown('best', study, '--json'))).toMatchObject({
    value: 4,
    outputs: { memory: 16, valid: true },
  })
  expect(await shown('status', study)).toMatch(/^keeping {2}memory <= 16, valid$/m)
  expect(await shown('ls', study)).toMatch(/breaks memory <= 16 +3 +17 +true/)
  expect((await shown('ls', study, '--csv')).split('\n')[0]).toContain('value,output.memory,output.valid,attempt')
  const worst = JSON.parse(await shown('ls', study, '--json')).find(({ value }: { value: number }) => value === 0)
  expect(await shown('show', study, String(worst.number))).toMatch(
    /breaks +memory <= 16: it does not count for the best/,
  )
  const joined = await run(study, ...line, '--', 'sh', '-c', BOWL, 'sh', '{x}')
  expect(joined).toMatchObject({ code: 2 })
  expect(joined.stderr).toContain('asks to keep memory <= 16 and valid, but this program asks to keep memory <= 16')
})

test('a constraint that no trial speaks of is told once, and best says why there is none', async () => {
  const study = freshStudy()
  const ran = await run(study, '-n', '2', '--param', 'x=0..5', '--constraint', 'memory<=16', '--', 'echo', '{x}')
  expect(ran.stderr.match(/did not say 'memory'/g)).toHaveLength(1)
  const best = await anthill('best', study)
  expect(best.stderr).toContain('no trial of 2 meets all constraints')
  expect(best.code).toBe(4)
})

test('an objective among several is preferred by weights or bounds, and told values may be outputs', async () => {
  const study = freshStudy()
  const wanted = ['--minimize', 'a', '--minimize', 'b', '--prefer', 'a=1,b=2']
  const asked = await anthill('ask', '-s', study, '--param', 'x=0..5', ...wanted)
  expect(asked.code).toBe(0)
  await anthill('tell', '-s', study, '0', 'a=1', 'b=2', 'note=by hand', 'fine=TRUE')
  expect(JSON.parse(await shown('best', study, '--json'))).toMatchObject({
    values: { a: 1, b: 2 },
    outputs: { note: 'by hand', fine: true },
  })
  expect(await shown('status', study)).toContain('prefers  a by 1 and b by 2')
  const wrong = await anthill(
    'run',
    '-s',
    freshStudy(),
    '-n',
    '1',
    '--param',
    'x=0..5',
    '--prefer',
    'a=1',
    '--',
    'true',
  )
  expect(wrong.stderr).toContain("'value' is the only objective")
})

test('front prints the trials that no other beats, as a table, CSV and JSON', async () => {
  const study = freshStudy()
  const wanted = ['--minimize', 'a', '--maximize', 'b', '--sampler', 'grid']
  const answer = 'x=$1; echo "{\\"a\\": $((x % 3)), \\"b\\": $x}"'
  await run(study, '-n', '6', '--param', 'x=0..5', ...wanted, '--', 'sh', '-c', answer, 'sh', '{x}')
  const found = JSON.parse(await shown('front', study, '--json', '--reference', 'a=3,b=0'))
  expect(found.trials.map(({ values }: { values: object }) => values)).toEqual([
    { a: 0, b: 3 },
    { a: 1, b: 4 },
    { a: 2, b: 5 },
  ])
  expect(found).toMatchObject({ reference: { a: 3, b: 0 }, hypervolume: 12 })
  const table = (await shown('front', study)).trimEnd().split('\n')
  expect(table[0]).toMatch(/^number +id +state +a +b +took +config$/)
  expect(table.at(-1)).toMatch(/^hypervolume, up to a 2, b 0: .* at trial 5$/)
  expect((await shown('front', study, '--csv')).trimEnd().split('\n')).toHaveLength(4)
  const linked = await anthill('front', study, '--links', '--json')
  expect(linked.code).toBe(0)
  expect(JSON.parse(linked.stdout).trials).toEqual(found.trials)
  expect(readdirSync(join(study, 'pareto'))).toHaveLength(found.trials.length)
  const wrong = await anthill('front', study, '--reference', 'c=1')
  expect(wrong.stderr).toContain("'c=1' is not a value of an objective; write a=1,b=1")
  const twice = await anthill('front', study, '--reference', 'a=1,a=2')
  expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining("'a' is given twice; give it once") })
})

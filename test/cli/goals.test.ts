/** `--constraint`, `--prefer` and outputs at the command, from `run` to `ls`. */

import { expect, test } from 'vitest'
import { freshStudy, plain, run } from '../support/command.ts'
import { startCommand } from '../support/worker-process.ts'

const shown = async (...words: string[]): Promise<string> => (await startCommand(words, { env: plain }).finished).stdout

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
  const best = await startCommand(['best', study], { env: plain }).finished
  expect(best.stderr).toContain('no trial of 2 meets all constraints')
  expect(best.code).toBe(4)
})

test('an objective among several is preferred by weights or bounds, and told values may be outputs', async () => {
  const study = freshStudy()
  const wanted = ['--minimize', 'a', '--minimize', 'b', '--prefer', 'a=1,b=2']
  const asked = await startCommand(['ask', '-s', study, '--param', 'x=0..5', ...wanted], { env: plain }).finished
  expect(asked.code).toBe(0)
  await startCommand(['tell', '-s', study, '0', 'a=1', 'b=2', 'note=by hand', 'fine=TRUE'], { env: plain }).finished
  expect(JSON.parse(await shown('best', study, '--json'))).toMatchObject({
    values: { a: 1, b: 2 },
    outputs: { note: 'by hand', fine: true },
  })
  expect(await shown('status', study)).toContain('prefers  a by 1 and b by 2')
  const wrong = await startCommand([
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
  ]).finished
  expect(wrong.stderr).toContain("'value' is the only objective")
})

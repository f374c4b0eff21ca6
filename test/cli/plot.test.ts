import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { PLOT_KINDS } from '../../src/cli/plot/kinds.ts'
import { openStudy } from '../../src/index.ts'
import { choice, float } from '../../src/space/parameter.ts'
import { inProcess, written } from '../support/in-process.ts'
import { scratch } from '../support/scratch.ts'

/** Twelve trials without a model, of which two failed; their workers have hostile names nowhere to hide in. */
let study = ''
beforeAll(async () => {
  study = join(scratch(), 'study')
  await using opened = await openStudy(study, {
    space: { lr: float(1e-4, 1, { log: true }), kind: choice(['plain', '\u001b[31mred']) },
    minimize: 'loss',
    trials: 12,
    sampler: 'sobol',
    retries: 0,
    seed: 1,
  })
  await opened.optimize(({ number, config }) => {
    if (number % 5 === 3) throw new Error('out of memory')
    return Math.log10(config.lr) ** 2 + 1
  })
})

const plot = (...words: string[]) =>
  inProcess(['plot', ...words], { COLUMNS: '80', FORCE_COLOR: '', NO_COLOR: '1', TERM: 'xterm', LC_ALL: 'C.UTF-8' })

test('a plot has its title, dots, axes and its sentence, and fits 80 columns and 20 rows', async () => {
  const { code, stdout, stderr } = await plot(study, 'history')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const lines = stdout.trimEnd().split('\n')
  expect(lines[0]).toMatch(/^loss by trial \(lower is better\)/)
  expect(stdout).toMatch(/[\u2801-\u28ff]/)
  expect(stdout).toMatch(/\nbest \S+ \(trial \d+\) of 10 values/)
  expect([lines.length <= 20, lines.every((line) => line.length <= 80)]).toEqual([true, true])
})

test.each(Object.keys(PLOT_KINDS))('plot %s prints something or says why it cannot', async (name) => {
  const kind = PLOT_KINDS[name]!
  const names = kind.takes === 'parameters' ? ['lr', 'kind'].slice(0, kind.least) : []
  const { code, stdout, stderr } = await plot(study, name, ...names)
  expect([0, 4]).toContain(code)
  if (code === 0) expect(stdout.length).toBeGreaterThan(50)
  else expect(stderr).toMatch(new RegExp(`has nothing for ${name}: \\S.*\\n`))
  expect(stdout + stderr).not.toContain('\u001b')
})

test('a slice has the model in it as soon as there are enough values, and says so before', async () => {
  expect((await plot(study, 'slice', 'lr')).stdout.replaceAll('\n', ' ')).toMatch(/without a model: .*20/)
})

test('the terminal decides about colors and braille; --ascii is ASCII whatever it is', async () => {
  const { out } = await written(true, 'plot', study, 'slice', 'kind')
  expect(out).toContain('\\x1b[31mred')
  const ascii = (await plot(study, 'history', '--ascii')).stdout
  expect(ascii).not.toMatch(/[^\n -~]/)
  const linux = await inProcess(['plot', study, 'history'], { TERM: 'linux', NO_COLOR: '1' })
  expect(linux.stdout).toBe(ascii)
  const colored = await inProcess(['plot', study, 'history'], { FORCE_COLOR: '1', TERM: 'xterm', LC_ALL: 'C.UTF-8' })
  expect(colored.stdout).toContain('\u001b[32m')
  expect(colored.stdout).not.toMatch(/\u001b\[(?:2|90|37)m/)
})

test('--svg is SVG in pixels, to standard output or a file', async () => {
  const { stdout } = await plot(study, 'history', '--svg', '--size', '640x200')
  expect(stdout).toMatch(/^<svg [^>]*width="640" height="200"/)
  const file = join(scratch(), 'history.svg')
  expect(await plot(study, 'history', `--svg=${file}`, '--size', '640x200')).toMatchObject({ code: 0, stdout: '' })
  expect(readFileSync(file, 'utf8')).toBe(stdout)
})

test('--table is the numbers, and --json the figure with the numbers of trials', async () => {
  const table = (await plot(study, 'history', '--table=3')).stdout.split('\n')
  expect(table[0]).toMatch(/^mark +trial +loss$/)
  expect(table[1]).toMatch(/^best/)
  expect(table.at(-2)).toMatch(/^\d+ more; --table=\d+ shows all$/)
  const figure = JSON.parse((await plot(study, 'history', '--json')).stdout)
  expect(figure).toMatchObject({ id: 'history', y: { better: 'low' }, empty: null })
  const failed = figure.marks.find(
    ({ kind, role }: { kind: string; role: string }) => kind === 'rug' && role === 'failed',
  )
  expect(failed).toMatchObject({ at: [3, 8], trial: [3, 8] })
})

test('--last shows the last trials only', async () => {
  const figure = JSON.parse((await plot(study, 'history', '--last', '4', '--json')).stdout)
  expect(figure.x).toMatchObject({ low: 8, high: 11 })
})

describe('what cannot be meant is refused with a remedy', () => {
  test.each<[string[], RegExp]>([
    [[], /no kind of figure given; give history, slice/],
    [['histry'], /'histry' is not a kind of figure; did you mean 'history'\?/],
    [['STUDY'], /no kind of figure given/],
    [['STUDY', 'violin'], /'violin' is not a kind of figure; give history/],
    [['STUDY', 'slice'], /plot slice: takes a parameter, got none/],
    [['STUDY', 'rank', 'lr'], /plot rank: takes 2 parameters, got 1/],
    [['STUDY', 'history', 'lr'], /plot history: takes no parameter, got 'lr'/],
    [['STUDY', 'slice', 'rl'], /'rl' is not a parameter/],
    [['STUDY', 'history', '--objective', 'los'], /'los' is not an objective; did you mean 'loss'\?/],
    [['STUDY', 'rank', 'lr', 'kind', '--last', '3'], /option '--last': plot rank does not take it; history, slice/],
    [['STUDY', 'history', '--last', '0'], /option '--last': must be a whole number of at least 1/],
    [['STUDY', 'parallel', '--top', '0%'], /option '--top': must be a share such as 10% or 0\.1, got '0%'/],
    [['STUDY', 'history', '--size', '5x5'], /option '--size': must be a width and a height from 20x8 to 1000x500/],
    [['STUDY', 'history', '--size', '80x24', '--table'], /option '--size': has no meaning with --table/],
    [['STUDY', 'history', '--svg', '--table'], /--svg and --table both choose the output/],
    [['STUDY', 'history', '--table=0'], /option '--table': must be a whole number of at least 1/],
  ])('%j', async (words, message) => {
    const { code, stderr, stdout } = await plot(...words.map((word) => (word === 'STUDY' ? study : word)))
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })

  test('a trial that is not there ends with status 4', async () => {
    expect(await plot(study, 'curve', '99')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("no trial '99'"),
    })
  })
})

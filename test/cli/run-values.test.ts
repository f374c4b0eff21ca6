import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshStudy, plain, trialsIn } from '../support/command.ts'
import { runHere } from '../support/in-process.ts'
import { scratch } from '../support/scratch.ts'
import { command, startCommand } from '../support/worker-process.ts'

test('values with quotes, spaces, newlines and shell syntax arrive as they are, and no shell sees them', async () => {
  const study = freshStudy()
  const values = [
    "it's",
    'a "b"  c',
    '$(touch pwned)',
    '`touch pwned`',
    '; touch pwned #',
    'two\nlines\n',
    '',
    '{opt}',
    '\\',
    '-n',
    '*',
    'é 𝄞',
    '1.0',
    'null',
  ]
  const program = join(scratch(), 'program.mjs')
  writeFileSync(
    program,
    `import { readFileSync, writeFileSync } from 'node:fs'
const [plain, joined, ...flags] = process.argv.slice(2)
const config = JSON.parse(readFileSync('config.json', 'utf8')).opt
const seen = { plain, joined, flags, environment: process.env.ANTHILL_PARAM_OPT, config }
writeFileSync('seen.json', JSON.stringify(seen))
console.log(1)
`,
  )
  const words = ['-n', '99', '-j', '2', '--param', `opt=${values.map((value) => JSON.stringify(value)).join(',')}`]
  const { code, stderr } = await runHere(
    study,
    ...words,
    '--',
    process.execPath,
    program,
    '{opt}',
    '<{opt}>',
    '{flags}',
  )
  expect(code, stderr).toBe(0)
  const trials = await trialsIn(study)
  expect(trials.map(({ config }) => config['opt']).sort()).toEqual([...values].sort())
  for (const { id, config } of trials) {
    const opt = config['opt'] as string
    expect(JSON.parse(readFileSync(join(study, id, 'seen.json'), 'utf8'))).toEqual({
      plain: opt,
      joined: `<${opt}>`,
      flags: opt.startsWith('-') ? [`--opt=${opt}`] : ['--opt', opt],
      environment: opt,
      config: opt,
    })
    expect(readdirSync(join(study, id))).not.toContain('pwned')
  }
  expect(stderr.split('\n').filter((line) => /^trial \d+ /.test(line))).toHaveLength(values.length)
  expect(existsSync('pwned')).toBe(false)
})

test('a value that a shell would interpret is refused before anything is created', async () => {
  const study = freshStudy()
  const { code, stderr } = await runHere(
    study,
    '-n',
    '2',
    '--param',
    'opt="$(touch pwned)",b',
    '--',
    'timeout',
    '5',
    'sh',
    '-c',
    'echo {opt}',
  )
  expect(code).toBe(2)
  expect(stderr).toBe(
    `anthill: placeholder '{opt}': sh would read its value "$(touch pwned)" as part of the script; ` +
      `pass it as an argument, as in sh -c '… "$1"' sh {opt}\n`,
  )
  expect(existsSync(study)).toBe(false)
})

test('parameters called seed, dir, id and flags are substituted; facts keep their long names', async () => {
  const study = freshStudy()
  const params = ['seed=1..9', 'dir=left,right', 'id=1..9', 'flags=true,false'].flatMap((param) => ['--param', param])
  const script = 'echo "$1 $2 $3 $4" > short; echo "$5 $6" > long; echo 1'
  expect(
    await runHere(
      study,
      '-n',
      '2',
      ...params,
      '--',
      'sh',
      '-c',
      script,
      'sh',
      '{seed}',
      '{dir}',
      '{id}',
      '{flags}',
      '{anthill.dir}',
      '{anthill.id}',
    ),
  ).toMatchObject({ code: 0 })
  for (const { id, config } of await trialsIn(study)) {
    expect(readFileSync(join(study, id, 'short'), 'utf8')).toBe(
      `${['seed', 'dir', 'id', 'flags'].map((name) => config[name]).join(' ')}\n`,
    )
    expect(readFileSync(join(study, id, 'long'), 'utf8')).toBe(`${join(study, id)} ${id}\n`)
  }
})

test('a float that is whole reads 1.0 in the file, the argument and the environment', async () => {
  const study = freshStudy()
  expect(
    await runHere(
      study,
      '-n',
      '1',
      '--param',
      'x=1.0..1.0',
      '--',
      'sh',
      '-c',
      'cat config.json; echo; echo "$1 $ANTHILL_PARAM_X"; echo 1',
      'sh',
      '{x}',
    ),
  ).toMatchObject({ code: 0 })
  const [trial] = await trialsIn(study)
  expect(readFileSync(join(study, trial!.id, '.anthill/stdout.1.log'), 'utf8')).toBe('{"x": 1.0}\n1.0 1.0\n1\n')
})

test('a run inside a trial creates a study of its own there, and does not join the outer one', async () => {
  const study = freshStudy()
  const inner = [
    process.execPath,
    command,
    'run',
    '-n',
    '2',
    '-p',
    'y=1..9',
    '--',
    'sh',
    '-c',
    'echo "$1"',
    'sh',
    '{{y}}',
  ]
  const outer = startCommand(['run', '-n', '1', '-p', 'x=1..9', '--', ...inner], {
    env: { ...plain, ANTHILL_STUDY: study },
  })
  expect((await outer.finished).stderr).toContain('no answer')
  const [trial, ...others] = await trialsIn(study)
  expect(others).toEqual([])
  expect(
    (await trialsIn(join(study, trial!.id, 'anthill-study'))).map(({ state, value, config }) => [
      state,
      value === config['y'],
    ]),
  ).toEqual(Array(2).fill(['complete', true]))
})

test('a wrong space is named with its remedy, status 2, and nothing is created', async () => {
  const study = freshStudy()
  for (const [words, message] of [
    [['-p', '__proto__=1..9'], "'__proto__' is JavaScript's own; rename it"],
    [['-p', 'a.__proto__=1..9'], "'__proto__' is JavaScript's own; rename it"],
    [['-p', '../x=1..9'], "parameter '../x': a name must begin with a letter"],
    [['-p', 'x=1..9:-1'], "parameter 'x': 'step' must be above 0, got -1"],
    [['-p', 'x=0..1~log'], "parameter 'x': 'low' must be above 0 on a log scale"],
    [['-p', 'x=-1.5..1~log'], "parameter 'x': 'low' must be above 0 on a log scale"],
    [['-p', 'x=1..8~lgo'], "did you mean 'log'?"],
    [['-p', 'x=a,a'], `parameter 'x': 'values' must differ, got "a" twice`],
    [['-p', 'x=1..2', '-p', 'x=1..3'], "parameter 'x': given twice"],
    [['-p', 'x=1..2', '-p', 'x.y=1..3'], "'x' is both a parameter and a group"],
    [['-p', 'x=1..2', '--minimze', 'loss'], "unknown option '--minimze'; did you mean '--minimize'?"],
    [['-p', 'x=1..2', '--minimize', 'a=b'], "objective 'a=b'"],
  ] as const) {
    const { code, stderr } = await runHere(study, '-n', '2', ...words, '--', 'echo', '1')
    expect({ words, code }).toEqual({ words, code: 2 })
    expect(stderr).toContain(message)
  }
  expect(existsSync(study)).toBe(false)
})

test('a study with another space or objective is left alone, and the difference is named', async () => {
  const study = freshStudy()
  expect(await runHere(study, '-n', '1', '-p', 'x=1..8', '-p', 'opt=adam,sgd', '--', 'echo', '1')).toMatchObject({
    code: 0,
  })
  for (const [words, message] of [
    [['-p', 'x=1..9', '-p', 'opt=adam,sgd'], "parameter 'x': the study has int 1..8, this run wants int 1..9"],
    [['-p', 'x=1..8'], "'opt'"],
    [['--maximize', 'value'], "asks to minimize 'value', but"],
    [['--minimize', 'loss'], "asks to minimize 'loss'"],
  ] as const) {
    const { code, stderr } = await runHere(study, '-n', '2', ...words, '--', 'echo', '1')
    expect({ words, code }).toEqual({ words, code: 2 })
    expect(stderr).toContain(message)
  }
  expect(await runHere(study, '-n', '2', '--', 'echo', '{optt}')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("did you mean '{opt}'?"),
  })
  expect(await trialsIn(study)).toHaveLength(1)
})

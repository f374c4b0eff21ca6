import { expect, test } from 'vitest'
import { continuingLine, startedAs } from '../../src/cli/continuing.ts'

test('the line that continues is the same line with a larger total', () => {
  const words = [
    '-s',
    'runs/a',
    '-n',
    '20',
    '--param',
    'lr=1e-5..1e-1~log',
    '--',
    'python',
    'train.py',
    '-n',
    '20',
    '--lr',
    '{lr}',
  ]
  expect(continuingLine(words, { trials: 40 }, ['anthill'])).toBe(
    'anthill run -s runs/a -n 40 --param lr=1e-5..1e-1~log -- python train.py -n 20 --lr {lr}',
  )
  expect(continuingLine(['-n20', '--', 'x'], { trials: 40 }, ['anthill'])).toBe('anthill run -n40 -- x')
  expect(continuingLine(['--trials=20', '--', 'x'], { trials: 40 }, ['anthill'])).toBe('anthill run --trials=40 -- x')
})

test('words are quoted as a shell needs them', () => {
  expect(
    continuingLine(['-n', '1', '--metric', 'loss=(\\S+)', '--', 'sh', '-c', "echo 'a b' $X", '{a,b}'], { trials: 2 }, [
      'anthill',
    ]),
  ).toBe(`anthill run -n 2 --metric 'loss=(\\S+)' -- sh -c 'echo '\\''a b'\\'' $X' '{a,b}'`)
})

test('the program is called by the name it was started by', () => {
  expect(startedAs('/usr/local/bin/anthill', '/home/me')).toEqual(['anthill'])
  expect(startedAs('/home/me/project/node_modules/.bin/anthill', '/home/me/project')).toEqual([
    'node_modules/.bin/anthill',
  ])
  expect(startedAs('/home/me/anthill/dist/cli/main.js', '/home/me/anthill')).toEqual(['node', 'dist/cli/main.js'])
})

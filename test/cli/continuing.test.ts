import { expect, test } from 'vitest'
import { continuingLine } from '../../src/cli/continuing.ts'

test('the line that continues is the same line with a larger total', () => {
  const words = ['-s', 'runs/a', '-n', '20', '--param', 'lr=1e-5..1e-1~log', '--', 'python', 'train.py', '-n', '20', '--lr', '{lr}']
  expect(continuingLine(words, 40)).toBe('anthill run -s runs/a -n 40 --param lr=1e-5..1e-1~log -- python train.py -n 20 --lr {lr}')
  expect(continuingLine(['-n20', '--', 'x'], 40)).toBe('anthill run -n40 -- x')
  expect(continuingLine(['--trials=20', '--', 'x'], 40)).toBe('anthill run --trials=40 -- x')
})

test('words are quoted as a shell needs them', () => {
  expect(continuingLine(['-n', '1', '--metric', 'loss=(\\S+)', '--', 'sh', '-c', "echo 'a b' $X", '{a,b}'], 2)).toBe(
    `anthill run -n 2 --metric 'loss=(\\S+)' -- sh -c 'echo '\\''a b'\\'' $X' '{a,b}'`,
  )
})

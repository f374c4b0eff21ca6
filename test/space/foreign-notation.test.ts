import { expect, test } from 'vitest'
import { parseParam } from '../../src/space/notation.ts'

const FOREIGN: readonly (readonly [spec: string, written: string])[] = [
  ['[16,32,64]', `write x=16,32,64 or 'x=[16<32<64]'`],
  ['[0,1]', 'write x=0.0..1.0 or x=0,1'],
  ['(1e-5,1e-1)', 'write x=1e-5..1e-1 or x=1e-5,1e-1'],
  ['{a,b}', 'write x=a,b'],
  ['1..10,20', 'write x=1..20 or x=1,10,20'],
  ['1,2,...,10', 'write x=1..10 or'],
  ['1,2,..,10', 'write x=1..10 or x=1,2,10'],
  ['<1,2,3>', `write x=1,2,3 or 'x=[1<2<3]'`],
  ['1e-5...1e-1', 'write x=1e-5..1e-1'],
  ['0.1...5', 'write x=0.1..5'],
  ['0 .. 1.5', 'write x=0..1.5'],
  ['1 ..5', 'write x=1..5'],
  ['[1..10]', 'write x=1..10'],
  ['0.0..1.0 step 0.1', 'write LOW..HIGH'],
  ['tune.choice([1,2])', 'write x=1,2'],
  ['True,False', `write x=true,false or 'x="True","False"'`],
  ['None,a', `write x=null,a or 'x="None",a'`],
  ['uniform(0,1)', 'write x=0.0..1.0'],
  ['loguniform(1e-5,1e-1)', `write 'x=1e-5..1e-1~log'`],
  ['loguniform(0,1)', `write 'x=LOW..HIGH~log'`],
  ['loguniform(-5,1)', `write 'x=LOW..HIGH~log'`],
  ['ordinal([1,2,3])', `write 'x=[1<2<3]'`],
  ['randint(1,10,2)', 'write x=1..10:2'],
  ['[1,5]', 'write x=1..5 or x=1,5'],
  ['[5,1]', `write x=5,1 or 'x=[5<1]'`],
  ['[None,1]', 'write x=null,1'],
  ["hp.quniform('x', 0, 10, 2)", 'write x=0.0..10.0:2'],
  ["trial.suggest_float('x', 1e-5, 1e-1, log=True)", `write 'x=1e-5..1e-1~log'`],
  ['range(1,10)', 'write x=1..9'],
  ['np.arange(1,10)', 'write x=1..9'],
  ['np.arange(0,1,0.1)', 'write x=0.0..0.9:0.1'],
  ['range(0,10,4)', 'write x=0..8:4'],
  ['range(8)', 'write x=0..7'],
  ['1,000..2,000', 'write x=1000..2000'],
  ['0<=x<=1', 'write x=0.0..1.0 or x=0,1'],
  ['1<x<10', 'write x=1..10 or x=1.0..10.0'],
  ["choice(['a','b'])", 'write x=a,b'],
  ['log:1e-5:1e-1', `write 'x=1e-5..1e-1~log'`],
  ['int:1:10', 'write x=1..10'],
  ['1e-5..1e-1,log', `write 'x=1e-5..1e-1~log'`],
  ['0-1', 'write x=0.0..1.0 or x=0,1'],
  ['1e-5-1e-1', 'write x=1e-5..1e-1'],
  ['0:1', 'write x=0.0..1.0 or x=0,1'],
  ['0 to 10', 'write x=0..10'],
  ['0…10', 'write x=0..10'],
  ['1...10', 'write x=1..10'],
  ['0..1', 'write x=0.0..1.0 for the numbers between, or x=0,1 for only these two'],
  ['a|b', 'write x=a,b'],
  ['a b', 'write x=a,b'],
  ["'a','b'", 'write x=a,b'],
  ["'0..2'", 'write x=0..2'],
  ['[1,2', 'half a pair of brackets'],
  ['f(a,b),c', 'half a pair of brackets'],
  ['0,5..1,5', 'a range and a list cannot be mixed'],
  ['0..2~linear', `leave it out, as in x=0..2`],
]

test.each(FOREIGN)('x=%s is refused with the line to write', (spec, written) => {
  expect(() => parseParam(`x=${spec}`)).toThrow(written)
})

test('a name with another sign than = is recognized', () => {
  expect(() => parseParam('lr~loguniform(1e-5,1e-1)')).toThrow(`write 'lr=1e-5..1e-1~log'`)
  expect(() => parseParam('lr~uniform(0, 2, precision=3)')).toThrow('write lr=0.0..2.0')
  expect(() => parseParam('lr: 1e-5..1e-1')).toThrow('write lr=1e-5..1e-1')
})

test.each(['relu(0.1),tanh', 'a->b,c', '3x3,5x5', '4-bit,8-bit', '"[1,2]","(3)"', '10:20,30:40', 'a b,c d', '0..1:1'])(
  'x=%s is read as before',
  (spec) => {
    expect(parseParam(`x=${spec}`).name).toBe('x')
  },
)

import { expect, test } from 'vitest'
import { isMeantAsValue } from '../../src/runner/meant-as-value.ts'

const NAMES = ['loss', 'val_loss']

test.each([
  ...['1,234.5', '0.5s', '87%', '1/3', '"0.5"', '[0.5]', '$5', '<=3'],
  ...['[1] 0.5', '1 234.5', '[0.1, 0.2]', '0.5 s', '12 ms', '3 %'],
  ...['0.7 ± 0.1', '0.7 +/- 0.1', '7e-1+-1e-2', '\u200b0.7', '\ufeff0.7', '[1] NA', '[1] NaN', '[1] -Inf'],
  ...['********', '****', 'loss = *****', '7 x 10^-3', '-7.5×10^3', '7*10**-3', '7 × 10⁻³'],
  ...['None', 'null', 'NA', 'n/a', '<NA>', 'undefined', '(nan)'.replace('nan', 'nat')],
  ...['tensor(0.5)', 'np.float64(0.5)', 'array([0.5])'],
  ...['loss = 0.5', 'Loss: 0.5s', 'VAL_LOSS=none', '"loss": 0.5,', 'value = 0.5', 'ans = 0.5', 'result: inf'],
  ...["{'loss': 0.5}", "{'value': 0.5}", '{"Loss": 0.5', '{value: 1}'],
])('%s is meant as a value', (line) => {
  expect(isMeantAsValue(line, NAMES)).toBe(true)
})

test.each([
  ...['done', '3 trials', 'epoch 3: loss 0.5', '', 'x = 0.5', 'accuracy: 0.5', 'loss = high', 'loss: 0.5 after 3'],
  ...['*'.repeat(40), '***', '*', '** done **', '3 x 10', '7 x 10^-3 s of work'],
  ...['[1] done', '3 + 4 trials', 'nanometers', '\u200bdone'],
  ...['2026-11-26', '12:30', '12:30:59.123', '2026-11-26T12:30:00'],
  ...['{"epoch": 3}', '{"values": 3}', '{"my loss is": 3}', `0.5 ${'9 '.repeat(120)}`],
])('%s is words', (line) => {
  expect(isMeantAsValue(line, NAMES)).toBe(false)
})

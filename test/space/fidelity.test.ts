import { expect, test } from 'vitest'
import { checkStudyOptions } from '../../src/study/definition.ts'
import { fidelityFromWords, fidelityOf, fidelityText, rungsOf, storedFidelity } from '../../src/space/fidelity.ts'
import { float } from '../../src/space/parameter.ts'
import { MOST_PAUSES } from '../../src/store/disk/bounds.ts'

const SPACE = { x: float(0, 1) }

test('the rungs of a fidelity ascend by its factor, with both ends, and are whole if the ends are', () => {
  expect(rungsOf(fidelityOf({ epochs: [1, 81] }, SPACE))).toEqual([1, 3, 9, 27, 81])
  expect(rungsOf(fidelityOf({ epochs: [1, 100] }, SPACE))).toEqual([1, 3, 9, 27, 81, 100])
  expect(rungsOf(fidelityOf({ share: { from: 0.1, to: 1, factor: 2 } }, SPACE))).toEqual([0.1, 0.2, 0.4, 0.8, 1])
  expect(rungsOf(fidelityOf({ epochs: { from: 1, to: 6, factor: 1.5 } }, SPACE))).toEqual([1, 2, 3, 5, 6])
  expect(rungsOf(fidelityOf({ epochs: [4, 5] }, SPACE))).toEqual([4, 5])
})

test('the words of a command line and the stored form say the same fidelity', () => {
  const fidelity = fidelityOf({ epochs: [1, 81] }, SPACE)
  expect(fidelityOf(fidelityFromWords('epochs=1..81'), SPACE)).toEqual(fidelity)
  expect(fidelityOf(storedFidelity(fidelity), SPACE)).toEqual(fidelity)
  expect(fidelityText(fidelity)).toBe('epochs=1..81~factor=3')
  expect(fidelityOf(fidelityFromWords('share=0.1..1~factor=2'), SPACE)).toMatchObject({ from: 0.1, to: 1, factor: 2 })
  expect(fidelityFromWords('share=.25..1')).toEqual({ share: { from: 0.25, to: 1, factor: 3 } })
})

test.each([
  [81, "option 'fidelity': must be an object with one name"],
  [{ a: [1, 2], b: [1, 2] }, 'must be an object with one name'],
  [{ x: [1, 2] }, "fidelity 'x': a parameter has that name"],
  [{ epochs: [1] }, 'must have two ends'],
  [{ epochs: [81, 1] }, 'its ends must differ and ascend, got 81 and 1; swap them'],
  [{ epochs: [3, 3] }, 'its ends must differ and ascend'],
  [{ epochs: [0, 81] }, "'from': must be a number above 0"],
  [{ epochs: [1, Infinity] }, "'to': must be a number above 0"],
  [{ epochs: { from: 1 } }, "'to' is missing"],
  [{ epochs: { from: 1, to: 81, factor: 1 } }, "'factor': must be a number of at least 1.5"],
  [{ epochs: { from: 1, to: 81, eta: 3 } }, 'eta'],
  [{ epochs: { from: 1e-300, to: 1e300, factor: 1.5 } }, 'more than 50 rungs'],
  [{ 'the epochs': [1, 81] }, "a name must have letters, digits, '_', '.' and '-' only"],
])('%j is not a fidelity, and the message says why', (option, message) => {
  expect(() => fidelityOf(option, SPACE)).toThrow(message)
})

test.each(['epochs', 'epochs=81', 'epochs=1-81', 'epochs=a..b', 'epochs=..81', 'epochs=1..81~eta=3'])(
  "'%s' are not the words of a fidelity",
  (words) => {
    expect(() => fidelityFromWords(words)).toThrow('must be NAME=FROM..TO')
  },
)

test('the store allows a trial as many pauses as a fidelity may have rungs', () => {
  const most = rungsOf(fidelityOf({ e: { from: 1, to: 1.5 ** 48.5, factor: 1.5 } }, SPACE)).length
  expect(most).toBe(50)
  expect(MOST_PAUSES).toBeGreaterThanOrEqual(most)
})

test('what is not a fidelity at all is refused as other options are, before a study is looked for', () => {
  for (const fidelity of [null, [], {}, 'epochs', { a: [1, 2], b: [1, 2] }]) {
    expect(() => checkStudyOptions({ fidelity } as never)).toThrow(
      "option 'fidelity': must be an object with one name, as in { epochs: [1, 81] }, got ",
    )
    expect(() => fidelityOf(fidelity, SPACE)).toThrow("option 'fidelity': must be an object with one name")
  }
})

import { expect, test } from 'vitest'
import type { Basis } from '../../src/sampler/basis.ts'
import { ROLES } from '../../src/sampler/role.ts'
import type { RoleKey, RoleName } from '../../src/sampler/role.ts'
import { isTurnToPolish, isTurnToRepeat, modelOf } from '../../src/sampler/rotation.ts'
import { axesOf } from '../../src/space/axes.ts'
import type { Axes } from '../../src/space/axes.ts'
import { choice, float, int } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'

const MODELS = ['plain', 'smooth', 'best', 'forest'] as const
const FLOATS = axesOf(parseSpace({ x: float(0, 1), y: float(0, 1) }))
const MIXED = axesOf(parseSpace({ x: float(0, 1), k: int(1, 9) }))
const CHOICES = axesOf(parseSpace({ a: choice(['p', 'q']), b: choice(['r', 's']) }))

/** A basis whose plain model has found this ln of noise by signal. */
const found = (noise: number, axes: Axes) => ({
  plain: { theta: [...axes.list.map(() => 0), 0, noise, -25, -25, -25], fitted: 20 },
})

const modelAt = (number: number, axes: Axes, allowed: readonly RoleName[], basis: Basis): RoleKey =>
  modelOf(
    number,
    axes,
    allowed.map((name) => ROLES[name]),
    basis,
  ).name

const turns = (axes: Axes, noise: number, allowed: readonly RoleName[] = MODELS): RoleKey[] =>
  Array.from({ length: 40 }, (_, number) => modelAt(number, axes, allowed, found(noise, axes)))

const count = (models: readonly RoleKey[], name: RoleName): number => models.filter((model) => model === name).length

test('the forest has one turn in eight, and one in five if a parameter is discrete', () => {
  expect(count(turns(FLOATS, -5), 'forest')).toBe(5)
  expect(count(turns(MIXED, -5), 'forest')).toBe(8)
})

test('the processes share the other turns equally', () => {
  const others = turns(FLOATS, -5).filter((model) => model !== 'forest')
  expect(others.slice(0, 6)).toEqual(['plain', 'smooth', 'best', 'plain', 'smooth', 'best'])
})

test('without noise the smooth model gives its turns away, unless no other process is allowed', () => {
  expect(count(turns(FLOATS, -10), 'smooth')).toBe(0)
  expect(count(turns(FLOATS, -10, ['smooth', 'forest']), 'smooth')).toBe(35)
})

test('in a space of choices alone with little noise, plain and best have all turns, if they are allowed', () => {
  expect(new Set(turns(CHOICES, -6))).toEqual(new Set(['plain', 'best']))
  expect(new Set(turns(CHOICES, -3))).toEqual(new Set(MODELS))
  expect(new Set(turns(CHOICES, -6, ['smooth', 'forest']))).toEqual(new Set(['smooth', 'forest']))
})

test('with three objectives, processes of the values as they are have all turns in a continuous space', () => {
  const modelsFor = (objectives: number, axes: Axes, names: readonly RoleName[] = MODELS): Set<RoleKey> => {
    const roles = names.map((name) => ROLES[name])
    const numbers = Array.from({ length: 40 }, (_, number) => number)
    return new Set(numbers.map((number) => modelOf(number, axes, roles, found(-5, axes), objectives).name))
  }
  expect(modelsFor(3, FLOATS)).toEqual(new Set(['plain']))
  expect(modelsFor(2, FLOATS)).toEqual(new Set(MODELS))
  expect(modelsFor(3, MIXED)).toEqual(new Set(MODELS))
  expect(modelsFor(3, FLOATS, ['best', 'forest'])).toEqual(new Set(['best', 'forest']))
})

test('the forest alone has all turns', () => {
  expect(new Set(turns(FLOATS, -5, ['forest']))).toEqual(new Set(['forest']))
})

test('repetitions never fall on the turn of the forest in a discrete space', () => {
  const numbers = Array.from({ length: 120 }, (_, number) => number)
  const repeating = numbers.filter(isTurnToRepeat)
  expect(repeating.length).toBe(24)
  for (const number of repeating) expect(modelAt(number, MIXED, MODELS, {})).not.toBe('forest')
  expect(numbers.filter(isTurnToPolish).length).toBe(20)
})

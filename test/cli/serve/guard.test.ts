import { expect, test } from 'vitest'
import { refusalOf } from '../../../src/cli/serve/guard.ts'

const server = { port: 38211, token: 'Zm9vYmFyYmF6cXV4Zm9vYg' }
const headers = { host: '127.0.0.1:38211', authorization: `Bearer ${server.token}` }
const statusOf = (change: object, method = 'GET', needsToken = true): number | undefined =>
  refusalOf({ method, headers: { ...headers, ...change } }, server, needsToken)?.status

test('our own page with the token may ask', () => {
  expect(statusOf({})).toBeUndefined()
  expect(statusOf({ 'sec-fetch-site': 'same-origin' }, 'HEAD')).toBeUndefined()
  expect(statusOf({ host: 'localhost:38211', 'sec-fetch-site': 'none' })).toBeUndefined()
  expect(statusOf({ authorization: undefined }, 'GET', false)).toBeUndefined()
})

test('no token, a wrong one and one of another length are refused', () => {
  const wrong = [undefined, '', 'Bearer ', `Bearer ${server.token}x`, `Bearer ${'A'.repeat(22)}`, server.token]
  for (const authorization of wrong) expect(statusOf({ authorization })).toBe(401)
})

test('a name that was made to point here, another site and a request that changes something are refused', () => {
  const hosts = ['evil.example:38211', '127.0.0.1', '127.0.0.1:80', '', undefined, '127.0.0.1:38211.evil.example']
  for (const host of hosts) expect(statusOf({ host })).toBe(421)
  for (const site of ['cross-site', 'same-site', 'x']) expect(statusOf({ 'sec-fetch-site': site })).toBe(403)
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'get', undefined])
    expect(refusalOf({ method, headers }, server, true)?.status).toBe(405)
})

test('what needs no token is still refused to others', () => {
  expect(statusOf({ host: 'evil.example:38211' }, 'GET', false)).toBe(421)
  expect(statusOf({ 'sec-fetch-site': 'cross-site' }, 'GET', false)).toBe(403)
})

test('a socket of the file system takes any host', () => {
  expect(
    refusalOf({ method: 'GET', headers: { ...headers, host: 'laptop:8080' } }, { ...server, port: null }, true),
  ).toBe(undefined)
})

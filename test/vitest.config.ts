import { defineConfig } from 'vitest/config'

/**
 * Rooms of pure functions: their tests share a process, which loads and compiles the models once for all of them. All
 * other tests have a process a file.
 */
const PURE = ['numerics', 'space', 'surrogate', 'acquisition', 'sampler', 'report'].map((room) => `test/${room}/**`)

const shared = {
  pool: 'forks' as const,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // What was built is loaded as Node loads it.
  server: { deps: { external: [/\/dist\/.*\.js$/] } },
}

export default defineConfig({
  test: {
    // By default, vitest leaves one processor idle. Many tests wait for processes, so two workers halve the time.
    maxWorkers: 2,
    projects: [
      { test: { ...shared, name: 'pure', include: PURE.map((place) => `${place}/*.test.ts`), isolate: false } },
      { test: { ...shared, name: 'own', include: ['test/**/*.test.ts'], exclude: PURE } },
    ],
  },
})

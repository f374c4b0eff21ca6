import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/benchmark/**/*.bench.ts'],
    pool: 'forks',
    testTimeout: 1_800_000,
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
})

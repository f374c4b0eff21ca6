/** `anthill --version`, which a report names too. */

import { readFileSync } from 'node:fs'

/** The version that package.json has. */
export function packageVersion(): string {
  // Two directories up, from src/cli as from dist/cli.
  const path = new URL('../../package.json', import.meta.url)
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
  return version
}

/**
 * Prints it, as JSON if the words ask for that.
 *
 * @returns the exit status
 */
export function version(words: readonly string[]): number {
  const version = packageVersion()
  process.stdout.write(words.includes('--json') ? `${JSON.stringify({ version })}\n` : `anthill ${version}\n`)
  return 0
}

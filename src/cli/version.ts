/** `anthill --version`: what package.json says. */

import { readFileSync } from 'node:fs'

/** Prints the version. */
export async function version(words: readonly string[]): Promise<number> {
  // Two folders up, from src/cli as from dist/cli.
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  process.stdout.write(words.includes('--json') ? `${JSON.stringify({ version })}\n` : `anthill ${version}\n`)
  return 0
}

import { execFile } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { scratch } from './support/scratch.ts'
import { command } from './support/worker-process.ts'

const top = new URL('..', import.meta.url).pathname
const readme = readFileSync(join(top, 'README.md'), 'utf8')
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((match) => match[1]!)

/** A user's project: `anthill` is in its node_modules and on its PATH, and its scheduler runs each job at once. */
let project = ''
beforeAll(() => {
  project = scratch()
  const programs = join(project, 'node_modules', '.bin')
  mkdirSync(programs, { recursive: true })
  symlinkSync(top, join(project, 'node_modules', 'anthill'))
  const write = (name: string, text: string): void => {
    writeFileSync(join(programs, name), text)
    chmodSync(join(programs, name), 0o755)
  }
  write('anthill', `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`)
  write('sbatch', '#!/bin/sh\nwhile [ "$1" != --wrap ]; do shift; done\nexec sh -c "$2"\n')
  cpSync(join(top, 'examples', 'digits', 'space.json'), join(project, 'space.json'))
  writeFileSync(join(project, 'train.py'), blocks('python')[0]!)
})

const shell = async (lines: string): Promise<string> => {
  const env = {
    ...process.env,
    PATH: `${join(project, 'node_modules', '.bin')}:${process.env.PATH}`,
    ANTHILL_STUDY: '',
  }
  return (await promisify(execFile)('sh', ['-ec', lines], { cwd: project, env })).stdout
}

test('the lines for a shell end with the best flags', async () => {
  expect(await shell(blocks('sh')[0]!)).toMatch(
    /^--x -?[\d.e-]+ --shape (flat|steep)\n$|^--x=-[\d.e-]+ --shape (flat|steep)\n$/,
  )
})

test('the Python program is tuned by the line below it', async () => {
  await shell(blocks('sh')[1]!)
  const best = JSON.parse(await shell('anthill best -s runs/python --json')) as { value: number; config: { x: number } }
  expect(best.value).toBeCloseTo((best.config.x - 2) ** 2, 12)
})

test('a scheduler can run the line for a cluster', async () => {
  writeFileSync(join(project, 'space.json'), '{"x": {"type": "float", "low": -5, "high": 5}}')
  await shell(blocks('sh')[2]!.replace('-n 1000', '-n 2'))
  expect((JSON.parse(await shell('anthill ls -s runs/a --json')) as unknown[]).length).toBe(2)
})

test('the TypeScript runs as JavaScript and finds a best trial', async () => {
  writeFileSync(join(project, 'library.mjs'), blocks('ts')[0]!)
  const { stdout } = await promisify(execFile)(process.execPath, ['library.mjs'], { cwd: project })
  expect(stdout).toMatch(/runs\/library\/[0-9a-f]{20}/)
})

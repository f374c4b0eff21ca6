/**
 * The library with a study in a folder: which of two methods gets deepest into a banana-shaped valley in a hundred
 * steps, and with which parameters? You may start this line several times at once: all processes work on one study.
 *
 *     node dist/examples/library.js
 */

import { bestConfig, branch, float, openStudy } from 'anthill'
import type { ConfigOf } from 'anthill'

const space = {
  start: { x: -1.5, y: 2 }, // constants: every config has them
  method: branch('kind', {
    momentum: { rate: float(1e-5, 1e-2, { log: true }), memory: float(0, 0.99) },
    normalized: { length: float(1e-3, 1, { log: true }), decay: float(0.9, 1) },
  }),
}

await using study = await openStudy('runs/library', { space, minimize: 'height', trials: 60 })

for (let trial = await study.ask(); trial !== undefined; trial = await study.ask()) {
  let height = Infinity
  for (const [step, reached] of descend(trial.config).entries()) {
    height = reached
    if (step % 10 === 9) await trial.report(height, { step: step + 1 })
  }
  if (Number.isFinite(height)) await trial.complete(height)
  else await trial.fail('thrown out of the valley') // the steps were too long
}

const best = await study.best()
const count = (await study.trials()).length
console.log(`of ${count} trials the best came down to ${best?.value.toPrecision(3)}, in ${best?.directory}`)

// Later, or in another program: the config is typed and checked against the space.
const { method } = await bestConfig('runs/library', space)
if (method.kind === 'momentum') console.log(`momentum with rate ${method.rate} and memory ${method.memory}`)
else console.log(`normalized steps of length ${method.length}, each ${method.decay} times the one before`)

/** The height in Rosenbrock's valley, (1 − x)² + 100 (y − x²)², after each of a hundred steps. */
function descend({ start, method }: ConfigOf<typeof space>): number[] {
  let { x, y } = start
  let [vx, vy] = [0, 0]
  return Array.from({ length: 100 }, (_, step) => {
    const [gx, gy] = [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]
    const memory = method.kind === 'momentum' ? method.memory : 0
    const rate = method.kind === 'momentum' ? method.rate : (method.length * method.decay ** step) / Math.hypot(gx, gy)
    ;[vx, vy] = [memory * vx - rate * gx, memory * vy - rate * gy]
    ;[x, y] = [x + vx, y + vy]
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2
  })
}

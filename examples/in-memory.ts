/**
 * The optimizer without a folder: ask, evaluate, tell.
 *
 *     node dist/examples/in-memory.js
 */

import { choice, float, Optimizer } from 'anthill'

const optimizer = new Optimizer({ x: float(-5, 5), shape: choice(['flat', 'steep']) }, { seed: 1, minimize: 'loss' })

for (let i = 0; i < 50; i++) {
  const suggestion = optimizer.ask()
  if (suggestion === undefined) break
  const { x, shape } = suggestion.config
  optimizer.tell(suggestion, (x - 2) ** 2 * (shape === 'steep' ? 10 : 1))
}

console.log(JSON.stringify(optimizer.best()))

/**
 * How much room a point has on its front: the crowding distance of NSGA-II.
 *
 *   n, m     number of points, of coordinates
 *   points   n × m, row-major, all finite
 *
 * Source: Deb, Pratap, Agarwal & Meyarivan 2002, "A fast and elitist multiobjective genetic algorithm: NSGA-II".
 */

/**
 * The crowding distance of each point among those with its rank: the sum over the coordinates of the distance between
 * its two neighbors, as a share of the front's extent. The ends of a front have an infinite one. A larger one is
 * better.
 *
 * @param ranks  n, as `ranksOf` gives them
 */
export function crowdingOf(points: Float64Array, n: number, m: number, ranks: Int32Array): Float64Array {
  const crowding = new Float64Array(n)
  const fronts = new Map<number, number[]>()
  for (let i = 0; i < n; i++) {
    const front = fronts.get(ranks[i]!)
    if (front === undefined) fronts.set(ranks[i]!, [i])
    else front.push(i)
  }
  for (const front of fronts.values()) {
    for (let k = 0; k < m; k++) {
      const at = (i: number): number => points[i * m + k]!
      front.sort((a, b) => at(a) - at(b) || a - b)
      const [first, last] = [front[0]!, front.at(-1)!]
      const extent = at(last) - at(first)
      crowding[first] = Infinity
      crowding[last] = Infinity
      if (extent === 0) continue
      for (let j = 1; j < front.length - 1; j++)
        crowding[front[j]!]! += (at(front[j + 1]!) - at(front[j - 1]!)) / extent
    }
  }
  return crowding
}

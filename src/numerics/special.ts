/**
 * The normal distribution and the error functions behind it, with a small relative error everywhere.
 *
 *   x  a real number          p  a probability          φ(x) = exp(−x²/2) / √(2π)          Φ(x) = ∫₋∞ˣ φ
 *   erfc(x) = 1 − erf(x) = 2 Φ(−√2 x)                   erfcx(x) = exp(x²) erfc(x)
 *
 * "Within n ulp" is the largest error against mpmath over dense grids of the whole domain, in units in the last place
 * of the exact value (for subnormal results, in units of the smallest subnormal). `test/numerics/special.test.ts`
 * checks these bounds. NaN gives NaN.
 *
 * Sources: Cody 1969, "Rational Chebyshev approximations for the error function", Math. Comp. 23, with the coefficients
 * of his program CALERF; Wichura 1988, Algorithm AS 241, Applied Statistics 37.
 */

const SQRT_HALF = Math.SQRT1_2
const INVERSE_SQRT_PI = 0.5641895835477562869
const INVERSE_SQRT_TWO_PI = 0.3989422804014326779
const SQRT_TWO_BY_PI = 0.7978845608028653559
const HALF_LOG_TWO_PI = 0.9189385332046727418

/** Up to this |x| erf is computed directly; beyond it, erfcx. */
const CENTER = 0.46875

// Cody: erf(x) / x in powers of x², for |x| ≤ CENTER. The second array of a pair is the denominator.
const ERF = [
  1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3,
]
const ERF_DENOMINATOR = [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3]
// Cody: erfcx(x) in powers of x, for CENTER ≤ x ≤ 4.
const ERFCX = [
  2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2,
  8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
]
const ERFCX_DENOMINATOR = [
  1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3,
  4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
]
// Cody: x² (1/√π − x erfcx(x)) in powers of 1/x², for x ≥ 4.
const ERFCX_FAR = [
  1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
  1.60837851487422766e-2, 6.58749161529837803e-4,
]
const ERFCX_FAR_DENOMINATOR = [
  1, 2.56852019228982242, 1.87295284992346047, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3,
]

// Wichura: Φ⁻¹(p) / q in powers of 0.425² − q², where q = p − 1/2, for |q| ≤ 0.425.
const QUANTILE_CENTER = [
  2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
  1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.387132872796366608,
]
const QUANTILE_CENTER_DENOMINATOR = [
  5.226495278852854561e3, 2.8729085735721942674e4, 3.930789580009271061e4, 2.1213794301586595867e4,
  5.3941960214247511077e3, 6.871870074920579083e2, 4.2313330701600911252e1, 1,
]
// Wichura: |Φ⁻¹(p)| in powers of r − 1.6, where r = √(−ln min(p, 1 − p)), for r ≤ 5.
const QUANTILE_TAIL = [
  7.7454501427834140764e-4, 2.27238449892691845833e-2, 2.4178072517745061177e-1, 1.27045825245236838258,
  3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
]
const QUANTILE_TAIL_DENOMINATOR = [
  1.05075007164441684324e-9, 5.475938084995344946e-4, 1.51986665636164571966e-2, 1.4810397642748007459e-1,
  6.8976733498510000455e-1, 1.6763848301838038494, 2.05319162663775882187, 1,
]
// Wichura: |Φ⁻¹(p)| in powers of r − 5, for r > 5.
const QUANTILE_FAR = [
  2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.2426609473880784386e-3, 2.6532189526576123093e-2,
  2.9656057182850489123e-1, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
]
const QUANTILE_FAR_DENOMINATOR = [
  2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
  1.48753612908506148525e-2, 1.3692988092273580531e-1, 5.9983220655588793769e-1, 1,
]

/** erfc(x), in [0, 2]. Within 8 ulp. */
export function erfc(x: number): number {
  if (Math.abs(x) <= CENTER) return 1 - erfNearZero(x)
  return x < 0 ? 2 - expOfSquare(-1, x) * erfcxOfPositive(-x) : expOfSquare(-1, x) * erfcxOfPositive(x)
}

/** exp(x²) erfc(x): about 1 / (√π x) for large x; overflows to infinity below −26.6. Within 6 ulp. */
export function erfcx(x: number): number {
  if (Math.abs(x) <= CENTER) return Math.exp(x * x) * (1 - erfNearZero(x))
  return x < 0 ? 2 * expOfSquare(1, x) - erfcxOfPositive(-x) : erfcxOfPositive(x)
}

/** φ(x), the density of the standard normal distribution. Within 5 ulp. */
export function normalDensity(x: number): number {
  return INVERSE_SQRT_TWO_PI * expOfSquare(-0.5, x)
}

/** ln φ(x). Within 2 ulp. */
export function normalLogDensity(x: number): number {
  return -0.5 * x * x - HALF_LOG_TWO_PI
}

/** Φ(x), the probability of a value below x. Within 7 ulp. */
export function normalCdf(x: number): number {
  const z = Math.abs(x) * SQRT_HALF
  if (z <= CENTER) return 0.5 + 0.5 * erfNearZero(x * SQRT_HALF)
  // The exponential takes x itself: the rounding error of z would grow to x² / 2 ulp of the tail.
  const tail = 0.5 * expOfSquare(-0.5, x) * erfcxOfPositive(z)
  return x < 0 ? tail : 1 - tail
}

/** ln Φ(x): finite down to x = −1e154, and not rounded to 0 below x = 38. Within 6 ulp. */
export function normalLogCdf(x: number): number {
  if (x < -1) return Math.log(0.5 * erfcxOfPositive(-x * SQRT_HALF)) - 0.5 * x * x
  return x < 0 ? Math.log(normalCdf(x)) : Math.log1p(-normalCdf(-x))
}

/**
 * φ(x) / Φ(x), the slope of ln Φ: about −x for small x. It does not lose digits where both underflow. Within 8 ulp.
 */
export function normalHazard(x: number): number {
  return x < -1 ? SQRT_TWO_BY_PI / erfcxOfPositive(-x * SQRT_HALF) : normalDensity(x) / normalCdf(x)
}

/**
 * Φ⁻¹(p), the x for which Φ(x) = p; −∞ at 0, ∞ at 1. Within 8 ulp.
 *
 * @throws RangeError outside [0, 1]
 */
export function normalQuantile(p: number): number {
  if (p < 0 || p > 1) throw new RangeError(`a probability must lie in [0, 1], got ${p}`)
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * polynomial(QUANTILE_CENTER, r)) / polynomial(QUANTILE_CENTER_DENOMINATOR, r)
  }
  const tail = q < 0 ? p : 1 - p
  if (tail === 0) return q < 0 ? -Infinity : Infinity
  const r = Math.sqrt(-Math.log(tail))
  const x =
    r <= 5
      ? polynomial(QUANTILE_TAIL, r - 1.6) / polynomial(QUANTILE_TAIL_DENOMINATOR, r - 1.6)
      : polynomial(QUANTILE_FAR, r - 5) / polynomial(QUANTILE_FAR_DENOMINATOR, r - 5)
  return q < 0 ? -x : x
}

/** erf(x) for |x| ≤ CENTER. */
function erfNearZero(x: number): number {
  return (x * polynomial(ERF, x * x)) / polynomial(ERF_DENOMINATOR, x * x)
}

/** erfcx(x) for x > CENTER. */
function erfcxOfPositive(x: number): number {
  if (x <= 4) return polynomial(ERFCX, x) / polynomial(ERFCX_DENOMINATOR, x)
  const s = 1 / (x * x)
  return (INVERSE_SQRT_PI - (s * polynomial(ERFCX_FAR, s)) / polynomial(ERFCX_FAR_DENOMINATOR, s)) / x
}

/** exp(c x²) for c = ±1 or −1/2. The square is split: its rounding error would be magnified c x² times. */
function expOfSquare(c: number, x: number): number {
  if (Math.abs(x) > 64) return c < 0 ? 0 : Infinity
  const head = Math.trunc(x * 16) / 16 // c · head² is exact
  return Math.exp(c * head * head) * Math.exp(c * (x - head) * (x + head))
}

/** The polynomial with these coefficients, highest power first, by Horner's rule. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = coefficients[0]!
  for (let i = 1; i < coefficients.length; i++) sum = sum * x + coefficients[i]!
  return sum
}

// The few distributions that charts, capability and limits need, to some 12 digits.

/** Standard normal density. */
export function normalDensity(z: number): number {
  return Math.exp(-z * z * 0.5) / Math.sqrt(2 * Math.PI);
}

/** Standard normal distribution: the share below `z`. Keeps its digits in both tails. */
export function normalShare(z: number): number {
  const upper = 0.5 * upperGamma(0.5, z * z * 0.5);
  return z < 0 ? upper : 1 - upper;
}

/** The `z` below which a share of `p` lies; 0 < p < 1. */
export function normalQuantile(p: number): number {
  return solve((z) => normalShare(z) - p, -40, 40);
}

/** The value below which a share of `p` of chi-square with `df` degrees of freedom lies; 0 < p < 1, df > 0. */
export function chiSquareQuantile(p: number, df: number): number {
  const farthest = df + 20 * Math.sqrt(2 * df) + 50;
  return solve((x) => 1 - upperGamma(df / 2, x / 2) - p, 0, farthest);
}

/** The value below which a share of `p` of Student's t with `df` degrees of freedom lies; 0.5 <= p < 1, df >= 1. */
export function studentQuantile(p: number, df: number): number {
  // The share beyond t is half of the incomplete beta at df / (df + t²): solved for that, which lies between 0 and 1.
  const x = solve((at) => 0.5 * incompleteBeta(at, df / 2, 0.5) - (1 - p), 0, 1);
  return Math.sqrt(df * (1 / x - 1));
}

// Lanczos' approximation with g = 7 and nine terms (Godfrey's coefficients): 15 digits.
const lanczos = [
  0.999_999_999_999_809_93, 676.520_368_121_885_1, -1_259.139_216_722_402_8, 771.323_428_777_653_13,
  -176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6,
  1.505_632_735_149_311_6e-7,
] as const;

/** Logarithm of the gamma function; x > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const sum = lanczos.reduce((all, each, index) => all + (index === 0 ? each : each / (x - 1 + index)), 0);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

const termsMax = 10_000;
const tiny = 1e-300;

/** Regularised upper incomplete gamma function Q(a, x): by its series below the mean, by a continued fraction above it. */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(-x + a * Math.log(x) - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < termsMax && term > sum * 1e-17; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - front * sum;
  }
  const even = (n: number) => -n * (n - a);
  return front / fraction(x + 1 - a, (n) => [even(n), x + 1 - a + 2 * n]);
}

/** Regularised incomplete beta function I_x(a, b). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  const numerator = (n: number) => {
    const m = Math.floor(n / 2);
    return n % 2 === 0
      ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
      : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
  };
  return front / (a * fraction(1, (n) => [numerator(n), 1]));
}

/** The continued fraction `first + p1 / (q1 + p2 / (q2 + …))`, by Lentz's way as Thompson and Barnett changed it. */
function fraction(first: number, partOf: (n: number) => readonly [number, number]): number {
  let value = first === 0 ? tiny : first;
  let c = value;
  let d = 0;
  for (let n = 1; n < termsMax; n++) {
    const [p, q] = partOf(n);
    d = q + p * d;
    c = q + p / c;
    d = 1 / (d === 0 ? tiny : d);
    c = c === 0 ? tiny : c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return value;
}

/** Where a rising function is 0: by halving, until nothing lies between. */
function solve(rising: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
}

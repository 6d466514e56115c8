/** Points of [0, 1] and their weights, which integrate polynomials up to degree 2 * size - 1 exactly. */
export interface QuadratureRule {
  readonly points: readonly number[];
  readonly weights: readonly number[];
}

const rules = new Map<number, QuadratureRule>();

/** The rule of Gauss and Legendre: its points are the roots of a Legendre polynomial, found by Newton's method. */
export function gaussLegendre(size: number): QuadratureRule {
  const known = rules.get(size);
  if (known) return known;
  const roots = Array.from({ length: size }, (_, index) => rootOf(size, index));
  const rule = {
    points: roots.map(({ x }) => (1 + x) / 2),
    weights: roots.map(({ x, slope }) => 1 / ((1 - x * x) * slope * slope)),
  };
  rules.set(size, rule);
  return rule;
}

function rootOf(size: number, index: number): { x: number; slope: number } {
  let x = Math.cos((Math.PI * (index + 0.75)) / (size + 0.5));
  for (let iteration = 0; ; iteration += 1) {
    const { value, slope } = legendre(size, x);
    // From this start every step squares the error, so a few are enough for all digits.
    if (iteration === 6) return { x, slope };
    x -= value / slope;
  }
}

function legendre(size: number, x: number): { value: number; slope: number } {
  let [before, value] = [1, x];
  for (let degree = 2; degree <= size; degree += 1) {
    [before, value] = [value, ((2 * degree - 1) * x * value - (degree - 1) * before) / degree];
  }
  return { value, slope: (size * (x * value - before)) / (x * x - 1) };
}

/**
 * Strengths of responses from comparisons of all pairs: P(i beats j) = 1 / (1 + exp(s_j - s_i)), the model of Bradley and Terry
 * (Biometrika 39, 1952).
 */

export interface Strengths {
  /** Log-strengths with mean 0. */
  readonly values: number[];
  /** Standard error of each value. */
  readonly errors: number[];
  /** Standard error of the difference of two values. */
  differenceError(one: number, other: number): number;
}

/** The responses that no comparisons connect with the first one. Their strengths cannot be compared with its strength. */
export function unconnected(wins: readonly (readonly number[])[]): number[] {
  const reached = new Set([0]);
  for (const i of reached) {
    wins.forEach((row, j) => {
      if (at(wins, i, j) + (row[i] ?? 0) > 0) reached.add(j);
    });
  }
  return wins.flatMap((_, i) => (reached.has(i) ? [] : [i]));
}

/** Half a win for each side of a compared pair keeps the strength of a response that won everything finite. */
const priorWins = 0.5;
const iterations = 100;
const precision = 1e-10;

/**
 * `wins[i][j]` is how many of its games against j response i won, with a tie as half a win for each; all responses are connected.
 * Newton's method on the log-likelihood, with half a win added to each side of each compared pair; the errors come from the
 * inverse of its information matrix on the plane where the values add up to 0.
 */
export function bradleyTerry(wins: readonly (readonly number[])[]): Strengths {
  const size = wins.length;
  const won = wins.map((row, i) => row.map((count, j) => (count + (wins[j]?.[i] ?? 0) > 0 ? count + priorWins : 0)));
  let values = new Array<number>(size).fill(0);
  let covariance = inverseOnPlane(information(won, values));
  for (let iteration = 0; iteration < iterations; iteration += 1) {
    const gradient = values.map((value, i) =>
      values.reduce((sum, other, j) => {
        const [mine, theirs] = [at(won, i, j), at(won, j, i)];
        return i === j ? sum : sum + mine - (mine + theirs) * chance(value - other);
      }, 0),
    );
    const step = covariance.map((row) => row.reduce((sum, entry, j) => sum + entry * (gradient[j] ?? 0), 0));
    // The quadratic approximation is not to be trusted for steps of more than 2.
    const largest = Math.max(...step.map(Math.abs));
    const scale = largest > 2 ? 2 / largest : 1;
    values = values.map((value, i) => value + scale * (step[i] ?? 0));
    covariance = inverseOnPlane(information(won, values));
    if (largest < precision) break;
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / size;
  return {
    values: values.map((value) => value - mean),
    errors: covariance.map((_, i) => Math.sqrt(Math.max(0, at(covariance, i, i)))),
    differenceError: (one, other) =>
      Math.sqrt(Math.max(0, at(covariance, one, one) + at(covariance, other, other) - 2 * at(covariance, one, other))),
  };
}

const at = (matrix: readonly (readonly number[])[], i: number, j: number): number => matrix[i]?.[j] ?? 0;

const chance = (difference: number): number => 1 / (1 + Math.exp(-difference));

function information(won: readonly (readonly number[])[], values: readonly number[]): number[][] {
  const matrix = values.map(() => values.map(() => 0));
  values.forEach((value, i) => {
    values.forEach((other, j) => {
      if (i === j) return;
      const p = chance(value - other);
      const weight = (at(won, i, j) + at(won, j, i)) * p * (1 - p);
      (matrix[i] as number[])[j] = -weight;
      (matrix[i] as number[])[i] = at(matrix, i, i) + weight;
    });
  });
  return matrix;
}

/** The inverse of a symmetric matrix whose rows add up to 0, on the vectors whose entries do: (M + J/n)^-1 - J/n. */
function inverseOnPlane(matrix: number[][]): number[][] {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [
    ...row.map((entry) => entry + 1 / size),
    ...row.map((_, j) => (i === j ? 1 : 0)),
  ]);
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) {
      if (Math.abs(at(rows, row, column)) > Math.abs(at(rows, pivot, column))) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    const divisor = at(rows, column, column);
    rows[column] = (rows[column] as number[]).map((entry) => entry / divisor);
    for (let row = 0; row < size; row += 1) {
      const factor = at(rows, row, column);
      if (row === column || factor === 0) continue;
      rows[row] = (rows[row] as number[]).map((entry, j) => entry - factor * at(rows, column, j));
    }
  }
  return rows.map((row) => row.slice(size).map((entry) => entry - 1 / size));
}

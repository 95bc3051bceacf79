/**
 * Least squares that forgives outliers and stays near what is already known: Gauss-Newton with Levenberg's damping, weights
 * 1/sqrt(1 + r^2), and for each parameter a prior mean and its standard deviation. Deterministic.
 */
export function fitParameters(priors, residualsOf, rounds = 8) {
  const names = Object.keys(priors);
  let at = Object.fromEntries(names.map((name) => [name, priors[name].mean]));
  let residuals = residualsOf(at);
  let cost = costOf(residuals, at, priors);
  let damping = 0.01;
  for (let round = 0; round < rounds; round++) {
    const slopes = names.map((name) => {
      const width = priors[name].deviation / 10;
      const moved = residualsOf({ ...at, [name]: at[name] + width });
      return moved.map((value, index) => (value - residuals[index]) / width);
    });
    let gained = 0;
    for (let attempt = 0; attempt < 4 && gained === 0; attempt++) {
      const step = solve(normalEquations(names, priors, at, residuals, slopes, damping));
      const next = Object.fromEntries(names.map((name, index) => [name, Math.max(0, at[name] + step[index])]));
      const nextResiduals = residualsOf(next);
      const nextCost = costOf(nextResiduals, next, priors);
      if (nextCost < cost) {
        gained = cost - nextCost;
        [at, residuals, cost] = [next, nextResiduals, nextCost];
        damping /= 3;
      } else damping *= 5;
    }
    if (gained < cost / 1000) break;
  }
  return at;
}

function costOf(residuals, at, priors) {
  const misfit = residuals.reduce((sum, value) => sum + 2 * (Math.sqrt(1 + value * value) - 1), 0);
  return Object.entries(priors).reduce(
    (sum, [name, prior]) => sum + ((at[name] - prior.mean) / prior.deviation) ** 2,
    misfit,
  );
}

/** Rows of the augmented matrix. */
function normalEquations(names, priors, at, residuals, slopes, damping) {
  const weights = residuals.map((value) => 1 / Math.sqrt(1 + value * value));
  const inner = (a, b) => a.reduce((sum, value, index) => sum + weights[index] * value * b[index], 0);
  return names.map((name, row) => {
    const certainty = 1 / priors[name].deviation ** 2;
    const left = names.map((_, column) => {
      const value = inner(slopes[row], slopes[column]) + (row === column ? certainty : 0);
      return row === column ? value * (1 + damping) : value;
    });
    return [...left, -inner(slopes[row], residuals) - certainty * (at[name] - priors[name].mean)];
  });
}

/** Gaussian elimination with pivots. */
function solve(matrix) {
  const size = matrix.length;
  const rows = matrix.map((row) => [...row]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row][column]) > Math.abs(rows[pivot][column])) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    for (let row = column + 1; row < size; row++) {
      const factor = rows[row][column] / rows[column][column];
      for (let k = column; k <= size; k++) rows[row][k] -= factor * rows[column][k];
    }
  }
  const result = new Array(size).fill(0);
  for (let row = size - 1; row >= 0; row--) {
    let value = rows[row][size];
    for (let column = row + 1; column < size; column++) value -= rows[row][column] * result[column];
    result[row] = value / rows[row][row];
  }
  return result;
}

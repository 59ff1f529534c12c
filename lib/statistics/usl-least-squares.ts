import { type Curve, fitCurve } from './curve-fit.ts';
import { slowdown, throughputAt, type UslParameters } from './usl-model.ts';

export interface LoadPoint {
  users: number;
  /** Requests per second. */
  throughput: number;
}

/**
 * What is squared and summed. `relative`: the logarithm of measured over modelled throughput. `absolute`: their difference.
 */
export type Residuals = 'relative' | 'absolute';

/** @returns the parameters of the least squares, and their sum */
export function leastSquares(points: readonly LoadPoint[], residuals: Residuals): UslParameters & { squares: number } {
  const [first, ...others] = startsOf(points).map((start) => refine(start, points, residuals));
  if (first === undefined) throw new RangeError('there is no curve through no points');
  return others.reduce((best, fit) => (fit.squares < best.squares ? fit : best), first);
}

/**
 * Users over throughput is a quadratic in users, (1 + sigma (N - 1) + kappa N (N - 1)) / lambda, so that its relative error has its
 * least squares by linear equations: near enough to be the start. Where noise has bent the quadratic to what is not allowed, a start
 * that reads lambda and kappa off the curve is tried too.
 */
function startsOf(points: readonly LoadPoint[]): UslParameters[] {
  if (points.length === 0) return [];
  const most = Math.max(...points.map(({ users }) => users));
  const rows = points.map(({ users, throughput }) =>
    [1, (users - 1) / most, (users * (users - 1)) / most ** 2].map((column) => (column * throughput) / users),
  );
  const [constant = Number.NaN, linear = Number.NaN, square = Number.NaN] = solveNormalEquations(rows);
  const solved = { lambda: 1 / constant, sigma: linear / constant / most, kappa: square / constant / most ** 2 };
  if (solved.lambda > 0 && solved.sigma >= 0 && solved.sigma <= 1 && solved.kappa >= 0) return [solved];
  const fastest = points.reduce((best, each) => (each.throughput > best.throughput ? each : best));
  const read = {
    lambda: Math.max(...points.map(({ users, throughput }) => throughput / users)),
    sigma: 0.5 / most,
    kappa: 1 / fastest.users ** 2,
  };
  const isUsable = solved.lambda > 0 && Object.values(solved).every(Number.isFinite);
  return isUsable ? [solved, read] : [read];
}

/** The x of least squares of rows x = 1, by Gauss' elimination of the normal equations; not finite when they have no single one. */
function solveNormalEquations(rows: readonly (readonly number[])[]): number[] {
  const size = rows[0]?.length ?? 0;
  const matrix = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size + 1 }, (_, j) => rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 1), 0)),
  );
  // Sums of squares are positive on the diagonal and stay so: no pivoting is needed.
  for (const [i, pivotRow] of matrix.entries()) {
    for (const [j, row] of matrix.entries()) {
      if (j === i) continue;
      const factor = (row[i] ?? 0) / (pivotRow[i] ?? 0);
      for (let k = i; k <= size; k++) row[k] = (row[k] ?? 0) - factor * (pivotRow[k] ?? 0);
    }
  }
  return matrix.map((row, i) => (row[size] ?? 0) / (row[i] ?? 0));
}

/**
 * Lambda is given in logarithms of the start's, sigma and kappa in the slowdown they cause where it is largest. Residuals are made
 * relative by taking logarithms, not by the library's weights, which its steps and its error read differently.
 */
function refine(start: UslParameters, points: readonly LoadPoint[], residuals: Residuals) {
  const from = { ...start, sigma: Math.min(1, Math.max(start.sigma, 0)), kappa: Math.max(start.kappa, 0) };
  const perSigma = 1 / Math.max(...points.map(({ users }) => (users - 1) / slowdown(from, users)));
  const perKappa = 1 / Math.max(...points.map(({ users }) => (users * (users - 1)) / slowdown(from, users)));
  const fastest = Math.max(...points.map(({ throughput }) => throughput));
  const parametersOf = ([logLambda = 0, sigma = 0, kappa = 0]: readonly number[]): UslParameters => ({
    lambda: from.lambda * Math.exp(logLambda),
    sigma: sigma * perSigma,
    kappa: kappa * perKappa,
  });
  const seen = residuals === 'relative' ? Math.log : (throughput: number) => throughput / fastest;
  const slope = residuals === 'relative' ? () => 1 : (throughput: number) => throughput / fastest;
  const curve: Curve = {
    x: points.map(({ users }) => users),
    y: points.map(({ throughput }) => seen(throughput)),
    model: (values) => {
      const parameters = parametersOf(values);
      return (users) => seen(throughputAt(parameters, users));
    },
    jacobian: (values) => {
      const parameters = parametersOf(values);
      return (users) => {
        const effect = slope(throughputAt(parameters, users));
        const slowed = slowdown(parameters, users);
        return [
          effect,
          (-effect * perSigma * (users - 1)) / slowed,
          (-effect * perKappa * users * (users - 1)) / slowed,
        ];
      };
    },
    lowest: [-50, 0, 0],
    highest: [50, 1 / perSigma, Number.MAX_VALUE],
  };
  const { parameters, squares } = fitCurve(curve, [0, from.sigma / perSigma, from.kappa / perKappa]);
  return { ...parametersOf(parameters), squares };
}

import { levenbergMarquardt } from 'ml-levenberg-marquardt';
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

/** Parameters that are held at a border of what is allowed; those that are absent are fitted. */
interface Held {
  sigma?: 0 | 1;
  kappa?: 0;
}

/**
 * Inside first. If the best fit lies outside (a negative kappa, say), the best allowed one lies on a border, where fewer parameters
 * are left: clamping the free fit instead would leave the others where they suit the forbidden value.
 */
const borders: readonly Held[] = [
  { kappa: 0 },
  { sigma: 0 },
  { sigma: 0, kappa: 0 },
  { sigma: 1 },
  { sigma: 1, kappa: 0 },
];

/** @returns the parameters of the least squares, and their sum */
export function leastSquares(points: readonly LoadPoint[], residuals: Residuals): UslParameters & { squares: number } {
  const most = Math.max(...points.map(({ users }) => users));
  const free = fitWith({}, points, residuals);
  // Less than a millionth of slowdown at the highest load is no contention.
  const isInside = free.sigma * most > 1e-6 && free.sigma < 1 && free.kappa * most * most > 1e-6;
  if (isInside) return free;
  return borders
    .map((held) => fitWith(held, points, residuals))
    .reduce((best, fit) => (fit.squares < best.squares ? fit : best), free);
}

function fitWith(held: Held, points: readonly LoadPoint[], residuals: Residuals): UslParameters & { squares: number } {
  return startsOf(held, points)
    .map((start) => refine(start, held, points, residuals))
    .reduce((best, fit) => (fit.squares < best.squares ? fit : best));
}

/**
 * Users over throughput is a quadratic in users, (1 + sigma (N - 1) + kappa N (N - 1)) / lambda, so that its relative error has its
 * least squares by linear equations: near enough to be the start. Where noise has bent the quadratic to what is not allowed, a start
 * that reads lambda and kappa off the curve is tried too.
 */
function startsOf({ sigma, kappa }: Held, points: readonly LoadPoint[]): UslParameters[] {
  const most = Math.max(...points.map(({ users }) => users));
  const columns: ((n: number) => number)[] = [sigma === 1 ? (n) => n : () => 1];
  if (sigma === undefined) columns.push((n) => (n - 1) / most);
  if (kappa === undefined) columns.push((n) => (n * (n - 1)) / most ** 2);
  const rows = points.map(({ users, throughput }) => columns.map((column) => (column(users) * throughput) / users));
  const [first = Number.NaN, ...rest] = solveNormalEquations(rows);
  const linear = {
    lambda: 1 / first,
    sigma: sigma ?? (rest.shift() ?? 0) / first / most,
    kappa: kappa ?? (rest.shift() ?? 0) / first / most ** 2,
  };
  const isAllowed = linear.lambda > 0 && linear.sigma >= 0 && linear.sigma <= 1 && linear.kappa >= 0;
  if (isAllowed) return [linear];
  const fastest = points.reduce((best, each) => (each.throughput > best.throughput ? each : best));
  const seen = {
    lambda: Math.max(...points.map(({ users, throughput }) => throughput / users)),
    sigma: sigma ?? 0.5 / most,
    kappa: kappa ?? 1 / fastest.users ** 2,
  };
  return linear.lambda > 0 && Number.isFinite(linear.lambda) ? [linear, seen] : [seen];
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
 * Levenberg-Marquardt from a start. Its damping treats all parameters alike, so they are given in units in which each has an effect
 * of about 1: lambda in times of the start's, sigma and kappa in the slowdown they cause where it is largest. Residuals are made
 * relative by taking logarithms, not by the library's weights, which its steps and its error read differently.
 */
function refine(start: UslParameters, held: Held, points: readonly LoadPoint[], residuals: Residuals) {
  const from = { ...start, sigma: Math.min(1, Math.max(start.sigma, 0)), kappa: Math.max(start.kappa, 0) };
  const perSigma = 1 / Math.max(...points.map(({ users }) => (users - 1) / slowdown(from, users)));
  const perKappa = 1 / Math.max(...points.map(({ users }) => (users * (users - 1)) / slowdown(from, users)));
  const highest = Math.max(...points.map(({ throughput }) => throughput));
  const parametersOf = ([logLambda = 0, sigma = 0, kappa = 0]: readonly number[]): UslParameters => ({
    lambda: from.lambda * Math.exp(logLambda),
    sigma: held.sigma ?? sigma * perSigma,
    kappa: held.kappa ?? kappa * perKappa,
  });
  const seen = residuals === 'relative' ? Math.log : (throughput: number) => throughput / highest;
  const slope = residuals === 'relative' ? () => 1 : (throughput: number) => throughput / highest;
  const data = { x: points.map(({ users }) => users), y: points.map(({ throughput }) => seen(throughput)) };
  const model = (values: number[]) => {
    const parameters = parametersOf(values);
    return (users: number) => seen(throughputAt(parameters, users));
  };
  const jacobianFunction = (values: number[]) => {
    const parameters = parametersOf(values);
    return (users: number) => {
      const effect = slope(throughputAt(parameters, users));
      const slowed = slowdown(parameters, users);
      return [
        effect,
        held.sigma === undefined ? (-effect * perSigma * (users - 1)) / slowed : 0,
        held.kappa === undefined ? (-effect * perKappa * users * (users - 1)) / slowed : 0,
      ];
    };
  };
  let values = [0, from.sigma / perSigma, from.kappa / perKappa];
  let squares = Number.POSITIVE_INFINITY;
  // The library stops at an error that is small, not at one that stays the same: so a few steps at a time.
  for (let i = 0; i < 10; i++) {
    const before = squares;
    const { parameterValues, parameterError } = levenbergMarquardt(data, model, {
      initialValues: values,
      minValues: [-50, 0, 0],
      maxValues: [50, 1 / perSigma, Number.MAX_VALUE],
      jacobianFunction,
      damping: 1e-4,
      maxIterations: 4,
      errorTolerance: 1e-20,
    });
    values = parameterValues;
    squares = parameterError;
    if (!(squares < before * (1 - 1e-9))) break;
  }
  return { ...parametersOf(values), squares };
}

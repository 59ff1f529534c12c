import type { Interval } from './bootstrap.ts';
import { mean, squaresAround } from './moments.ts';
import { Random } from './random.ts';
import { uslIntervals } from './usl-intervals.ts';
import { type LoadPoint, leastSquares, type Residuals } from './usl-least-squares.ts';
import { peakUsers, throughputAt, type UslParameters } from './usl-model.ts';

export interface FitUslOptions {
  /** Draws the bootstrap; by default from a fixed seed, so that the same steps give the same answer. */
  random?: Random;
  /** How often to draw (500). */
  resamples?: number;
  /**
   * `relative` (default): a step that is 2 % off counts alike at 10 users and at 10,000. The spread of a throughput measured under
   * load grows with it, and lambda and sigma rest on the small steps, which absolute differences would all but ignore.
   * `absolute`: plain differences, as published fits use them.
   */
  residuals?: Residuals;
}

/** How far a curve may be followed beyond the highest load it was fitted to. */
export const REACH = 1.5;

export interface UslFit extends UslParameters {
  fitted: true;
  /** Of throughput, 1 at best. Low on a flat curve even where it fits well: see `typicalErrorPercent`. */
  rSquared: number;
  /** How far measured throughput typically lies from the curve. */
  typicalErrorPercent: number;
  /** The highest load the curve was fitted to. */
  testedUsers: number;
  /** 1.5 times that: nothing is said beyond it. */
  reachUsers: number;
  /** Whether throughput peaks among the tested loads, beyond them but within reach, or is still rising there. */
  peak: 'tested' | 'extrapolated' | 'not-reached';
  /** N*, where throughput peaks. Absent when that is not within reach, or nowhere. */
  maxUsers?: number;
  /** Requests per second at `maxUsers`. */
  peakThroughput?: number;
  /** Each holds the truth in 95 of 100 cases, if the law holds. */
  intervals: {
    lambda: Interval;
    sigma: Interval;
    kappa: Interval;
    /** `low` is `reachUsers` at most; without `high` the peak may lie anywhere beyond reach. */
    maxUsers: { low: number; high?: number };
  };
}

/** Why there is no curve. */
export interface NoUslFit {
  fitted: false;
  reason: 'too-few-loads' | 'narrow-range' | 'no-throughput' | 'poor-fit';
  /** For people. */
  detail: string;
}

const ENOUGH_LOADS = 4;
const ENOUGH_RANGE = 2;
/** A curve that misses its own points by more explains nothing. */
const POOR_ERROR = 0.15;

/**
 * Fits the Universal Scalability Law to the steps of a load test.
 *
 * @param points the settled throughput of each step; several of one load are welcome
 * @throws RangeError on loads below 1 user, or figures that are negative or not finite
 */
export function fitUsl(points: readonly LoadPoint[], options: FitUslOptions = {}): UslFit | NoUslFit {
  const { random = new Random(1), resamples = 500, residuals = 'relative' } = options;
  const obstacle = obstacleIn(points);
  if (obstacle !== undefined) return obstacle;

  const { lambda, sigma, kappa } = leastSquares(points, residuals);
  const parameters = { lambda, sigma, kappa };
  const typicalError = typicalRelativeError(parameters, points);
  if (typicalError > POOR_ERROR) {
    return no('poor-fit', `the best curve misses the steps by ${(100 * typicalError).toFixed(0)} %`);
  }
  const testedUsers = Math.max(...points.map(({ users }) => users));
  const reachUsers = REACH * testedUsers;
  const maxUsers = peakUsers(parameters);
  const intervals = uslIntervals(parameters, points, { random, resamples, residuals });
  const { low, high } = intervals.maxUsers;
  return {
    fitted: true,
    ...parameters,
    rSquared: determination(parameters, points),
    typicalErrorPercent: 100 * typicalError,
    testedUsers,
    reachUsers,
    peak: maxUsers <= testedUsers ? 'tested' : maxUsers <= reachUsers ? 'extrapolated' : 'not-reached',
    ...(maxUsers <= reachUsers ? { maxUsers, peakThroughput: throughputAt(parameters, maxUsers) } : {}),
    intervals: {
      ...intervals,
      maxUsers: { low: Math.min(low, reachUsers), ...(high <= reachUsers ? { high } : {}) },
    },
  };
}

export type Prediction =
  /** Requests per second; `extrapolated` when no load as high was tested. */
  | { kind: 'predicted'; throughput: number; extrapolated: boolean }
  /** More than 1.5 times the tested load: the curve says nothing there. */
  | { kind: 'beyond-reach'; reachUsers: number };

/** What throughput the fitted curve has at a load. */
export function predict(fit: UslFit, users: number): Prediction {
  if (!(users >= 0)) throw new RangeError(`users are not negative, as ${users} is`);
  const { testedUsers, reachUsers } = fit;
  if (users > reachUsers) return { kind: 'beyond-reach', reachUsers };
  return { kind: 'predicted', throughput: throughputAt(fit, users), extrapolated: users > testedUsers };
}

function obstacleIn(points: readonly LoadPoint[]): NoUslFit | undefined {
  for (const { users, throughput } of points) {
    if (!(users >= 1 && Number.isFinite(users))) throw new RangeError(`a load has 1 user or more, not ${users}`);
    if (!(throughput >= 0 && Number.isFinite(throughput))) {
      throw new RangeError(`a throughput is finite and not negative, not ${throughput}`);
    }
  }
  const loads = [...new Set(points.map(({ users }) => users))].sort((a, b) => a - b);
  if (loads.length < ENOUGH_LOADS) {
    return no(
      'too-few-loads',
      `${loads.length} different loads were tested: a curve of three parameters needs ${ENOUGH_LOADS}`,
    );
  }
  const [least = 1] = loads;
  const most = loads.at(-1) ?? 1;
  if (most < ENOUGH_RANGE * least) {
    return no(
      'narrow-range',
      `from ${least} to ${most} users the curve's shape does not show: test from half the highest load or less`,
    );
  }
  const idle = points.find(({ throughput }) => throughput === 0);
  return idle && no('no-throughput', `nothing was completed with ${idle.users} ${idle.users === 1 ? 'user' : 'users'}`);
}

const no = (reason: NoUslFit['reason'], detail: string): NoUslFit => ({ fitted: false, reason, detail });

/** Root mean square, for the three parameters that were free to follow the noise. */
function typicalRelativeError(parameters: UslParameters, points: readonly LoadPoint[]): number {
  const errors = points.map(({ users, throughput }) => Math.log(throughput / throughputAt(parameters, users)));
  return Math.sqrt(squaresAround(0, errors) / (points.length - 3));
}

function determination(parameters: UslParameters, points: readonly LoadPoint[]): number {
  const measured = points.map(({ throughput }) => throughput);
  const errors = points.map(({ users, throughput }) => throughput - throughputAt(parameters, users));
  const spread = squaresAround(mean(measured), measured);
  return spread > 0 ? 1 - squaresAround(0, errors) / spread : 0;
}

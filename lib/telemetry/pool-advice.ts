import type { PoolFigures } from '../contracts/telemetry-views.ts';

/** What is known of a pool over some time, and of what stands around it. */
export interface PoolToJudge extends PoolFigures {
  /** Of the figures. Left out, nothing is said that depends on how long it lasted. */
  readonly periodMinutes?: number;
  /** That have such a pool; 1 when left out. */
  readonly instances?: number;
  /** The most connections that the server takes, where that is known. */
  readonly serverLimit?: number;
}

export type PoolFinding =
  | 'held-too-long'
  | 'too-small'
  | 'callers-gave-up'
  | 'connections-fail'
  | 'checks-fail'
  | 'over-server-limit'
  | 'reopened-all-the-time'
  | 'keeps-too-few'
  | 'no-limit'
  | 'too-large'
  | 'never-renewed';

export interface PoolAdvice {
  readonly finding: PoolFinding;
  /** The figures that it rests on. */
  readonly evidence: string;
  readonly recommendation: string;
}

/** Waiting for a connection below this is not worth a change. */
const tolerableWaitMs = 10;
/** Longer than a query or a short transaction takes. */
const longHoldMs = 1_000;
/** Fewer are chance. */
const someConnections = 20;
const minSpareConnections = 5;
/** Ups and downs of less than this say nothing about a size. */
const settledMinutes = 30;
const oldSeconds = 24 * 3_600;
/** Where a connection is renewed by whoever holds the pool. Those of Redis and MongoDB are meant to last. */
const renewable = new Set(['postgresql', 'mysql', 'generic']);

const few = (value: number): string => String(Math.round(value * 10) / 10);
const share = (part: number, whole: number): string => `${few((100 * part) / whole)} %`;

/**
 * How long a caller keeps a connection in the mean, by Little's law: in use = rate x time held.
 * Source: J. D. C. Little, "A Proof for the Queuing Formula L = lambda W", Operations Research 9 (1961).
 */
function heldMs({ avgInUse, requested, instances = 1, periodMinutes }: PoolToJudge): number | undefined {
  if (periodMinutes === undefined || requested === 0) return undefined;
  return (avgInUse * instances * periodMinutes * 60_000) / requested;
}

/** Whether callers wait because all connections are taken, and not because one is just being opened. */
const isExhausted = ({
  size,
  peakInUse,
  peakWaiting,
  fullPercent = 0,
  p95WaitMs = 0,
  timeouts,
}: PoolToJudge): boolean =>
  size !== undefined &&
  peakInUse >= size &&
  peakWaiting > 0 &&
  fullPercent > 0 &&
  (p95WaitMs >= tolerableWaitMs || timeouts > 0);

const exhaustion = ({ size = 0, fullPercent = 0, p95WaitMs = 0, peakWaiting }: PoolToJudge): string =>
  `all ${size} connections were in use at times in ${few(fullPercent)} % of the time, up to ${peakWaiting} callers ` +
  `waited at once, and 95 % of them for up to ${few(p95WaitMs)} ms`;

type Rule = (pool: PoolToJudge) => PoolAdvice | undefined;

const rules: readonly Rule[] = [
  (pool) => {
    const held = heldMs(pool);
    if (!isExhausted(pool)) return undefined;
    if (held !== undefined && held >= longHoldMs) {
      return {
        finding: 'held-too-long',
        evidence: `${exhaustion(pool)}; a caller keeps one for ${few(held)} ms in the mean`,
        recommendation:
          'Look for connections that are not given back, and for work done while one is held (requests to others, long ' +
          'transactions): a larger pool would fill up as well.',
      };
    }
    const { size = 0, peakWaiting } = pool;
    return {
      finding: 'too-small',
      evidence: exhaustion(pool),
      recommendation: `Let it open up to ${size + Math.max(1, Math.min(size, peakWaiting))} connections, and measure again.`,
    };
  },
  (pool) => {
    const { timeouts, requested } = pool;
    if (timeouts === 0) return undefined;
    const isLocked = pool.system === 'sqlite';
    return {
      finding: 'callers-gave-up',
      evidence: `${timeouts} callers gave up waiting, ${share(timeouts, timeouts + requested)} of all`,
      recommendation: isLocked
        ? 'The database was locked by another connection for longer than the busy timeout: write in one place, keep transactions short, and use the write-ahead log.'
        : 'Find out what they waited for: a full pool (see its waiting), or a server that takes no connections.',
    };
  },
  ({ errors, requested }) =>
    errors >= 5 && errors >= 0.01 * (requested + errors)
      ? {
          finding: 'connections-fail',
          evidence: `${errors} connections could not be had or broke, for ${requested} that were had`,
          recommendation:
            'Compare idle timeouts along the way (server, proxy, load balancer): the pool has to close a connection before they do. Check that the server takes connections.',
        }
      : undefined,
  ({ failedChecks, checks }) =>
    failedChecks >= 2 && failedChecks >= 0.05 * checks
      ? {
          finding: 'checks-fail',
          evidence: `${failedChecks} of ${checks} health checks failed`,
          recommendation:
            'The server did not answer, or idle connections were dead: renew connections before whatever stands between closes them.',
        }
      : undefined,
  ({ size, instances = 1, serverLimit }) =>
    serverLimit !== undefined && size !== undefined && size * instances > serverLimit
      ? {
          finding: 'over-server-limit',
          evidence: `${instances} instances may open ${size} connections each, ${size * instances} in all; the server takes ${serverLimit}`,
          recommendation: `Let each open at most ${Math.max(1, Math.floor(serverLimit / instances))}, or put a pooling proxy in front of the server.`,
        }
      : undefined,
  ({ created, closed, requested, system }) =>
    system !== 'sqlite' && Math.min(created, closed) >= someConnections && created >= 0.1 * requested
      ? {
          finding: 'reopened-all-the-time',
          evidence: `${created} connections were opened and ${closed} closed for ${requested} uses: one for every ${few(requested / created)}`,
          recommendation:
            'Keep idle connections for longer (idle timeout, or the number that is kept), and renew them after fewer uses only where that is needed.',
        }
      : undefined,
  ({ overflow, created }) =>
    overflow >= someConnections && overflow >= 0.5 * created
      ? {
          finding: 'keeps-too-few',
          evidence: `${overflow} of ${created} connections were opened beyond those that the pool keeps`,
          recommendation:
            'Let it keep more idle connections: what is opened for a peak is closed and opened again for the next.',
        }
      : undefined,
  ({ size, peakOpen }) =>
    size === undefined
      ? {
          finding: 'no-limit',
          evidence: `it may open any number of connections; ${peakOpen} were open at once`,
          recommendation: `Set a limit (${Math.max(10, 2 * peakOpen)} would do for what was seen): a burst must not take all connections of the server.`,
        }
      : undefined,
  (pool) => {
    const { avgOpen, peakInUse, peakWaiting, requested, periodMinutes = 0, size } = pool;
    const wanted = Math.ceil(1.5 * peakInUse) + 1;
    const isSettled = periodMinutes >= settledMinutes && requested >= 100;
    if (!isSettled || peakWaiting > 0 || avgOpen < 2 * peakInUse || avgOpen - wanted < minSpareConnections)
      return undefined;
    return {
      finding: 'too-large',
      evidence: `${few(avgOpen)} connections were open in the mean${size === undefined ? '' : ` of up to ${size}`}, and never more than ${peakInUse} in use`,
      recommendation: `${wanted} would do for what was seen: each costs memory on the server.`,
    };
  },
  ({ oldestConnectionSeconds = 0, system }) =>
    oldestConnectionSeconds > oldSeconds && renewable.has(system)
      ? {
          finding: 'never-renewed',
          evidence: `the oldest connection has been open for ${few(oldestConnectionSeconds / 3_600)} hours`,
          recommendation:
            'Renew connections after some hours: they keep to a server that was replaced, and what the server holds for each grows.',
        }
      : undefined,
];

/**
 * What the figures say is wrong with a pool, the worst first, each with its evidence. Nothing where they say nothing. Pure.
 */
export const poolAdvice = (pool: PoolToJudge): PoolAdvice[] => rules.flatMap((rule) => rule(pool) ?? []);

import { Sketch } from '../statistics/sketch.ts';
import type { FailureCount, ScenarioFigures } from './engine/report.ts';
import type { ShardInterval } from './intervals.ts';

/** What all shards did in one interval. */
export interface IntervalSum {
  figures: ScenarioFigures;
  activeUsers: number;
}

/** How the generators of all shards fared. */
export interface GeneratorSum {
  /** Microseconds. */
  lag: Sketch;
  lagMaxMs: number;
  eventLoopUtilizationPercent: number;
  cpuPercent: number;
}

/**
 * The sums of a test's intervals. Sketches are merged and counters added, nothing is ever averaged, so that the order and
 * the grouping in which the intervals come make no difference.
 */
export class IntervalSums {
  readonly total = emptyFigures();
  readonly scenarios = new Map<string, ScenarioFigures>();
  readonly byInterval = new Map<number, IntervalSum>();
  readonly connectionFailures: Record<string, FailureCount> = {};
  readonly generator: GeneratorSum = {
    lag: new Sketch(),
    lagMaxMs: 0,
    eventLoopUtilizationPercent: 0,
    cpuPercent: 0,
  };

  add({ interval, scenarios, connectionFailures, activeUsers, generator }: ShardInterval): void {
    const sum = this.byInterval.get(interval) ?? { figures: emptyFigures(), activeUsers: 0 };
    this.byInterval.set(interval, sum);
    sum.activeUsers += activeUsers;
    for (const [name, figures] of Object.entries(scenarios)) {
      const scenario = this.scenarios.get(name) ?? emptyFigures();
      this.scenarios.set(name, scenario);
      for (const each of [scenario, sum.figures, this.total]) addFigures(each, figures);
    }
    addFailures(this.connectionFailures, connectionFailures);
    const most = this.generator;
    most.lag.merge(generator.lag);
    most.lagMaxMs = Math.max(most.lagMaxMs, generator.lagMaxMs);
    most.cpuPercent = Math.max(most.cpuPercent, generator.cpuPercent);
    most.eventLoopUtilizationPercent = Math.max(
      most.eventLoopUtilizationPercent,
      generator.eventLoopUtilizationPercent,
    );
  }
}

export const emptyFigures = (): ScenarioFigures => ({
  requests: 0,
  successful: 0,
  failed: 0,
  statuses: {},
  errors: {},
  bytesReceived: 0,
  bytesSent: 0,
  responseTime: new Sketch(),
  serviceTime: new Sketch(),
});

function addFigures(sum: ScenarioFigures, more: ScenarioFigures): void {
  sum.requests += more.requests;
  sum.successful += more.successful;
  sum.failed += more.failed;
  sum.bytesReceived += more.bytesReceived;
  sum.bytesSent += more.bytesSent;
  for (const [status, count] of Object.entries(more.statuses))
    sum.statuses[status] = (sum.statuses[status] ?? 0) + count;
  addFailures(sum.errors, more.errors);
  sum.responseTime.merge(more.responseTime);
  sum.serviceTime.merge(more.serviceTime);
}

function addFailures(sum: Record<string, FailureCount>, more: Record<string, FailureCount>): void {
  for (const [kind, { count, example }] of Object.entries(more)) {
    const known = sum[kind];
    sum[kind] =
      known === undefined ? { count, example } : { count: known.count + count, example: oneOf(known.example, example) };
  }
}

/** Either will do, but the same one in whatever order they come. */
const oneOf = (a: string, b: string): string => (b === '' || (a !== '' && a <= b) ? a : b);

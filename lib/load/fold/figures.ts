import { Sketch } from '../../statistics/sketch.ts';
import type { ConnectionFigures, FailureCount, GeneratorFigures, ScenarioFigures } from '../engine/report.ts';
import type { StoredConnections, StoredFigures } from '../model.ts';

/**
 * The sums of figures. Sketches are merged and counters added, nothing is ever averaged, so that the order and the
 * grouping in which figures come make no difference.
 */

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

export function addFigures(sum: ScenarioFigures, more: ScenarioFigures): void {
  sum.requests += more.requests;
  sum.successful += more.successful;
  sum.failed += more.failed;
  sum.bytesReceived += more.bytesReceived;
  sum.bytesSent += more.bytesSent;
  for (const [status, count] of Object.entries(more.statuses)) {
    sum.statuses[status] = (sum.statuses[status] ?? 0) + count;
  }
  addFailures(sum.errors, more.errors);
  sum.responseTime.merge(more.responseTime);
  sum.serviceTime.merge(more.serviceTime);
}

export function addFailures(sum: Record<string, FailureCount>, more: Record<string, FailureCount>): void {
  for (const [kind, { count, example }] of Object.entries(more)) {
    const known = sum[kind];
    sum[kind] =
      known === undefined ? { count, example } : { count: known.count + count, example: oneOf(known.example, example) };
  }
}

/** Either will do, but the same one in whatever order they come. */
const oneOf = (a: string, b: string): string => (b === '' || (a !== '' && a <= b) ? a : b);

export const failureCount = (failures: Record<string, FailureCount>): number =>
  Object.values(failures).reduce((sum, { count }) => sum + count, 0);

export const emptyConnections = (): ConnectionFigures => ({
  opened: 0,
  tlsResumed: 0,
  connect: new Sketch(),
  tls: new Sketch(),
});

export function addConnections(sum: ConnectionFigures, more: ConnectionFigures): void {
  sum.opened += more.opened;
  sum.tlsResumed += more.tlsResumed;
  sum.connect.merge(more.connect);
  sum.tls.merge(more.tls);
}

export const emptyGenerator = (): GeneratorFigures => ({
  lag: new Sketch(),
  lagMaxMs: 0,
  eventLoopUtilizationPercent: 0,
  cpuPercent: 0,
});

/** The worst of them, but for the lag, of which every one counts. */
export function addGenerator(sum: GeneratorFigures, more: GeneratorFigures): void {
  sum.lag.merge(more.lag);
  sum.lagMaxMs = Math.max(sum.lagMaxMs, more.lagMaxMs);
  sum.cpuPercent = Math.max(sum.cpuPercent, more.cpuPercent);
  sum.eventLoopUtilizationPercent = Math.max(sum.eventLoopUtilizationPercent, more.eventLoopUtilizationPercent);
}

export const storeFigures = (figures: ScenarioFigures): StoredFigures => ({
  ...figures,
  responseTime: figures.responseTime.toBase64(),
  serviceTime: figures.serviceTime.toBase64(),
});

export const readFigures = (stored: StoredFigures): ScenarioFigures => ({
  ...stored,
  errors: readFailures(stored.errors),
  responseTime: Sketch.fromBase64(stored.responseTime),
  serviceTime: Sketch.fromBase64(stored.serviceTime),
});

export const storeConnections = (figures: ConnectionFigures): StoredConnections => ({
  ...figures,
  connect: figures.connect.toBase64(),
  tls: figures.tls.toBase64(),
});

export const readConnections = (stored: StoredConnections): ConnectionFigures => ({
  ...stored,
  connect: Sketch.fromBase64(stored.connect),
  tls: Sketch.fromBase64(stored.tls),
});

export const storeGenerator = (figures: GeneratorFigures) => ({ ...figures, lag: figures.lag.toBase64() });
export const readGenerator = (stored: ReturnType<typeof storeGenerator>): GeneratorFigures => ({
  ...stored,
  lag: Sketch.fromBase64(stored.lag),
});

export const readFailures = (
  failures: Record<string, { count: number; example?: string | undefined }>,
): Record<string, FailureCount> => mapValues(failures, ({ count, example = '' }) => ({ count, example }));

export const mapValues = <From, To>(record: Record<string, From>, map: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Emulator } from '../emulator.ts';
import { alarmOperations } from './alarm-operations.ts';
import { keepAlarmStates, type StateChangeListener } from './alarm-states.ts';
import { openAlarmStore } from './alarm-store.ts';
import { parseEmf } from './emf.ts';
import { metricOperations } from './metric-operations.ts';
import { openMetricStore } from './metric-store.ts';
import type { Measurement } from './model.ts';
import { type Operation, serveOperations } from './wire.ts';

export interface CloudWatchOptions {
  readonly dataDir: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** When it rejects, the alarm keeps its state and the next evaluation tells it again. */
  readonly onStateChange?: StateChangeListener;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface CloudWatch extends Emulator {
  /** Takes any line of a function's log. Returns how many metrics were in it. */
  ingestEmf(line: string): number;
  /** Takes what `gather` returns, what came since the last time, whenever somebody asks for metrics, or alarms are evaluated. */
  gatherFrom(gather: () => readonly Measurement[]): void;
  /**
   * Brings all alarms to their state at `nowMs` and forgets what is too old; to be called each minute.
   *
   * @throws AggregateError when `onStateChange` rejected
   */
  evaluate(nowMs: number): Promise<void>;
}

const retentionMs = 15 * 24 * 60 * 60 * 1000;
const cleaningIntervalMs = 60 * 60 * 1000;

/** CloudWatch's metrics and alarms, kept in one SQLite file. */
export async function startCloudWatch(options: CloudWatchOptions): Promise<CloudWatch> {
  const { dataDir, port = 0, onStateChange = () => {}, now = Date.now } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(dataDir, 'cloudwatch.db'));
  // Survives the end of the process; only a power failure may take the last writes.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  const metrics = openMetricStore(database);
  const alarms = openAlarmStore(database);
  const states = keepAlarmStates(alarms, metrics, onStateChange);
  const sources: (() => readonly Measurement[])[] = [];
  const gather = (): void => metrics.add(sources.flatMap((source) => source()));
  const operations: Record<string, Operation> = {
    ...metricOperations(metrics, now),
    ...alarmOperations(alarms, states, now),
  };
  const gathering = Object.entries(operations).map(([name, operation]): [string, Operation] => [
    name,
    (input) => {
      gather();
      return operation(input);
    },
  ]);
  const server = await serveOperations(new Map(gathering), port).catch((error: unknown) => {
    database.close();
    throw error;
  });

  let cleanedAtMs = Number.NEGATIVE_INFINITY;
  let evaluation: Promise<void> = Promise.resolve();
  let stopping: Promise<void> | undefined;

  async function evaluateNow(nowMs: number): Promise<void> {
    if (stopping !== undefined) return;
    gather();
    await states.evaluateAll(nowMs);
    if (nowMs - cleanedAtMs < cleaningIntervalMs) return;
    cleanedAtMs = nowMs;
    metrics.deleteOlderThan(nowMs - retentionMs);
  }

  return {
    endpoint: server.endpoint,
    ingestEmf(line) {
      const measurements = stopping === undefined ? parseEmf(line) : [];
      metrics.add(measurements);
      return measurements.length;
    },
    gatherFrom(source) {
      sources.push(source);
    },
    evaluate(nowMs) {
      // One after another, so that no state change is told twice.
      const next = evaluation.then(() => evaluateNow(nowMs));
      evaluation = next.catch(() => {});
      return next;
    },
    stop() {
      stopping ??= (async () => {
        await server.close();
        await evaluation;
        gather();
        database.close();
      })();
      return stopping;
    },
  };
}

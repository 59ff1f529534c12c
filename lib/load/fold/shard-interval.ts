import { Sketch } from '../../statistics/sketch.ts';
import type { IntervalReport } from '../engine/report.ts';
import type { StoredInterval } from '../model.ts';
import {
  mapValues,
  readConnections,
  readFailures,
  readFigures,
  readGenerator,
  storeConnections,
  storeFigures,
  storeGenerator,
} from './figures.ts';

/** Whose figures, of which step. */
export interface Origin {
  step: number;
  shard: number;
  generation: number;
}

/** What one invocation did in one interval of a step. */
export type ShardInterval = Omit<IntervalReport, 'closed' | 'final' | 'flows'> & Origin & { isFirst: boolean };

export const storeInterval = (
  { step, shard, generation }: Origin,
  report: IntervalReport,
  isFirst: boolean,
): StoredInterval => ({
  step,
  shard,
  generation,
  interval: report.interval,
  isFirst,
  scenarios: mapValues(report.scenarios, storeFigures),
  connectionFailures: report.connectionFailures,
  connections: storeConnections(report.connections),
  firstByte: report.firstByte.toBase64(),
  activeUsers: report.activeUsers,
  generator: storeGenerator(report.generator),
});

export const readInterval = (stored: StoredInterval): ShardInterval => ({
  ...stored,
  scenarios: mapValues(stored.scenarios, readFigures),
  connectionFailures: readFailures(stored.connectionFailures),
  connections: readConnections(stored.connections),
  firstByte: Sketch.fromBase64(stored.firstByte),
  generator: readGenerator(stored.generator),
});

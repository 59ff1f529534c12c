import { z } from 'zod';
import type { ItemType } from '../../platform/table/item.ts';
import { Sketch } from '../../statistics/sketch.ts';
import { playedStep } from '../kinds/played-step.ts';
import { storedConnections, storedFaults, storedFigures, storedGenerator } from '../model.ts';
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
import type { Fold } from './fold.ts';
import { point } from './timeline.ts';

const count = z.number().int();

const storedFold = z.object({
  folds: count,
  scenarios: z.record(z.string(), storedFigures),
  connectionFailures: storedFaults,
  connections: storedConnections,
  firstByte: z.string(),
  generator: storedGenerator,
  timeline: z.array(point),
  played: z.array(playedStep),
  byTarget: z.array(z.tuple([count, storedFigures])),
  requestsByTarget: z.record(z.string(), count),
  /** Folds of before there was this have none. */
  lastTold: z.record(z.string(), z.object({ step: count, interval: count })).default({}),
  sums: z.object({
    held: storedFigures,
    /** Folds of before there was this begin to count in the middle of a step. */
    heldDue: count.default(0),
    heldConnectionFailures: storedFaults,
    generator: storedGenerator,
    buckets: z.array(
      z.tuple([
        count,
        z.object({
          requests: count,
          failed: count,
          /** Folds of before there was this have none. */
          connectionFailures: count.default(0),
          bytes: count,
          responseTime: z.string(),
          active: z.record(z.string(), count),
        }),
      ]),
    ),
    byShard: z.record(z.string(), z.object({ requests: count, sumUs: z.number() })),
    watermarks: z.record(z.string(), count),
  }),
});
export type StoredFold = z.output<typeof storedFold>;

/** The first version did not tell apart to whom requests went: all of them count for the first target. */
const fromFirstVersion = (older: unknown): unknown => {
  const stored = z.looseObject({ scenarios: z.record(z.string(), storedFigures) }).parse(older);
  const requests = Object.values(stored.scenarios).reduce((sum, figures) => sum + figures.requests, 0);
  return { ...stored, requestsByTarget: { 0: requests } };
};
export const foldItem: ItemType<StoredFold> = {
  name: 'LoadFold',
  version: 2,
  schema: storedFold,
  migrations: { 1: fromFirstVersion },
};

export const storeFold = ({ sums, ...fold }: Fold): StoredFold => ({
  ...fold,
  scenarios: mapValues(Object.fromEntries(fold.scenarios), storeFigures),
  connections: storeConnections(fold.connections),
  firstByte: fold.firstByte.toBase64(),
  generator: storeGenerator(fold.generator),
  byTarget: [...fold.byTarget].map(([target, figures]) => [target, storeFigures(figures)]),
  sums: {
    ...sums,
    held: storeFigures(sums.held),
    generator: storeGenerator(sums.generator),
    buckets: [...sums.buckets].map(([number, bucket]) => [
      number,
      { ...bucket, responseTime: bucket.responseTime.toBase64() },
    ]),
  },
});

export const readFold = ({ sums, ...stored }: StoredFold): Fold => ({
  ...stored,
  scenarios: new Map(Object.entries(mapValues(stored.scenarios, readFigures))),
  connectionFailures: readFailures(stored.connectionFailures),
  connections: readConnections(stored.connections),
  firstByte: Sketch.fromBase64(stored.firstByte),
  generator: readGenerator(stored.generator),
  byTarget: new Map(stored.byTarget.map(([target, figures]) => [target, readFigures(figures)])),
  sums: {
    ...sums,
    held: readFigures(sums.held),
    heldConnectionFailures: readFailures(sums.heldConnectionFailures),
    generator: readGenerator(sums.generator),
    buckets: new Map(
      sums.buckets.map(([number, bucket]) => [
        number,
        { ...bucket, responseTime: Sketch.fromBase64(bucket.responseTime) },
      ]),
    ),
  },
});

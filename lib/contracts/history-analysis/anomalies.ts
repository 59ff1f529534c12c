import { z } from 'zod';
import { timestamp } from '../names.ts';
import { claimOf } from './claim.ts';
import { bySeries } from './series.ts';

export const anomaly = z.object({
  from: timestamp,
  to: timestamp,
  peakAt: timestamp,
  score: z.number().min(0).max(1).describe('How unusual its peak is'),
  kind: z
    .enum(['jump', 'level', 'daily'])
    .describe('What it is unlike: the points just before it, the level of long, or the same time of the day before'),
  value: z.number().describe('At its peak'),
  expected: z.number(),
  low: z.number().describe('Between it and `high` lie 99 of 100 points'),
  high: z.number(),
});

export const anomalyClaim = claimOf({ points: z.number().int(), anomalies: z.array(anomaly) });
export type AnomalyClaim = z.output<typeof anomalyClaim>;

export const anomalies = bySeries(anomalyClaim).meta({ id: 'Anomalies' });
export type Anomalies = z.output<typeof anomalies>;

import { z } from 'zod';
import { identifier, timestamp } from '../names.ts';
import { claimOf, interval } from './claim.ts';
import { bySeries } from './series.ts';

export const changePoint = z.object({
  at: timestamp.describe('Where the new level begins'),
  between: z.object({ from: timestamp, to: timestamp }).describe('Where that lies in 95 of 100 cases'),
  testId: identifier.optional().describe('Of load tests: the first on the new level'),
  before: z.number(),
  after: z.number(),
  changePercent: z.number().optional().describe('Absent where it was 0 before'),
  interval: interval.optional().describe('Of `changePercent`, 95 %; absent as it is'),
  pValue: z.number(),
  verdict: z.enum(['improvement', 'regression']).optional().describe('Absent for what is neither better high nor low'),
});
export type ChangePoint = z.output<typeof changePoint>;

export const changePointClaim = claimOf({ points: z.number().int(), changePoints: z.array(changePoint) });
export type ChangePointClaim = z.output<typeof changePointClaim>;

export const loadTestChanges = z.object({
  test: z.string().describe('What the tests, which are alike, are: `basic: GET /health`'),
  metric: z.string(),
  unit: z.string(),
  found: changePointClaim,
});
export type LoadTestChanges = z.output<typeof loadTestChanges>;

export const changePoints = bySeries(changePointClaim)
  .extend({
    loadTests: z
      .array(loadTestChanges)
      .describe('Over the results of load tests that asked for the same, those of checks included'),
  })
  .meta({ id: 'ChangePoints' });
export type ChangePoints = z.output<typeof changePoints>;

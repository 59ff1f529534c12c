import { z } from 'zod';
import { claimOf, interval } from './claim.ts';
import { bySeries } from './series.ts';

export const trendClaim = claimOf({
  direction: z
    .enum(['rising', 'falling', 'stable'])
    .describe('Other than stable only when p < 0.05 and the change over the range is more than 5 %'),
  verdict: z
    .enum(['improving', 'stable', 'degrading'])
    .optional()
    .describe('Absent for what is neither better high nor low, such as traffic'),
  changePercent: z.number().optional().describe('Over the range; absent where it begins at 0'),
  slopePerHour: z.number().describe("In the metric's unit (Theil-Sen)"),
  slopePerHourInterval: interval,
  pValue: z.number().describe('Mann-Kendall, corrected for autocorrelation'),
  points: z.number().int(),
});
export type TrendClaim = z.output<typeof trendClaim>;

export const trends = bySeries(trendClaim).meta({ id: 'Trends' });
export type Trends = z.output<typeof trends>;

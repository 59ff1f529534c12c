import { z } from 'zod';
import { timestamp } from '../names.ts';
import { queryInteger } from '../query-integer.ts';
import { claimOf } from './claim.ts';

export const peaksQuery = z.object({
  days: queryInteger(1, 400).default(28).describe('How far back to look, today included'),
});

const peak = z.object({
  value: z.number(),
  from: timestamp.describe('It lies between here'),
  to: timestamp.describe('and here: an hour apart in the last weeks, a day before'),
});

const figures = z.object({
  requestsPerSecond: z.number().describe('In the mean'),
  peakRequestsPerSecond: z.number().describe('Over ten seconds'),
  sustainedRequestsPerSecond: z.number().optional().describe('Over five minutes'),
  peakConcurrentRequests: z.number().optional(),
});

/** The highest throughput and concurrency, when they come, and how much more was borne in a test. */
export const peakClaim = claimOf({
  from: timestamp,
  to: timestamp,
  throughput: z.object({
    instantaneous: peak.describe('Requests per second, over ten seconds'),
    sustained: peak.optional().describe('Requests per second, over five minutes'),
  }),
  concurrency: peak.optional().describe('Requests that were being answered at one time'),
  byDay: z.array(figures.extend({ day: z.string().describe('UTC: `2026-01-31`') })),
  byWeek: z.array(figures.extend({ weekFrom: z.string().describe('A Monday: `2026-01-26`') })),
  profile: z
    .array(
      z.object({
        weekday: z.number().int().min(1).max(7).describe('1 is Monday (UTC)'),
        hour: z.number().int().min(0).max(23),
        requestsPerSecond: z.number().describe('In the mean'),
        peakRequestsPerSecond: z.number().describe('The highest'),
        weeks: z.number().int().describe('How many weeks it was seen in'),
      }),
    )
    .describe(
      'Of an hour of the week, where it was seen; over the weeks that are known by the hour, without hours in which a load test ran',
    ),
  busiest: z
    .array(z.object({ weekday: z.number().int(), hour: z.number().int(), requestsPerSecond: z.number() }))
    .describe('The five busiest of these hours'),
  headroom: claimOf({
    testedRequestsPerSecond: z.number().describe('What the newest stress test bore'),
    testedAt: timestamp,
    peakRequestsPerSecond: z
      .number()
      .describe('The highest that was sustained, or else that of ten seconds, in hours without load tests'),
    headroomPercent: z.number().describe('Of the tested capacity, that the peak leaves; below 0: the peak exceeds it'),
  }),
});
export type PeakClaim = z.output<typeof peakClaim>;

export const peaks = z.object({ found: peakClaim }).meta({ id: 'Peaks' });
export type Peaks = z.output<typeof peaks>;

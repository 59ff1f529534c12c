import { z } from 'zod';
import { capacity as fittedCapacity } from '../load-result.ts';
import { identifier, timestamp } from '../names.ts';
import { claimOf } from './claim.ts';

/** How many users and requests the service bears, by its newest stress test, and when demand will reach that. */
export const capacityClaim = claimOf({
  testId: identifier,
  testedAt: timestamp,
  testedUsers: z.number().optional().describe('The highest level that was tried, in the closed model'),
  testedRequestsPerSecond: z.number().describe('The most that was answered well at any level'),
  breakingPoint: z.number().nullable().optional().describe('The highest level that was borne; null: all were'),
  curve: claimOf(fittedCapacity.shape).describe('The Universal Scalability Law, fitted to its steps'),
  maxRequestsPerSecond: z
    .number()
    .describe('What demand is held against: the peak of the curve where it has one, else the most that was tested'),
  demand: claimOf({
    peakRequestsPerSecond: z
      .number()
      .describe('The highest that was sustained for five minutes in the last 28 days, in hours without load tests'),
    at: timestamp,
    usedPercent: z.number().describe('Of `maxRequestsPerSecond`'),
  }),
  reached: claimOf({
    horizonDays: z.number().int().describe('How far ahead the forecast looks'),
    expectedAt: timestamp.optional().describe('When the forecast reaches it; absent: not within the horizon'),
    earliestAt: timestamp.optional().describe('When the upper end of its 95 % interval does'),
    latestAt: timestamp.optional().describe('When the lower end does'),
    hasSkill: z.boolean().describe('Whether the forecast is better than a naive one'),
  }).describe('When the daily peak would reach `maxRequestsPerSecond`'),
});
export type CapacityClaim = z.output<typeof capacityClaim>;

export const capacityAnswer = z.object({ found: capacityClaim }).meta({ id: 'CapacityAnswer' });
export type CapacityAnswer = z.output<typeof capacityAnswer>;

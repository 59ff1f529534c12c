import { z } from 'zod';

/** Why nothing is claimed: what there is too little of, and what it would take. */
export const notEnough = z
  .object({
    enough: z.literal(false),
    reason: z.string().describe('What there is: `5 of 8 hours have data`'),
    needed: z.string().describe('What it would take'),
  })
  .meta({ id: 'NotEnough' });
export type NotEnough = z.output<typeof notEnough>;

/** What can be said of a series, or why nothing can: every analysis of history answers one of the two. */
export const claimOf = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.discriminatedUnion('enough', [z.object({ enough: z.literal(true), ...shape }), notEnough]);

/** Both ends included; 95 %, unless it says otherwise. */
export const interval = z.object({ low: z.number(), high: z.number() });

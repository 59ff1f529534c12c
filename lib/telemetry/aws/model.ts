import { z } from 'zod';
import { awsFigures } from '../../contracts/aws-metrics.ts';
import type { ItemType } from '../../platform/table/item.ts';

/** What CloudWatch said last, and who is asking it now. */
const storedFigures = z.object({
  /** The resources that were asked for: figures of others are of no use. */
  resources: z.string(),
  figures: awsFigures.optional(),
  metricsRequested: z.number().int().min(0),
  freshUntilMs: z.number(),
  /** Until then nobody else asks. */
  claimedUntilMs: z.number(),
  /** Why the figures were not renewed when they last could have been. */
  isBudgetSpent: z.boolean(),
  problems: z.array(z.string()),
});
export type StoredFigures = z.output<typeof storedFigures>;

export const figuresItem: ItemType<StoredFigures> = { name: 'AwsFigures', version: 1, schema: storedFigures };

/** Metrics that were asked for on one UTC day. */
const usage = z.object({ metrics: z.number().int().min(0) });

export const usageItem: ItemType<z.output<typeof usage>> = { name: 'AwsUsage', version: 1, schema: usage };

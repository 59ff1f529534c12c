import { z } from 'zod';
import { timestamp } from './names.ts';

export const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

export const partStatus = z.object({
  name: z.string(),
  state: z.enum(['up', 'down']),
  latencyMs: z.number(),
  detail: z.string().optional(),
});
export type PartStatus = z.output<typeof partStatus>;

export const platformStatus = z
  .object({
    status: z.enum(['up', 'degraded']),
    version: z.string(),
    timestamp,
    parts: z.array(partStatus),
  })
  .meta({ id: 'PlatformStatus' });
export type PlatformStatus = z.output<typeof platformStatus>;

import { z } from 'zod';
import { timestamp } from '../names.ts';
import { resolutions } from '../telemetry-history.ts';

/** How figures went over a range. */
export const course = z.object({
  resolution: z.enum(resolutions),
  from: timestamp,
  to: timestamp,
  stepSeconds: z.number().int(),
  series: z.array(
    z.object({
      metric: z.string(),
      unit: z.string().optional(),
      values: z.array(z.number().nullable()).describe('One for each step; null: nothing was told'),
    }),
  ),
});
export type Course = z.output<typeof course>;

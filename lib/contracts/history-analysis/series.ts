import { z } from 'zod';
import { timestamp } from '../names.ts';
import { historyQuery, resolutions } from '../telemetry-history.ts';

/** Which series are looked at. Without `metric`, the usual ones. */
export const seriesQuery = historyQuery.partial({ metric: true });
export type SeriesQuery = z.output<typeof seriesQuery>;

/** Of a range, with what was found in each series. */
export const bySeries = <Found extends z.ZodType>(found: Found) =>
  z.object({
    resolution: z.enum(resolutions),
    from: timestamp,
    to: timestamp,
    series: z.array(
      z.object({
        metric: z.string(),
        unit: z.string().optional(),
        found,
      }),
    ),
  });

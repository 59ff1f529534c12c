import { z } from 'zod';
import { eventSourceSetting } from './event-source-setting.ts';

/** Of a queue: how many of the function's environments it takes at most. Null: as many as there are. */
export const maximumConcurrency = eventSourceSetting({
  name: 'maximumConcurrency',
  value: z.int().min(2).max(1_000).nullable(),
  read: ({ ScalingConfig }) => ScalingConfig?.MaximumConcurrency ?? null,
  wire: (value) => ({ ScalingConfig: value === null ? {} : { MaximumConcurrency: Number(value) } }),
});

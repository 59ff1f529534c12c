import { z } from 'zod';
import { eventSourceSetting } from './event-source-setting.ts';

/** Beyond 10 of a queue, Lambda wants a batching window: both are set together. */
export const batching = eventSourceSetting({
  name: 'batching',
  value: z.strictObject({ size: z.int().min(1).max(10_000), windowSeconds: z.int().min(0).max(300) }),
  read: ({ BatchSize, MaximumBatchingWindowInSeconds }) =>
    BatchSize === undefined ? null : { size: BatchSize, windowSeconds: MaximumBatchingWindowInSeconds ?? 0 },
  wire: (value) => {
    const { size, windowSeconds } = value as { size: number; windowSeconds: number };
    return { BatchSize: size, MaximumBatchingWindowInSeconds: windowSeconds };
  },
});

import { cacheTuning } from '../../cache/cache-tuning.ts';
import type { Effect } from '../effects.ts';

export const ttlMultiplier: Effect<'ttlMultiplier'> = (value) => {
  cacheTuning.set({ ttlMultiplier: value });
};

export const cachePolicy: Effect<'cachePolicy'> = (value) => {
  cacheTuning.set({
    memoryLimitMb: value?.memoryLimitMb,
    maxEntries: value?.maxEntries,
    earlyRefreshBeta: value?.earlyRefreshBeta,
    staleWhileRevalidateSeconds: value?.staleWhileRevalidateSeconds,
  });
};

import { CacheTuning } from '../../cache/library/tuning.ts';

const key = Symbol.for('headroom.cache-tuning');
const shared: typeof globalThis & { [key]?: CacheTuning } = globalThis;
shared[key] ??= new CacheTuning();

/** Of the process: of all caches that its code makes with the SDK. */
export const cacheTuning: CacheTuning = shared[key];
